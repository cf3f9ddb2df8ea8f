using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Tests.ServiceBus;

/// <summary>What is put into queues.</summary>
public sealed class QueuesTests : BusTest
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");

    [Fact]
    public async Task ProviderMessage_GoesByName()
    {
        await new ServiceBusPaymentQueue(Connection).EnqueueAsync("acme", "m-1", None);

        var message = Assert.Single(Bus["payment-messages"].Live);
        Assert.Equal(("acme-m-1", "application/json"), (message.MessageId, message.ContentType));
        var body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal(("acme", "m-1"), (body.GetProperty("source").GetString(), body.GetProperty("messageId").GetString()));
    }

    [Fact]
    public async Task Turn_GoesIntoItsLane_AtItsTime()
    {
        var turn = new DeliveryTurn(WebhookId.Derive(Alice, "one"), "wh-x-1", Attempt: 2);
        var queue = new ServiceBusDeliveryQueue(Connection);

        await queue.EnqueueAsync(turn, at: null, None);
        await queue.EnqueueAsync(turn with { Attempt = 3 }, Start.AddHours(1), None);

        var messages = Bus["webhook-deliveries"].Live;
        Assert.All(messages, message => Assert.Equal(turn.Lane, message.SessionId));
        Assert.Equal(turn, DeliveryTurn.Parse(messages[0].Body.ToMemory().Span));
        Assert.Equal(
            [(turn.MessageId, ServiceBusMessageState.Active, Start), ((turn with { Attempt = 3 }).MessageId, ServiceBusMessageState.Scheduled, Start.AddHours(1))],
            messages.Select(message => (message.MessageId, message.State, message.EnqueuedTime)));
    }

    [Fact]
    public async Task Ticket_GoesWhole()
    {
        await new ServiceBusSaleQueue(Connection).EnqueueAsync(Ticket(1), None);

        var message = Assert.Single(Bus["sale-orders"].Live);
        Assert.Equal(Ticket(1).MessageId, message.MessageId);
        Assert.Equal(Ticket(1).Order, SaleOrderMessage.Parse(message.Body.ToMemory().Span).Order);
    }

    /// <summary>Counted by the numbers of the first and the last, with few looks however many there are.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1_000)]
    public async Task Backlog_IsCountedByNumbers(int count)
    {
        var queue = new ServiceBusSaleQueue(Connection);
        for (var n = 0; n < 5 + count; n++)
            Bus.Put("sale-orders", [new ServiceBusMessage("{}")], at: null);
        Bus["sale-orders"].Take(1, 2, 3, 4, 5);

        Assert.Equal(new SaleBacklog(count, count == 0 ? null : Start), await queue.LookAsync(None));
        Assert.InRange(Bus.Calls.Count, 1, 22);
    }

    /// <summary>A gap of what is done already makes it too much, never too little.</summary>
    [Fact]
    public async Task Backlog_WithGaps_IsNoLessThanWhatWaits()
    {
        var queue = new ServiceBusSaleQueue(Connection);
        for (var n = 0; n < 40; n++)
            Bus.Put("sale-orders", [new ServiceBusMessage("{}")], at: null);
        Bus["sale-orders"].Take([.. Enumerable.Range(2, 36).Select(n => (long)n)]);

        Assert.Equal(40, (await queue.LookAsync(None)).Waiting);
    }

    [Fact]
    public async Task BusThatIsAway_SaysSoInEveryPort()
    {
        Bus.Before = _ => throw Away;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => new ServiceBusPaymentQueue(Connection).EnqueueAsync("acme", "m-1", None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => new ServiceBusSaleQueue(Connection).EnqueueAsync(Ticket(1), None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => new ServiceBusSaleQueue(Connection).LookAsync(None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(
            () => new ServiceBusDeliveryQueue(Connection).EnqueueAsync(new DeliveryTurn(WebhookId.Derive(Alice, "one"), "x-1", 0), Start.AddHours(1), None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => new ServiceBusDeadLetters(Connection).CountAsync(new DeadLetterFilter(), None));
    }

    private static SaleOrderMessage Ticket(int number) => new(
        Friday, TicketId.Derive(Alice, Friday, $"{number}"), Alice,
        new BasketRequest([new LineRequest("MUG", 1)], new AddressRequest("Ada", "1 Main Street", null, "Bern", null, "3000", "CH")));
}
