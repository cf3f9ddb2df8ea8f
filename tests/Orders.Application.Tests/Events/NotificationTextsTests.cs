using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Events;

/// <summary>What buyers are told of the steps that they wait for.</summary>
public sealed class NotificationTextsTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public void EveryKindOfEvent_IsToldOrSilentWithAReason()
    {
        Assert.Equal(EventTypes.All.Order(StringComparer.Ordinal), NotificationTexts.Rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(NotificationTexts.Rows.Values.OfType<Telling.Silent>(), silent => Assert.True(silent.Because.Length > 10, silent.Because));
    }

    [Fact]
    public void EveryReasonForARefund_HasWords() =>
        Assert.All(Enum.GetValues<RefundReason>(), reason => Assert.NotNull(NotificationWords.WordsFor(reason)));

    [Fact]
    public void EveryCurrency_IsWrittenWithItsDecimals()
    {
        // Those of ISO 4217 whose minor unit is not a hundredth.
        var others = new Dictionary<string, string>
        {
            ["BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"] = "123456",
            ["BHD IQD JOD KWD LYD OMR TND"] = "123.456",
        }.SelectMany(row => row.Key.Split(' ').Select(code => KeyValuePair.Create(code, row.Value))).ToDictionary();

        Assert.All(IsoCodes.Currencies, code => Assert.Equal(
            $"{others.GetValueOrDefault(code, "1234.56")} {code}", MoneyText.Of(new Money(123_456, Id.Parse<Currency>(code)))));
    }

    [Fact]
    public async Task AFailedPayment_SaysUntilWhenToTryAgain()
    {
        var order = await PlacedAsync();
        await shop.Use<TakeProviderWord>().MarkAsync(order.Ref, await shop.WithAttemptAsync(order), PaymentStatus.Failed, default);

        Assert.Equal(
            $"The payment for your order {order.OrderId} did not go through. Please pay 17.49 EUR by 2026-03-01 12:30 UTC.", await LastAsync(EventTypes.PaymentFailed));
    }

    [Theory]
    [InlineData(OrderStatus.Cancelled)]
    [InlineData(OrderStatus.Paid)]
    public async Task AFailedPaymentOfAnOrderThatIsOverOrPaid_IsNotTold(OrderStatus status)
    {
        var order = await PlacedAsync();
        await shop.Use<TakeProviderWord>().MarkAsync(order.Ref, await shop.WithAttemptAsync(order), PaymentStatus.Failed, default);
        var failed = (await EventsAsync()).Last(envelope => envelope.Type == EventTypes.PaymentFailed);

        Assert.Null(NotificationTexts.For(failed with { Data = failed.Data with { Status = status } }));
    }

    [Fact]
    public async Task ShortMoney_SaysThatItGoesBackAndWhatToPay()
    {
        var order = await PlacedAsync();
        await SettleAsync(order, 1_000, "EUR");

        Assert.Equal(
            $"We received 10.00 EUR for your order {order.OrderId}, which is less than it costs. Please pay 17.49 EUR in one sum by 2026-03-01 12:30 UTC; " +
            "what came goes back to you.",
            await LastAsync(EventTypes.MoneyReceived));
    }

    [Fact]
    public async Task MoneyOfAnotherCurrency_IsWrittenInItsOwnDecimals()
    {
        var order = await PlacedAsync();
        await SettleAsync(order, 1_749, "JPY");

        Assert.Equal(
            $"We received 1749 JPY for your order {order.OrderId}, which is to be paid in EUR. What can't pay it goes back to you. " +
            "Please pay 17.49 EUR by 2026-03-01 12:30 UTC.",
            await LastAsync(EventTypes.MoneyReceived));
    }

    [Fact]
    public async Task TooMuchMoney_SaysThatTheExcessGoesBack()
    {
        var order = await PlacedAsync();
        await SettleAsync(order, 2_000, "EUR");
        Assert.Equal(
            $"Your order {order.OrderId} is paid: 17.49 EUR. You sent 2.51 EUR more than that; it goes back to you. Thank you.", await LastAsync(EventTypes.Paid));

        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        Assert.Equal(
            $"We are sending 2.51 EUR back to you for your order {order.OrderId}: it was more than the order costs.", await LastAsync(EventTypes.RefundRequested));
        Assert.Equal($"We sent money back to you for your order {order.OrderId}; in all 2.51 EUR.", await LastAsync(EventTypes.Refunded));
    }

    [Fact]
    public async Task ASecondPaymentOfAPaidOrder_SaysThatItGoesBack()
    {
        var order = await PlacedAsync();
        await SettleAsync(order, 1_749, "EUR", "pay-1");
        await SettleAsync(order, 1_749, "EUR", "pay-2", opened: false);

        Assert.Equal($"We received 17.49 EUR for your order {order.OrderId}, which was paid before. It goes back to you.", await LastAsync(EventTypes.MoneyReceived));
    }

    [Fact]
    public async Task MoneyOfACancelledOrder_SaysThatItGoesBack_AndThatItCouldNot()
    {
        var order = await PlacedAsync();
        var payment = await shop.WithAttemptAsync(order);
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("secret words"), null, default);
        Assert.Equal($"Your order {order.OrderId} was cancelled as you wished.", await LastAsync(EventTypes.Cancelled));

        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, shop.Clock.GetUtcNow(), "c"), default);
        Assert.Equal($"We received 17.49 EUR for your order {order.OrderId}, which is cancelled. It goes back to you.", await LastAsync(EventTypes.MoneyReceived));

        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        await shop.Use<RefundOwed>().RecordAsync(order.Ref, payment, $"{payment}-r1", RefundStatus.Failed, default);
        Assert.Equal(
            $"We could not send 17.49 EUR back to you for your order {order.OrderId}. We are looking into it; you need not do anything.",
            await LastAsync(EventTypes.RefundFailed));
    }

    [Fact]
    public async Task AnAcceptedOrder_IsToldWhenAPersonAcceptedIt()
    {
        var automatic = await shop.AcceptedAsync(("MUG", 1));
        Assert.Null(await LastAsync(EventTypes.Accepted));

        var order = (await shop.PlaceAsync(Shop.Basket(("TEA", 1)), "by hand")).Value!.Order;
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, await shop.WithAttemptAsync(order), new Capture(order.Total, shop.Clock.GetUtcNow(), "c"), default);
        await shop.Use<AcceptOrder>().RunAsync(order.Ref, "merchant", default);
        Assert.NotEqual(automatic.OrderId, order.OrderId);
        Assert.Equal($"Your order {order.OrderId} is accepted; we are preparing it.", await LastAsync(EventTypes.Accepted, order.OrderId));
    }

    [Fact]
    public async Task AParcel_IsFollowed()
    {
        var order = await shop.AcceptedAsync(("MUG", 1), ("TEA", 1));
        var first = await shop.Use<ShipLines>().RunAsync(Shop.Merchant, order.OrderId, "s1", new ShipRequest("post", "T-1", [new("MUG", 1)]), null, default);
        Assert.Null(first.Refusal);
        Assert.Equal($"A part of your order {order.OrderId} is on its way with post, number T-1.", await LastAsync(EventTypes.PartiallyShipped));

        var report = new ParcelReport("in transit", "2026-03-01T12:00:00Z", "Somewhere 12");
        await shop.Use<ReportParcel>().RunAsync(Shop.Carrier, order.OrderId, first.Value!.Shipment.ShipmentId, report, null, default);
        Assert.Equal($"Where your order {order.OrderId} is: post, number T-1: in transit.", await LastAsync(EventTypes.ParcelReported));
    }

    /// <summary>The name and the street of the address, the note, and what somebody typed as a reason stand in no text.</summary>
    [Fact]
    public async Task Texts_HaveNoPersonalData()
    {
        await MoneyOfACancelledOrder_SaysThatItGoesBack_AndThatItCouldNot();
        using var other = new NotificationTextsTests();
        await other.AParcel_IsFollowed();

        var texts = (await EventsAsync()).Concat(await other.EventsAsync()).Select(NotificationTexts.For).OfType<string>().ToList();
        Assert.True(texts.Count > 8);
        Assert.All(texts, text => Assert.DoesNotContain(
            ["Ada", "Main Street", "Zürich", "secret words", "Somewhere", "ada"], personal => text.Contains(personal, StringComparison.Ordinal)));
    }

    public void Dispose() => shop.Dispose();

    private Task<Order> PlacedAsync() => shop.PlacedAsync(("MUG", 1), ("TEA", 1));

    private async Task SettleAsync(Order order, long amount, string currency, string key = "pay-1", bool opened = true)
    {
        var payment = opened ? await shop.WithAttemptAsync(order, key) : await AnotherAttemptAsync(order, key);
        await shop.Use<ApplySettlement>().RunAsync(
            order.Ref, payment, new Capture(new Money(amount, Id.Parse<Currency>(currency)), shop.Clock.GetUtcNow(), "c-" + key), default);
    }

    /// <summary>An attempt that was open when another paid the order.</summary>
    private async Task<PaymentId> AnotherAttemptAsync(Order order, string key)
    {
        var id = PaymentId.Derive(order.OrderId, key);
        await shop.Use<OrderChanges>().ChangeAsync(
            order.Ref,
            read => new Decision<bool>(
                Outcome: true,
                read.Changed(shop.Clock.GetUtcNow()) with { Payments = [.. read.Payments, new OrderPayment(id, order.Total, "scripted", PaymentStatus.Voided, order.PlacedAt)] },
                EventTypes.PaymentVoided),
            default);
        return id;
    }

    private async Task<string?> LastAsync(string type, OrderId? order = null) =>
        NotificationTexts.For((await EventsAsync()).Last(envelope => envelope.Type == type && (order is null || envelope.Data.OrderId == order)));

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];
}
