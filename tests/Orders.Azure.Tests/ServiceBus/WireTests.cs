using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Azure.ServiceBus;
using Orders.Azure.Tests.ServiceBus.Wire;

namespace Orders.Azure.Tests.ServiceBus;

/// <summary>The adapters as the app has them, through the SDK's own client and over a socket.</summary>
public sealed class WireTests : BusTest, IAsyncDisposable
{
    private const string Inventory = "order-events/inventory";
    private const string Payments = "payment-messages";

    private readonly WireServiceBus wire;
    private readonly ServiceProvider app;

    public WireTests()
    {
        wire = new WireServiceBus(Bus);
        app = new ServiceCollection().AddSingleton(TimeProvider.System).AddServiceBus(new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("ServiceBus", (string?)wire.ConnectionString),
            KeyValuePair.Create("Resilience:Bus:TotalTimeout", (string?)"00:00:50"), // a slow machine is no bus that is away
            KeyValuePair.Create("Resilience:Bus:TryTimeout", (string?)"00:00:50"),
        ]).Build()).BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        wire.Dispose();
    }

    [Fact]
    public async Task Events_ArriveAsTheyWereSent_InBatchesToo()
    {
        var publisher = app.GetRequiredService<IEventPublisher>();
        var items = Enumerable.Range(1, 20).Select(n => Event("a", n, data: """{"couponCode":"X"}""")).ToList();

        await Task.WhenAll(items.Select(item => publisher.PublishAsync(item, None)));

        var live = Bus[Inventory].Live;
        Assert.Equal(items.Select(item => (item.Id, item.Body)), live.Select(message => (message.MessageId, message.Body.ToString())));
        Assert.All(live, message => Assert.Equal((items[0].Order.OrderId.Value, EventTypes.Placed, "application/cloudevents+json"), (message.SessionId, message.Subject, message.ContentType)));
        Assert.Equal(20, Bus["order-events/coupon"].Live.Count);
        Assert.InRange(Bus.Calls.Count, 2, 19);
    }

    [Fact]
    public async Task EventThatIsTooLarge_IsRefusedByTheBus()
    {
        var refused = await Assert.ThrowsAsync<ServiceBusException>(
            () => app.GetRequiredService<IEventPublisher>().PublishAsync(Event("a", data: $"\"{new string('x', 300_000)}\""), None));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
    }

    [Fact]
    public async Task Queues_TakeWhatIsForThem_AlsoForLater()
    {
        var turn = new DeliveryTurn(WebhookId.Derive(Alice, "one"), "wh-x-1", Attempt: 2);

        await app.GetRequiredService<IPaymentQueue>().EnqueueAsync("acme", "m-1", None);
        await app.GetRequiredService<IDeliveryQueue>().EnqueueAsync(turn, Start.AddHours(1), None);

        Assert.Equal("acme-m-1", Assert.Single(Bus[Payments].Live).MessageId);
        var later = Assert.Single(Bus["webhook-deliveries"].Live);
        Assert.Equal((turn.MessageId, turn.Lane, Start.AddHours(1)), (later.MessageId, later.SessionId, later.EnqueuedTime));
    }

    [Fact]
    public async Task Backlog_IsToldByPeeking()
    {
        for (var n = 0; n < 7; n++)
            Bus.Put("sale-orders", [new ServiceBusMessage("{}")], at: null);

        Assert.Equal(new SaleBacklog(7, Start), await app.GetRequiredService<ISaleQueue>().LookAsync(None));
    }

    [Fact]
    public async Task DeadLetters_AreSeen_SentBackAndThrownAway()
    {
        var letters = app.GetRequiredService<IDeadLetters>();
        for (var n = 1; n <= 5; n++)
            Bus[Inventory].Put(BusMessages.Of(Event("a", n)), due: null);
        Bus[Inventory].KillAll("NotAnEvent", "no event");

        var all = (await letters.ListAsync(new DeadLetterFilter(Inventory, Reason: "NotAnEvent"), 100, null, None)).Items;
        Assert.Equal([1L, 2, 3, 4, 5], all.Select(letter => letter.Version!.Value));
        Assert.All(all, letter => Assert.Equal((Event("a").Order.OrderId, "no event", Start), (letter.OrderId, letter.Description, letter.EnqueuedAt)));

        Assert.True(await letters.ResubmitAsync(all[3].Id, """{"mended":true}""", None));
        Assert.Equal(2, await letters.PurgeAsync([all[1].Id, all[4].Id], None));

        Assert.Equal([1L, 3], (await letters.ListAsync(new DeadLetterFilter(Inventory), 100, null, None)).Items.Select(letter => letter.Id.Number));
        var again = Assert.Single(Bus[Inventory].Live);
        Assert.Equal((all[3].MessageId, all[3].Session, """{"mended":true}"""), (again.MessageId, again.SessionId, again.Body.ToString()));
        Assert.Equal(2, Bus[Inventory].Receive(SubQueue.DeadLetter, 10).Count);
    }

    [Fact]
    public async Task LockThatEnded_IsTold()
    {
        Bus[Payments].Put(BusMessages.OfProviderMessage("acme", "m-1"), due: null);
        Bus[Payments].KillAll("Rejected");
        Bus.Before = call => Clock.MoveTo(call.StartsWith("complete", StringComparison.Ordinal) ? Start.AddMinutes(2) : Start);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => app.GetRequiredService<IDeadLetters>().ResubmitAsync(DeadLetterId.Of(Payments, 1), null, None));
    }

    [Fact]
    public async Task BusThatIsGone_IsAway()
    {
        wire.Dispose();

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => app.GetRequiredService<IPaymentQueue>().EnqueueAsync("acme", "m-1", None));
    }
}
