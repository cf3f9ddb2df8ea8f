using OrderFunctions.LocalHost.Simulators;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every payment provider must do, asked of it through its HTTP adapter.</summary>
public abstract class PaymentProviderContract : IAsyncLifetime
{
    protected static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "p");
    protected static readonly Money TenEuro = new(1000, Euro);

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ProviderKey Key = new(Payment);

    private IPaymentProvider Provider => NewProvider(stranger: false);

    protected abstract DateTimeOffset Now { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <param name="stranger">Whether it shows a key that the provider doesn't know.</param>
    protected abstract IPaymentProvider NewProvider(bool stranger);

    protected abstract Task AdvanceAsync(TimeSpan by);

    /// <summary>The buyer pays the whole.</summary>
    protected abstract Task SettleAsync();

    /// <summary>How refunds are answered from now on.</summary>
    protected abstract Task AnswerRefundsAsync(ProviderRefundStatus answer);

    protected abstract Task DecideRefundAsync(string refundId, ProviderRefundStatus decision);

    /// <summary>What the provider asks the buyer for.</summary>
    protected abstract Money? AmountOf(PaymentId payment);

    [Fact]
    public async Task Open_OnceAndAgain_IsOneAttempt()
    {
        var opened = await OpenAsync();
        Assert.Equal(
            new ProviderPayment(Payment, ProviderPaymentStatus.Open, null, null, null, opened.PayUrl) { ProviderPaymentId = opened.ProviderPaymentId }, opened);
        Assert.StartsWith("http", opened.PayUrl, StringComparison.Ordinal);
        Assert.Equal(opened, await OpenAsync());
        Assert.Equal(opened, await Provider.FindAsync(Key, None));
        Assert.Equal(opened, await Provider.FindAsync(Key with { ProviderPaymentId = opened.ProviderPaymentId }, None));
    }

    [Fact]
    public async Task Open_OfOneIdWithAnotherAmount_FailsAndLeavesTheFirst()
    {
        await OpenAsync();
        var other = await Provider.OpenAsync(Payment, Ref(1).OrderId, TenEuro with { Amount = 1 }, method: null, None);
        Assert.Equal(ProviderPaymentStatus.Failed, other.Status);
        Assert.Equal(TenEuro, AmountOf(Payment));
    }

    [Fact]
    public async Task Find_OfWhatItNeverHeardOf_IsNull()
    {
        Assert.Null(await Provider.FindAsync(Key, None));
        Assert.Null(await Provider.VoidAsync(Key, None));
    }

    [Fact]
    public async Task Void_OfAnOpenAttempt_WithdrawsIt()
    {
        await OpenAsync();
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider.VoidAsync(Key, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider.VoidAsync(Key, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await OpenAsync()).Status);
    }

    [Fact]
    public async Task Void_WhenTheMoneyWasFaster_SaysSo()
    {
        await OpenAsync();
        await SettleAsync();
        var word = (await Provider.VoidAsync(Key, None))!;
        Assert.Equal((ProviderPaymentStatus.Succeeded, TenEuro, Now), (word.Status, word.Captured, word.CapturedAt!.Value));
        Assert.NotNull(word.ProviderReference);
    }

    [Fact]
    public async Task Refund_Repeated_SendsTheMoneyOnce()
    {
        await OpenAsync();
        await SettleAsync();
        for (var n = 0; n < 3; n++)
            Assert.Equal(ProviderRefundStatus.Succeeded, await RefundAsync("r-1", 600));
        Assert.Equal(ProviderRefundStatus.Succeeded, await RefundAsync("r-2", 400));
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-3", 1));
        Assert.Equal([600L, 400L], (await RefundLinesAsync()).Select(line => line.Money.Amount).OrderDescending());
    }

    [Fact]
    public async Task Refund_OfWhatIsNotThere_IsRefused()
    {
        await GoesNowhereAsync(() => RefundAsync("r-1", 1000));
        await OpenAsync();
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-1", 1000));
        await SettleAsync();
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-1", 1001));
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-1", 1000, "CHF"));
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-1", 0));
    }

    [Fact]
    public async Task Refund_LeftPending_IsAskedAboutUntilItIsDecided()
    {
        await OpenAsync();
        await SettleAsync();
        await AnswerRefundsAsync(ProviderRefundStatus.Pending);
        Assert.Equal(ProviderRefundStatus.Pending, await RefundAsync("r-1", 600));
        Assert.Equal(ProviderRefundStatus.Pending, await RefundAsync("r-1", 600));
        Assert.Equal(ProviderRefundStatus.Pending, (await FindRefundAsync("r-1"))!.Status);
        Assert.Equal(ProviderRefundStatus.Failed, await RefundAsync("r-2", 401));
        Assert.Empty(await RefundLinesAsync());

        await DecideRefundAsync("r-1", ProviderRefundStatus.Succeeded);
        Assert.Equal(ProviderRefundStatus.Succeeded, (await FindRefundAsync("r-1"))!.Status);
        Assert.Equal(600, Assert.Single(await RefundLinesAsync()).Money.Amount);
    }

    [Fact]
    public async Task Refund_ThatFails_SaysWhy_AndIsOnNoStatement()
    {
        await OpenAsync();
        await SettleAsync();
        await AnswerRefundsAsync(ProviderRefundStatus.Failed);
        var failed = await Provider.RefundAsync("r-1", Key, TenEuro, None);
        Assert.Equal((ProviderRefundStatus.Failed, true), (failed.Status, failed.Because is { Length: > 0 }));
        Assert.Equal(failed, await FindRefundAsync("r-1"));
        Assert.Empty(await RefundLinesAsync());
    }

    [Fact]
    public async Task FindRefund_OfWhatItNeverHeardOf_IsNull()
    {
        Assert.Null(await FindRefundAsync("r-1"));
        await OpenAsync();
        await SettleAsync();
        Assert.Null(await FindRefundAsync("r-1"));
    }

    [Fact]
    public async Task Statement_TellsOfCapturesAndRefunds_FromAnInstantUntilBeforeAnother()
    {
        await OpenAsync();
        await SettleAsync();
        var captured = Now;
        await AdvanceAsync(TimeSpan.FromHours(3));
        await RefundAsync("r-1", 600);
        var refunded = Now;

        var lines = await StatementAsync(captured, refunded.AddTicks(1));
        Assert.Equal(
            [(StatementLineType.Capture, Payment.Value, Ref(1).OrderId.Value, TenEuro, captured), (StatementLineType.Refund, Payment.Value, Ref(1).OrderId.Value, TenEuro with { Amount = 600 }, refunded)],
            lines.OrderBy(line => line.Type).Select(line => (line.Type, line.PaymentId!, line.OrderId!, line.Money, line.At)));
        Assert.All(lines, line => Assert.NotEmpty(line.Reference));
        Assert.Equal(StatementLineType.Capture, Assert.Single(await StatementAsync(captured, refunded)).Type);
        Assert.Equal(StatementLineType.Refund, Assert.Single(await StatementAsync(captured.AddTicks(1), refunded.AddDays(1))).Type);
        Assert.Empty(await StatementAsync(captured, captured));
    }

    [Fact]
    public async Task WrongKey_IsUnavailableNotARefusal()
    {
        await OpenAsync();
        var stranger = NewProvider(stranger: true);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.FindAsync(Key, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.FindRefundAsync("r-1", Key, reference: null, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.ReadStatementAsync(Now, Now, cursor: null, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.RefundAsync("r-1", Key, TenEuro, None));
    }

    private Task<ProviderPayment> OpenAsync() => Provider.OpenAsync(Payment, Ref(1).OrderId, TenEuro, "card", None);

    private async Task<ProviderRefundStatus> RefundAsync(string refundId, long amount, string currency = "EUR") =>
        (await Provider.RefundAsync(refundId, Key, new Money(amount, Id.Parse<Currency>(currency)), None)).Status;

    private Task<ProviderRefund?> FindRefundAsync(string refundId) => Provider.FindRefundAsync(refundId, Key, reference: null, None);

    private async Task<IEnumerable<StatementLine>> RefundLinesAsync() =>
        (await StatementAsync(Now.AddDays(-1), Now.AddDays(1))).Where(line => line.Type == StatementLineType.Refund);

    private async Task<List<StatementLine>> StatementAsync(DateTimeOffset from, DateTimeOffset until)
    {
        var lines = new List<StatementLine>();
        string? cursor = null;
        do
        {
            var page = await Provider.ReadStatementAsync(from, until, cursor, None);
            lines.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return lines;
    }

    /// <summary>A payment that was never opened: whether that is a refusal or not known yet is the provider's to say.</summary>
    private static async Task GoesNowhereAsync(Func<Task<ProviderRefundStatus>> refund)
    {
        var failed = await Record.ExceptionAsync(async () => Assert.Equal(ProviderRefundStatus.Failed, await refund()));
        Assert.True(failed is null or DependencyUnavailableException, failed?.ToString());
    }
}

public sealed class SimulatedProvider : PaymentProviderContract
{
    private SimulatorRig rig = null!;

    protected override DateTimeOffset Now => rig.Clock.GetUtcNow();

    public override async Task InitializeAsync() => rig = await SimulatorRig.StartAsync();

    public override async Task DisposeAsync() => await rig.DisposeAsync();

    protected override IPaymentProvider NewProvider(bool stranger) => rig.Provider(stranger ? "sk_other" : "sk_sim");

    protected override Task AdvanceAsync(TimeSpan by) => rig.AdvanceAsync(by);

    protected override Task SettleAsync() => rig.Simulator.ActAsync(Payment.Value, new SimulatedAct(TenEuro, WebhookMode.Send), at: null);

    protected override Task AnswerRefundsAsync(ProviderRefundStatus answer) => rig.Simulator.AnswerRefundsAsync(Payment.Value, answer);

    protected override Task DecideRefundAsync(string refundId, ProviderRefundStatus decision) => rig.Simulator.DecideRefundAsync(refundId, decision, WebhookMode.Lose);

    protected override Money? AmountOf(PaymentId payment) => rig.Simulator.Find(payment.Value)?.Amount;
}
