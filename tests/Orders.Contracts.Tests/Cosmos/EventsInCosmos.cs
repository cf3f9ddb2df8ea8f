using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Access;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class AuditInCosmos() : AuditContract(CosmosSubject.Create());

public sealed class EventLogInCosmos() : EventLogContract(CosmosSubject.Create());

public sealed class WebhooksInCosmos() : WebhooksContract(CosmosSubject.Create());

public sealed class DeliveriesInCosmos() : DeliveriesContract(CosmosSubject.Create());

public sealed class FailedRefundsInCosmos() : FailedRefundsContract(CosmosSubject.Create());

/// <summary>What these keep for a time, and what they keep of it.</summary>
public sealed class KeptInCosmos : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public KeptInCosmos() => subject = CosmosSubject.Create(out server);

    private IOutbox Outbox => subject.Port<IOutbox>();

    private IEventLog Log => subject.Port<IEventLog>();

    public void Dispose() => subject.Dispose();

    [Fact]
    public async Task Notify_TwiceOfOneEvent_TellsOnce_AndForgottenItTellsNothing()
    {
        var notifier = (CosmosNotifier)subject.Port<INotifier>();
        var told = new Notification("e-1", Ref(1), "Your order is on its way.", Subject.Start);
        await notifier.NotifyAsync(told, None);
        await notifier.NotifyAsync(told with { Text = "Again" }, None);
        await notifier.NotifyAsync(told with { EventId = "e-0", Text = "It is there." }, None);
        Assert.Equal([told, told with { EventId = "e-0", Text = "It is there." }], await notifier.FindAsync(Ref(1).OrderId, None));

        await notifier.ForgetAsync(Ref(1) with { UserId = Bob }, None);
        await notifier.ForgetAsync(Ref(2), None);
        Assert.Equal(told, (await notifier.FindAsync(Ref(1).OrderId, None))[0]);
        await notifier.ForgetAsync(Ref(1), None);
        await notifier.NotifyAsync(told, None);
        Assert.Equal(["", ""], (await notifier.FindAsync(Ref(1).OrderId, None)).Select(forgotten => forgotten.Text));
    }

    /// <summary>The database forgets a published event by itself, and never one that still waits.</summary>
    [Fact]
    public async Task PublishedEvent_IsForgottenInTime_AndOneThatWaitsIsNot()
    {
        var order = await PlacedAsync();
        var next = order.Changed(Subject.Start);
        Assert.True(await subject.Port<IOrderStore>().SaveAsync(next, Event(next, EventTypes.PaymentRequested), None));
        await Outbox.DeleteAsync(Event(order), None);
        subject.Clock.MoveTo(Subject.Start + new OrderPolicy().EventRetention - TimeSpan.FromMinutes(1));
        Assert.Equal([2, 1], (await Log.ListAsync(order.Ref, before: null, 10, None)).Select(item => item.Sequence));
        subject.Clock.MoveTo(Subject.Start + new OrderPolicy().EventRetention + TimeSpan.FromMinutes(1));
        Assert.Equal([2], (await Log.ListAsync(order.Ref, before: null, 10, None)).Select(item => item.Sequence));
    }

    /// <summary>A failure that is counted late doesn't make a published event one that people must look at; nor is it published again.</summary>
    [Fact]
    public async Task Failure_OfAnEventThatWasPublishedMeanwhile_LeavesItPublished()
    {
        var order = await PlacedAsync();
        await Outbox.DeleteAsync(Event(order), None);
        await Outbox.CountFailureAsync(Event(order), "away", parkAt: 1, None);
        using var client = server.CreateClient();
        var document = await client.GetContainer("orders", CosmosOrderStore.Container)
            .ReadItemAsync<Dictionary<string, object>>(Event(order).Id, new PartitionKey(Alice.Value));
        Assert.Equal("event", document.Resource["kind"].ToString());
        Assert.Empty(await Outbox.FindOlderThanAsync(Subject.Start.AddDays(1), 10, None));
        Assert.Equal(1, await Log.PurgeAsync(Subject.Start.AddDays(1), 10, None));
    }

    /// <summary>A parked event that was published by hand is an event like any other; one that is parked stays.</summary>
    [Fact]
    public async Task ParkedEvent_IsInTheLog_AndIsForgottenOnceItWasPublished()
    {
        var order = await PlacedAsync();
        await Outbox.CountFailureAsync(Event(order), "too large", parkAt: 1, None);
        Assert.Single(await Log.ListAsync(order.Ref, before: null, 10, None));
        Assert.Equal(0, await Log.PurgeAsync(Subject.Start.AddDays(1), 10, None));
        await Outbox.DeleteAsync(Event(order), None);
        Assert.Equal(1, await Log.PurgeAsync(Subject.Start.AddDays(1), 10, None));
    }

    [Fact]
    public async Task AuditEntry_IsForgottenInTime()
    {
        var audit = subject.Port<IAudit>();
        await audit.AppendAsync([new AuditEntry("a/1 ?#", Subject.Start, Alice, "ops", AuditActions.OrderRetried, "x y", Reason: null, new Dictionary<string, string>())], None);
        Assert.NotNull(await audit.FindAsync("a/1 ?#", None));
        Assert.Single((await audit.ListAsync(new AuditFilter("x y"), 10, cursor: null, None)).Items);
        subject.Clock.MoveTo(Subject.Start + new OrderPolicy().AuditRetention + TimeSpan.FromMinutes(1));
        Assert.Null(await audit.FindAsync("a/1 ?#", None));
    }

    /// <summary>Somebody asks for it again between the reading and the deletion.</summary>
    [Fact]
    public async Task Delivery_AskedForAgainWhileItIsPurged_Stays()
    {
        var deliveries = subject.Port<IDeliveries>();
        var (ended, other) = (DeliveriesContract.Whole(1), DeliveriesContract.Whole(2));
        await deliveries.AddAsync([ended, other], None);
        server.Faults = request =>
        {
            if (request.What == "delete")
                deliveries.SaveAsync(ended with { Version = 3, Status = DeliveryStatus.Pending, EndedAt = null, NextAt = Subject.Start }, None).GetAwaiter().GetResult();
            return null;
        };
        Assert.Equal(1, await deliveries.PurgeAsync(Subject.Start.AddDays(1), 10, None));
        Assert.Equal(3, (await deliveries.FindAsync(ended.WebhookId, ended.DeliveryId, None))!.Version);
        Assert.Null(await deliveries.FindAsync(other.WebhookId, other.DeliveryId, None));
    }

    private async Task<Domain.Lifecycle.Order> PlacedAsync()
    {
        var order = Order(Alice, "a");
        Assert.Null(await subject.Port<IOrderStore>().CreateAsync(order, Event(order), None));
        return order;
    }
}
