using LocalFunctions.ChangeFeed;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Messaging;

/// <summary>The triggers in a whole app: injection, host.json's place, a kill.</summary>
public sealed class AppTests
{
    private static MessagingTopology Topology => new MessagingTopology()
        .Topic("events", TimeSpan.FromHours(1)).Subscription("events", "log", new EntityRules { RequiresSession = true });

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public async Task OutboxRelay_PublishesEveryChange_AlsoWhenTheAppIsKilled(int? seed)
    {
        var log = new Log();
        await using var app = await FunctionsTestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(Topology);
                builder.Services.AddSingleton(log);
                builder.UseFunctions(typeof(Relay), typeof(Subscriber), typeof(Sweep));
            },
            new FunctionsTestOptions { Seed = seed });
        for (var i = 0; i < 20; i++)
        {
            await app.Store.WriteAsync(transaction => app.Services.GetRequiredService<LocalChangeFeed>()
                .Append(transaction, "orders", $"user-{i % 3}", $$"""{"id":"order-{{i}}"}"""));
            if (i == 10)
                await app.RestartAsync(kill: true);
        }

        await app.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"order-{i}").Order(), log.Orders.Distinct().Order());
        Assert.InRange(log.Sweeps, 1, 3);
        Assert.All(app.Services.GetRequiredService<LocalServiceBus>().Counts.Values, counts => Assert.Equal(default, counts));
    }

    [Fact]
    public async Task UndeclaredQueue_StopsTheStart()
    {
        var refused = await Assert.ThrowsAsync<FunctionsStartException>(() =>
            FunctionsTestHost.StartAsync(builder => builder.UseFunctions(typeof(Subscriber))));

        Assert.Contains("'events/log' isn't declared", refused.Message, StringComparison.Ordinal);
    }

    public sealed class Log
    {
        private readonly Lock gate = new();
        private readonly List<string> orders = [];
        private int sweeps;

        public IReadOnlyList<string> Orders
        {
            get
            {
                lock (gate)
                    return [.. orders];
            }
        }

        public int Sweeps => Volatile.Read(ref sweeps);

        public void Saw(string order)
        {
            lock (gate)
                orders.Add(order);
        }

        public void Swept() => Interlocked.Increment(ref sweeps);
    }

    public sealed record Item(string Id);

    public sealed class Relay(LocalServiceBus bus)
    {
        [Function("Relay")]
        [ExponentialBackoffRetry(-1, "00:00:01", "00:01:00")]
        public async Task RunAsync([CosmosDBTrigger("shop", "orders", StartFromBeginning = true)] IReadOnlyList<Item> items, CancellationToken stopping)
        {
            foreach (var item in items)
                await bus.SendAsync("events", new ServiceBusMessage(item.Id) { MessageId = item.Id, SessionId = item.Id, Subject = "placed" });
        }
    }

    public sealed class Subscriber(Log log)
    {
        [Function("Subscriber")]
        public async Task RunAsync(
            [ServiceBusTrigger("events", "log", IsSessionsEnabled = true, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions,
            CancellationToken stopping)
        {
            log.Saw(message.Body.ToString());
            await actions.CompleteMessageAsync(message, stopping);
        }
    }

    public sealed class Sweep(Log log)
    {
        [Function("Sweep")]
        public void Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer) => log.Swept();
    }
}
