using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What is handed to the bus lies where its consumers listen, also after a restart.</summary>
public sealed class BusTests : IDisposable
{
    private readonly Subject subject = Subject.OnFile();

    public void Dispose() => subject.Dispose();

    [Fact]
    public async Task Publish_ReachesEverySubscription()
    {
        await subject.Port<IEventPublisher>().PublishAsync(Event(Order(Alice, "a")), CancellationToken.None);
        await subject.RestartAsync();
        var counts = subject.Port<LocalServiceBus>().Counts;
        foreach (var subscription in new[] { "lifecycle", "inventory", "notification" })
            Assert.Equal(1, counts[$"order-events/{subscription}"].Active);
    }

    [Fact]
    public async Task Publish_ReachesTheCouponsSubscription_OnlyForOrdersWithACoupon()
    {
        var plain = Order(Alice, "a") with { Note = "\"couponCode\":" };
        var order = Order(Alice, "b") with { CouponCode = "SPRING" };
        foreach (var item in new[] { Event(plain), Event(order), Event(order, EventTypes.Shipped), Event(order, EventTypes.Paid), Event(order, EventTypes.Cancelled) })
            await subject.Port<IEventPublisher>().PublishAsync(item, CancellationToken.None);
        Assert.Equal(3, subject.Port<LocalServiceBus>().Counts[$"order-events/{CouponConsumer.Name}"].Active);
    }

    [Fact]
    public async Task Publish_ReachesTheBooks_OnlyWithEventsThatCarryMoney()
    {
        foreach (var type in EventTypes.All)
            await subject.Port<IEventPublisher>().PublishAsync(Event(Order(Alice, type), type), CancellationToken.None);
        Assert.Equal(FinanceConsumer.Types.Count, subject.Port<LocalServiceBus>().Counts[$"order-events/{FinanceConsumer.Name}"].Active);
    }

    [Fact]
    public async Task Publish_ReachesTheInventory_OnlyWithEventsThatMoveStock()
    {
        foreach (var type in EventTypes.All)
            await subject.Port<IEventPublisher>().PublishAsync(Event(Order(Alice, type), type), CancellationToken.None);
        Assert.Equal(InventoryConsumer.Types.Count, subject.Port<LocalServiceBus>().Counts[$"order-events/{InventoryConsumer.Name}"].Active);
    }

    [Fact]
    public async Task Publish_ReachesTheNotification_OnlyWithEventsThatBuyersAreToldOf()
    {
        foreach (var type in EventTypes.All)
            await subject.Port<IEventPublisher>().PublishAsync(Event(Order(Alice, type), type), CancellationToken.None);
        Assert.Equal(NotificationConsumer.Types.Count, subject.Port<LocalServiceBus>().Counts[$"order-events/{NotificationConsumer.Name}"].Active);
        Assert.DoesNotContain(EventTypes.PaymentOpened, NotificationConsumer.Types);
    }

    /// <summary>A name that buyers or merchants typed is not taken for the field.</summary>
    [Fact]
    public void HasCoupon_IsNotFooledByTexts()
    {
        var order = Order(Alice, "a");
        var tricky = order with { Lines = [order.Lines[0] with { Name = "\"couponCode\":\"X\"" }] };
        Assert.False(Event(tricky).HasCoupon);
        Assert.True(Event(tricky with { CouponCode = "SPRING" }).HasCoupon);
    }

    [Fact]
    public async Task Enqueue_ReachesTheQueue()
    {
        await subject.Port<IPaymentQueue>().EnqueueAsync("simulator", "m-1", CancellationToken.None);
        await subject.RestartAsync();
        Assert.Equal(1, subject.Port<LocalServiceBus>().Counts["payment-messages"].Active);
    }

    [Fact]
    public async Task Turns_ReachTheirQueue_AtTheirTime()
    {
        var (delivery, queue) = (DeliveriesContract.Delivery(1), subject.Port<IDeliveryQueue>());
        await queue.EnqueueAsync(DeliveryTurn.Of(delivery), at: null, CancellationToken.None);
        await queue.EnqueueAsync(DeliveryTurn.Of(delivery with { AttemptCount = 1 }), Subject.Start.AddSeconds(5), CancellationToken.None);
        await subject.RestartAsync();
        var counts = subject.Port<LocalServiceBus>().Counts["webhook-deliveries"];
        Assert.Equal((1, 1), (counts.Active, counts.Scheduled));
    }

    /// <summary>Messages of one order to one endpoint stand in one line; an endpoint has four of them, and nobody else stands in those.</summary>
    [Fact]
    public void Turns_HaveTheLaneOfTheirOrderAndEndpoint()
    {
        var turns = (from endpoint in new[] { "one", "two" }
                     from order in Enumerable.Range(1, 100)
                     from version in Enumerable.Range(1, 3)
                     let webhook = WebhookId.Derive(Alice, endpoint)
                     select (Key: (endpoint, order), Turn: new DeliveryTurn(webhook, WebhookDelivery.IdOf(webhook, $"{Ref(order)}-{version}"), version))).ToList();

        Assert.All(turns.GroupBy(one => one.Key), of => Assert.Single(of.Select(one => one.Turn.Lane).Distinct()));
        Assert.All(turns.GroupBy(one => one.Key.endpoint), of => Assert.Equal(DeliveryTurn.Lanes, of.Select(one => one.Turn.Lane).Distinct().Count()));
        Assert.All(turns.GroupBy(one => one.Turn.Lane), of => Assert.Single(of.Select(one => one.Key.endpoint).Distinct()));
        Assert.All(turns, one => Assert.True(one.Turn is { MessageId.Length: <= 100, Lane.Length: <= 100 }));
    }
}
