using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Payments;

/// <summary>The books hold what the order's events told of its money, however they come.</summary>
public sealed class FinanceConsumerTests : IDisposable
{
    private static readonly DateTimeOffset CapturedAt = Shop.Start.AddMinutes(-1);

    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Books_HoldTheCaptureAndItsRefund()
    {
        var (order, payment) = await PaidAsync(3_000);
        shop.Clock.MoveTo(Shop.Start.AddMinutes(5));
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);

        await DeliverAsync(await EventsAsync());

        Assert.Equal(
            [
                new BookEntry(BookEntryKind.Capture, payment.Value, payment, order.Ref, "scripted", Euros(3_000), BookedState.Done, CapturedAt, 6) { Reference = "capture-1" },
                new BookEntry(
                    BookEntryKind.Refund, $"{payment}-r1", payment, order.Ref, "scripted", Euros(752), BookedState.Done, Shop.Start.AddMinutes(5), 6)
                {
                    Reason = "Over",
                },
            ],
            await BookedAsync(order));
    }

    /// <summary>What the order itself says now is what its events have said: the reconciliation puts in what the subscription missed.</summary>
    [Fact]
    public async Task Books_AreWhatTheOrderSays()
    {
        var (order, _) = await PaidAsync(3_000);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);

        await DeliverAsync(await EventsAsync());

        Assert.Equal(BookEntries.Of(await shop.ReadAsync(order.Ref)), await BookedAsync(order));
    }

    [Fact]
    public async Task Books_ComeToTheSame_WhateverTheOrderAndHoweverOften()
    {
        var (order, _) = await PaidAsync(3_000);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        var events = await EventsAsync();
        await DeliverAsync([.. events.Reverse(), .. events]);

        Assert.Equal(BookEntries.Of(await shop.ReadAsync(order.Ref)), await BookedAsync(order));
    }

    [Fact]
    public async Task Books_AfterADeathAtAnyCommit_ComeToTheSame()
    {
        for (var commits = 0; ; commits++)
        {
            using var dying = new FinanceConsumerTests();
            var (order, _) = await dying.PaidAsync(3_000);
            await dying.shop.Use<RefundOwed>().RunAsync(order.Ref, default);
            var events = await dying.EventsAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.DeliverAsync(events));
            await dying.DeliverAsync(events);

            Assert.Equal((commits, 2), (commits, (await dying.BookedAsync(order)).Count));
            if (!died)
                break;
        }
    }

    /// <summary>Whatever an order's money does, some event that the subscription lets through tells of it.</summary>
    [Fact]
    public async Task Types_AreThoseAfterWhichTheBookDiffers()
    {
        var (order, _) = await PaidAsync(3_000);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        await shop.Use<AcceptOrder>().RunAsync(order.Ref, Actor.System, default);
        IReadOnlyList<(string, Money, BookedState)> before = [];
        foreach (var envelope in await EventsAsync())
        {
            IReadOnlyList<(string, Money, BookedState)> after =
                [.. BookEntries.Of(envelope.Order, envelope.Data).Select(entry => (entry.Key, entry.Money, entry.State))];
            Assert.True(before.SequenceEqual(after) || FinanceConsumer.Types.Contains(envelope.Type), envelope.Type);
            before = after;
        }
    }

    private static Money Euros(long cents) => new(cents, Id.Parse<Currency>("EUR"));

    private async Task<(Order Order, PaymentId Payment)> PaidAsync(long cents)
    {
        var order = await shop.PlacedAsync(("MUG", 1), ("TEA", 2));
        var payment = await shop.WithAttemptAsync(order);
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(Euros(cents), CapturedAt, "capture-1"), default);
        return (order, payment);
    }

    private async Task DeliverAsync(IReadOnlyList<OrderEventEnvelope> events)
    {
        foreach (var envelope in events)
            Assert.Null(await shop.Use<FinanceConsumer>().RunAsync(envelope, default));
    }

    private Task<IReadOnlyList<BookEntry>> BookedAsync(Order order) => shop.Use<IPaymentBook>().FindAsync(order.OrderId, default);

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];
}
