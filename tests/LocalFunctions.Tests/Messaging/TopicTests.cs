using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Tests.Messaging;

public sealed class TopicTests
{
    [Fact]
    public async Task Topic_GivesEachSubscriptionWhatItsFiltersLetThrough()
    {
        var topology = new MessagingTopology().Topic("events")
            .Subscription("events", "all")
            .Subscription("events", "paid", null, SubscriptionFilter.Subjects("order.paid.v1", "order.revived.v1"))
            .Subscription("events", "large", null, SubscriptionFilter.Correlation(applicationProperties: new Dictionary<string, object> { ["size"] = "large" }))
            .Subscription("events", "either", null, SubscriptionFilter.Correlation(correlationId: "c"), SubscriptionFilter.Subjects("order.paid.v1"));
        using var host = new SteppedHost(topology);

        await host.Bus.SendAsync("events", new ServiceBusMessage("1") { Subject = "order.paid.v1" });
        await host.Bus.SendAsync("events", new ServiceBusMessage("2") { Subject = "order.paid.v2", CorrelationId = "c" });
        await host.Bus.SendAsync("events", new ServiceBusMessage("3") { ApplicationProperties = { ["size"] = "large" } });
        await host.Bus.SendAsync("events", new ServiceBusMessage("4") { Subject = "order.revived.v1", CorrelationId = "c" });

        Assert.Equal((4, 2, 1, 3), (
            host.Bus.Counts["events/all"].Active, host.Bus.Counts["events/paid"].Active,
            host.Bus.Counts["events/large"].Active, host.Bus.Counts["events/either"].Active));
    }

    [Fact]
    public async Task Subscription_ThatFails_DoesNotDisturbTheOthers()
    {
        var topology = new MessagingTopology().Topic("events")
            .Subscription("events", "bad", new EntityRules { MaxDeliveryCount = 2 }).Subscription("events", "good");
        using var host = new SteppedHost(topology);
        var app = new Subscribers();
        var machine = host.Run(app);
        await host.Bus.SendAsync("events", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["bad", "bad", "good"], app.Seen.Order(StringComparer.Ordinal));
        Assert.Equal((1, 0), (host.Bus.Counts["events/bad"].Dead, host.Bus.Counts["events/good"].Dead));
    }

    [Fact]
    public async Task Topic_DropsDuplicatesForAllSubscriptions()
    {
        var topology = new MessagingTopology().Topic("events", TimeSpan.FromMinutes(1)).Subscription("events", "a").Subscription("events", "b");
        using var host = new SteppedHost(topology);

        await host.Bus.SendAsync("events", new ServiceBusMessage("x") { MessageId = "m" }, new ServiceBusMessage("x") { MessageId = "m" });

        Assert.Equal((1, 1), (host.Bus.Counts["events/a"].Active, host.Bus.Counts["events/b"].Active));
    }

    [Fact]
    public async Task MessageWithoutSession_IsADeadLetterOfASubscriptionWithSessions()
    {
        var topology = new MessagingTopology().Topic("events")
            .Subscription("events", "ordered", new EntityRules { RequiresSession = true }).Subscription("events", "any");
        using var host = new SteppedHost(topology);

        await host.Bus.SendAsync("events", new ServiceBusMessage("x"));

        Assert.Equal("Session id is null.", Assert.Single(host.Bus.DeadLetters.List("events/ordered")).Message.DeadLetterReason);
        Assert.Equal(1, host.Bus.Counts["events/any"].Active);
        Assert.Equal(0, await host.Bus.DeadLetters.ResubmitAsync("events/ordered", [1]));
    }

    private sealed class Subscribers
    {
        public List<string> Seen { get; } = [];

        [Function("Bad")]
        public void Bad([ServiceBusTrigger("events", "bad")] string body)
        {
            Seen.Add("bad");
            throw new InvalidOperationException(body);
        }

        [Function("Good")]
        public void Good([ServiceBusTrigger("events", "good")] string body) => Seen.Add("good");
    }
}
