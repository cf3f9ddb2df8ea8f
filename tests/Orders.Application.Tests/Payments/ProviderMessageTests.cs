using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>From a provider's webhook to its one effect.</summary>
public sealed class ProviderMessageTests : IDisposable
{
    private const string Source = "scripted";

    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[24]));
    private static readonly WebhookSchemes Schemes = new([new StandardWebhookScheme(Source, [Secret])]);

    private readonly Shop shop = new();

    [Fact]
    public async Task Receive_StoresAndAnswers_AndApplyPaysTheOrder()
    {
        var (order, payment) = await WithAttemptAsync();

        Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync(Succeeded(payment, order.Total)));
        Assert.Equal(OrderStatus.PendingPayment, (await shop.ReadAsync(order.Ref)).Status);
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync());

        Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order.Ref)).Status);
        Assert.Equal(ApplyMessageOutcome.AlreadyDone, await ApplyAsync());
    }

    [Fact]
    public async Task Receive_SameAgain_IsAcceptedWithoutASecondEffect()
    {
        var (order, payment) = await WithAttemptAsync();
        var body = Succeeded(payment, order.Total);
        await ReceiveAsync(body);
        await ApplyAsync();
        var version = (await shop.ReadAsync(order.Ref)).Version;

        Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync(body));
        Assert.Equal(ApplyMessageOutcome.AlreadyDone, await ApplyAsync());

        Assert.Equal(version, (await shop.ReadAsync(order.Ref)).Version);
    }

    [Fact]
    public async Task Receive_SameIdWithOtherContent_IsRefused()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(payment, order.Total));

        Assert.IsType<ReceiveAnswer.OtherContent>(await ReceiveAsync(Succeeded(payment, order.Total with { Amount = 1 })));
        await ApplyAsync();

        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Paid);
    }

    [Fact]
    public async Task Receive_OfAnUnknownProvider_IsRefused() =>
        Assert.IsType<ReceiveAnswer.UnknownProvider>(await ReceiveAsync("{}", provider: "somebody"));

    [Fact]
    public async Task Receive_WithAnotherKey_IsNotGenuineAndNothingIsStored()
    {
        var (order, payment) = await WithAttemptAsync();

        Assert.IsType<ReceiveAnswer.NotGenuine>(await ReceiveAsync(
            Succeeded(payment, order.Total), secret: WebhookSecret.Parse("whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)1, 24).ToArray()))));

        Assert.Equal(ApplyMessageOutcome.NoSuchMessage, await ApplyAsync());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"type":"payment.succeeded"}""")]
    [InlineData("""{"type":"payment.pending","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":1,"currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"yesterday","data":{"paymentId":"PAY","orderId":"ORDER","amount":1,"currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"x","orderId":"ORDER","amount":1,"currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":1.5,"currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":"1","currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":-1,"currency":"EUR","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":1,"currency":"euro","providerReference":"r"}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"paymentId":"PAY","orderId":"ORDER","amount":1,"currency":"EUR","providerReference":""}}""")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2026-03-01T12:00:00Z","data":null}""")]
    public async Task Receive_OfAnotherForm_IsMalformedAndNothingIsStored(string body)
    {
        var (order, payment) = await WithAttemptAsync();

        Assert.IsType<ReceiveAnswer.Malformed>(await ReceiveAsync(
            body.Replace("PAY", payment.Value, StringComparison.Ordinal).Replace("ORDER", order.OrderId.Value, StringComparison.Ordinal)));

        Assert.Equal(ApplyMessageOutcome.NoSuchMessage, await ApplyAsync());
    }

    [Fact]
    public async Task Apply_OfANobodysPayment_IsKeptAsRefused_AndItsMoneyHeld()
    {
        var (order, _) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(PaymentId.Derive(order.OrderId, "unknown"), order.Total));

        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync());

        var kept = await shop.Use<IProviderMessages>().FindAsync(Source, "msg_1", default);
        var held = Assert.Single((await shop.Use<IUnknownMoney>().ListAsync(state: null, 10, cursor: null, default)).Items);
        Assert.Equal((ProviderMessageState.Refused, $"it belongs to no payment of ours; it is held as {held.Id}"), (kept!.State, kept.Note));
    }

    [Fact]
    public async Task Apply_OfAContradiction_IsKeptAsRefusedAndChangesNothing()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(payment, order.Total));
        await ApplyAsync();
        await ReceiveAsync(Succeeded(payment, order.Total with { Amount = order.Total.Amount - 1 }), id: "msg_2");

        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync("msg_2"));

        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Paid);
    }

    [Fact]
    public async Task Apply_OfAFailure_EndsTheAttemptButNeverMoneyThatCame()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Message(ProviderMessageTypes.PaymentFailed, payment, order.Total));
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync());
        Assert.Equal(PaymentStatus.Failed, (await shop.ReadAsync(order.Ref)).Payments[0].Status);

        await ReceiveAsync(Succeeded(payment, order.Total), id: "msg_2");
        await ApplyAsync("msg_2");
        await ReceiveAsync(Message(ProviderMessageTypes.PaymentFailed, payment, order.Total), id: "msg_3");
        await ApplyAsync("msg_3");

        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((OrderStatus.Paid, PaymentStatus.Settled), (after.Status, after.Payments[0].Status));
    }

    [Fact]
    public async Task Apply_OfARefundThatFailedAfterAll_TakesItOutOfTheSum()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(payment, order.Total with { Amount = order.Total.Amount + 100 }));
        await ApplyAsync();
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        Assert.Equal(100, (await shop.ReadAsync(order.Ref)).Totals.Refunded);

        var back = order.Total with { Amount = 100 };
        await ReceiveAsync(Message(ProviderMessageTypes.RefundSucceeded, payment, back), id: "msg_2");
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync("msg_2"));
        await ReceiveAsync(Message(ProviderMessageTypes.RefundFailed, payment, back, $"{payment}-r1"), id: "msg_3");
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync("msg_3"));

        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((0L, RefundStatus.Failed), (after.Totals.Refunded, after.Payments[0].Refunds.Single().Status));
    }

    /// <summary>The older message comes last: the money is with the provider, and may have been sent anew.</summary>
    [Fact]
    public async Task Apply_OfARefundsSuccessAfterItsFailure_IsKeptAsRefused()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(payment, order.Total with { Amount = order.Total.Amount + 100 }));
        await ApplyAsync();
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        var back = order.Total with { Amount = 100 };
        await ReceiveAsync(Message(ProviderMessageTypes.RefundFailed, payment, back, $"{payment}-r1"), id: "msg_2");
        await ApplyAsync("msg_2");

        await ReceiveAsync(Message(ProviderMessageTypes.RefundSucceeded, payment, back, $"{payment}-r1"), id: "msg_3");
        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync("msg_3"));

        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((0L, RefundStatus.Failed), (after.Totals.Refunded, after.Payments[0].Refunds.Single().Status));
    }

    /// <summary>Found by the simulation: another refund that happened to be as much was taken for the one that the message named.</summary>
    [Fact]
    public async Task Apply_OfARefundWithAnothersAmount_IsKeptAsRefused()
    {
        var order = await shop.PlacedAsync(("MUG", 1), ("TEA", 2));
        var first = await shop.WithAttemptAsync(order);
        await ReceiveAndApplyAsync(Succeeded(first, order.Total with { Amount = order.Total.Amount + 100 }));
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        await shop.Use<OrderChanges>().ChangeAsync(order.Ref, WithASecondRefund, default);

        await ReceiveAsync(Message(ProviderMessageTypes.RefundFailed, first, order.Total with { Amount = 30 }, $"{first}-r1"), id: "msg_2");
        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync("msg_2"));

        Assert.All((await shop.ReadAsync(order.Ref)).Payments[0].Refunds, refund => Assert.NotEqual(RefundStatus.Failed, refund.Status));
    }

    [Fact]
    public async Task SameMessageTwice_HasOneEffect_AndTheRecordSaysSo()
    {
        var (order, payment) = await WithAttemptAsync();
        for (var n = 0; n < 2; n++)
            await ReceiveAndApplyAsync(Succeeded(payment, order.Total));

        var record = (await shop.Use<IProviderMessages>().FindAsync(Source, "msg_1", default))!;
        Assert.Equal((ProviderMessageState.Applied, 2, order.Total.Amount), (record.State, record.Seen, (await shop.ReadAsync(order.Ref)).Totals.Paid));
    }

    [Fact]
    public async Task Apply_OfARefundThatNobodyAskedFor_IsKeptAsRefused()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Message(ProviderMessageTypes.RefundSucceeded, payment, order.Total));

        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync());
    }

    [Fact]
    public async Task Sweep_EnqueuesWhatWasStoredButNotApplied()
    {
        var (order, payment) = await WithAttemptAsync();
        await ReceiveAsync(Succeeded(payment, order.Total));
        Assert.Equal(0, await shop.Use<SweepUnappliedMessages>().RunAsync(default));
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(3));

        Assert.Equal(1, await shop.Use<SweepUnappliedMessages>().RunAsync(default));

        await ApplyAsync();
        Assert.Equal(0, await shop.Use<SweepUnappliedMessages>().RunAsync(default));
    }

    [Fact]
    public async Task ReceiveAndApply_KilledAfterAnyCommit_HaveOneEffect()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new ProviderMessageTests();
            var (order, payment) = await dying.WithAttemptAsync();
            var body = dying.Succeeded(payment, order.Total);
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.ReceiveAndApplyAsync(body));
            await dying.ReceiveAndApplyAsync(body);

            var after = await dying.shop.ReadAsync(order.Ref);
            Assert.Equal((commits, OrderStatus.Paid, order.Totals.Total), (commits, after.Status, after.Totals.Paid));
            if (!died)
                break;
        }
    }

    public void Dispose() => shop.Dispose();

    private async Task ReceiveAndApplyAsync(string body)
    {
        Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync(body));
        await ApplyAsync();
    }

    private async Task<(Order Order, PaymentId Payment)> WithAttemptAsync()
    {
        var order = await shop.PlacedAsync(("MUG", 1), ("TEA", 2));
        return (order, await shop.WithAttemptAsync(order));
    }

    private static Decision<bool> WithASecondRefund(Order order)
    {
        var payment = order.Payments[0];
        var second = payment.Refunds[0] with { RefundId = $"{payment.PaymentId}-r2", Amount = 30, Status = RefundStatus.Pending };
        return new(Outcome: true, order.Changed(order.UpdatedAt) with { Payments = [payment with { Kept = payment.Kept - 30, Refunds = [.. payment.Refunds, second] }] }, EventTypes.RefundRequested);
    }

    private string Succeeded(PaymentId payment, Money money) => Message(ProviderMessageTypes.PaymentSucceeded, payment, money);

    private string Message(string type, PaymentId payment, Money money, string reference = "ref") => Encoding.UTF8.GetString(
        new ProviderMessageBody(
            type, shop.Clock.GetUtcNow(), new ProviderMessageData(payment, Id.Parse<OrderId>(payment.Value[..26]), money.Amount, money.Currency, reference)).Write());

    private Task<ReceiveAnswer> ReceiveAsync(string body, string id = "msg_1", string provider = Source, WebhookSecret? secret = null)
    {
        var (bytes, now) = (Encoding.UTF8.GetBytes(body), shop.Clock.GetUtcNow());
        var receive = new ReceiveProviderMessage(
            Schemes, shop.Use<IProviderMessages>(), shop.Use<IPaymentQueue>(), shop.Clock, NullLogger<ReceiveProviderMessage>.Instance);
        var headers = new Dictionary<string, string>
        {
            [StandardWebhook.IdHeader] = id,
            [StandardWebhook.TimestampHeader] = now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            [StandardWebhook.SignatureHeader] = StandardWebhook.Sign(secret ?? Secret, id, now, bytes),
        };
        return receive.RunAsync(new ReceiveProviderMessageCommand(provider, headers.GetValueOrDefault, bytes), default);
    }

    private Task<ApplyMessageOutcome> ApplyAsync(string id = "msg_1") => shop.Use<ApplyProviderMessage>().RunAsync(Source, id, default);
}
