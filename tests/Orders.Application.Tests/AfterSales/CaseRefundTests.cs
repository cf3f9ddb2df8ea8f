using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.AfterSales;

/// <summary>The money of cases: taken from what is kept, written down, sent, and what happens when the provider refuses.</summary>
public sealed class CaseRefundTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Refund_OfAPart_LowersWhatIsKept_AndCompletesTheCaseWithTheLastOfIt()
    {
        var of = await RefundingAsync(await shop.CompletedAsync(("MUG", 2), ("TEA", 1)), ("MUG", 1));

        var requested = await RequestAsync(of);
        Assert.Equal((1_749, 1_250), (requested.Payments[0].Kept, requested.Payments[0].Refunds[0].Amount));
        Assert.Equal(CaseStatus.Refunding, requested.Cases[0].Status);
        var done = await SentAsync(of);

        Assert.Equal((CaseStatus.Completed, OrderStatus.Completed), (done.Cases[0].Status, done.Status));
        Assert.Equal((1_250, 0), (done.Totals.Refunded, done.Payments[0].Owed));
        Assert.Equal((1_250, 0), (done.Lines[0].Refunded, done.Lines[1].Refunded));
        Assert.Equal(EventTypes.CaseCompleted, await LastEventAsync());
    }

    [Fact]
    public async Task Refund_AskedTwice_GoesBackOnce()
    {
        var of = await RefundingAsync(await shop.CompletedAsync(("MUG", 2)), ("MUG", 1));
        await RequestAsync(of);
        var again = await RequestAsync(of);
        Assert.Single(again.Payments[0].Refunds);

        await SentAsync(of);
        var after = await RequestAsync(of);

        Assert.Single(after.Payments[0].Refunds);
        Assert.Equal(1_250, after.Totals.Refunded);
    }

    [Fact]
    public async Task Everything_RefundedBeforeShipping_EndsTheOrder()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1));
        var of = await shop.OpenedAsync(order, "refund");
        await RequestAsync(of);

        var done = await SentAsync(of);

        Assert.Equal(OrderStatus.AfterSaleCompleted, done.Status);
        Assert.Equal((2_999, 2_999), (done.Totals.Paid, done.Totals.Refunded));
        Assert.Equal(Units.Of(("1", 2), ("2", 1)), done.Cases[0].BackOnSale);
        Assert.NotNull(done.ClosedAt);
    }

    [Fact]
    public async Task APendingRefund_KeepsTheCaseRefunding_UntilTheProviderSays()
    {
        var of = await RefundingAsync(await shop.CompletedAsync(("MUG", 2)), ("MUG", 1));
        shop.Provider.RefundAnswer = ProviderRefundStatus.Pending;
        await RequestAsync(of);
        Assert.Equal(CaseStatus.Refunding, (await SentAsync(of)).Cases[0].Status);

        await shop.Use<RefundOwed>().RecordAsync(of.Order.Ref, Payment(of), $"{Payment(of)}-r1", RefundStatus.Succeeded, default);

        Assert.Equal(CaseStatus.Completed, (await shop.ReadAsync(of.Order.Ref)).Cases[0].Status);
    }

    [Fact]
    public async Task ARefusedRefund_ParksTheCase_AndARetryUnderANewKeyCompletesIt()
    {
        var of = await FailedAsync();
        Assert.Equal(EventTypes.CaseRefundFailed, await LastEventAsync());
        Assert.Equal(OrderStatus.AfterSale, (await shop.ReadAsync(of.Order.Ref)).Status);

        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        var retried = await RetryAsync(of, Support);

        Assert.Equal($"{Payment(of)}-r2", retried.Value!.Refund.RefundId);
        var done = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal(CaseStatus.Completed, done.Cases[0].Status);
        Assert.Equal([RefundStatus.Failed, RefundStatus.Succeeded], done.Payments[0].Refunds.Select(refund => refund.Status));
        Assert.Equal(($"{Payment(of)}-r2", "support"), (done.Payments[0].Refunds[0].RetriedBy, done.Payments[0].Refunds[0].DecidedBy));
        Assert.Equal((1_250, 0L, 1_250), (done.Totals.Refunded, done.Payments[0].Owed, done.Payments[0].Kept));
        Assert.Equal(
            ["Opened", "Approved", "RefundRefused", "RefundRetried", "RefundSucceeded"], done.Cases[0].Steps.Select(step => step.What));
    }

    [Fact]
    public async Task Retrying_TwiceOrWhatDidNotFail_SendsNothingMore()
    {
        var of = await FailedAsync();
        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        await RetryAsync(of, Ops);

        Assert.Equal($"{Payment(of)}-r2", (await RetryAsync(of, Ops)).Value!.Refund.RefundId);
        Assert.Equal(new Refusal.RefundNotFailed(RefundStatus.Succeeded), (await RetryAsync(of, Ops, number: 2)).Refusal);
        Assert.Equal(new Refusal.NotFound("refund"), (await RetryAsync(of, Ops, number: 9)).Refusal);
        Assert.Equal(1_250, (await shop.ReadAsync(of.Order.Ref)).Totals.Refunded);
    }

    [Fact]
    public async Task ARetryWhileTheProviderIsAway_IsWrittenDown_AndOwed()
    {
        var of = await FailedAsync();
        shop.Provider.IsAway = true;

        Assert.True((await RetryAsync(of, Ops)).Succeeded);

        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal((CaseStatus.Refunding, true), (order.Cases[0].Status, order.OwesMoney));
        shop.Provider.IsAway = false;
        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        Assert.Equal(CaseStatus.Completed, (await SentAsync(of)).Cases[0].Status);
    }

    [Fact]
    public async Task ARefusedRefund_PaidOutside_CountsAsPaid_AndSaysHowAndByWhom()
    {
        var of = await FailedAsync();

        var settled = await SettleAsync(of, Ops);

        var order = settled.Value!.Order;
        Assert.Equal((CaseStatus.Completed, 1_250), (order.Cases[0].Status, order.Totals.Refunded));
        Assert.Equal((RefundStatus.Succeeded, "transfer 7", "ops", "by phone"), (settled.Value.Refund.Status, settled.Value.Refund.SettledOutside, settled.Value.Refund.DecidedBy, settled.Value.Refund.Note));
        Assert.Equal("ops", order.Cases[0].Steps[^1].By);
        Assert.Equal(order.Version, (await SettleAsync(of, Ops)).Value!.Order.Version);
        Assert.IsType<Refusal.RefundNotFailed>((await SettleAsync(of, Ops, "transfer 8")).Refusal);
        Assert.IsType<Refusal.RefundNotFailed>((await RetryAsync(of, Ops)).Refusal);
        Assert.DoesNotContain("by phone", await LastBodyAsync(), StringComparison.Ordinal);
    }

    /// <summary>The buyer reads what it means for them; the provider's words, and colleagues', are for staff.</summary>
    [Fact]
    public async Task StepsOfARefund_SayWhy_AndHowItWasPaid()
    {
        var of = await FailedAsync();
        var refused = (await shop.ReadAsync(of.Order.Ref)).Cases[0].Steps[^1];
        Assert.Equal(("RefundRefused", "card 4711 closed"), (refused.What, refused.StaffNote));
        Assert.Contains("pays another way", refused.Note, StringComparison.Ordinal);

        var settled = (await SettleAsync(of, Ops)).Value!.Order;

        var step = settled.Cases[0].Steps[^1];
        Assert.Equal(("Paid outside the provider, reference transfer 7.", "by phone"), (step.Note, step.StaffNote));
        Assert.All(AfterSaleView.Of(settled, settled.Cases[0]).Steps, shown => Assert.Null(shown.StaffNote));
        Assert.Equal(
            [null, null, "card 4711 closed", "by phone"],
            AfterSaleView.Of(settled, settled.Cases[0], forStaff: true).Steps.Select(shown => shown.StaffNote));
        Assert.DoesNotContain("4711", System.Text.Encoding.UTF8.GetString(
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(OrderView.Of(settled), ApiJson.Default.OrderView)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheProviderSaysLater_OfARefundThatWasSettledOrRetried_ChangesNothing()
    {
        var of = await FailedAsync();
        await SettleAsync(of, Ops);
        var version = (await shop.ReadAsync(of.Order.Ref)).Version;

        await shop.Use<RefundOwed>().RecordAsync(of.Order.Ref, Payment(of), $"{Payment(of)}-r1", RefundStatus.Failed, default);

        Assert.Equal(version, (await shop.ReadAsync(of.Order.Ref)).Version);
    }

    [Fact]
    public async Task WaysOn_AreForSupportAndOperations()
    {
        var of = await FailedAsync();
        foreach (var caller in new[] { Ada, Bob, Merchant, Carrier })
        {
            Assert.Equal(new Refusal.NotFound("order"), (await RetryAsync(of, caller)).Refusal);
            Assert.Equal(new Refusal.NotFound("order"), (await SettleAsync(of, caller)).Refusal);
        }

        Assert.IsType<Refusal.VersionMismatch>((await RetryAsync(of, Ops, expectedVersion: 1)).Refusal);
        Assert.IsType<Refusal.VersionMismatch>((await SettleAsync(of, Ops, expectedVersion: 1)).Refusal);
        Assert.Equal(["reference"], Assert.IsType<Refusal.Invalid>((await SettleAsync(of, Ops, " ")).Refusal).Errors.Keys);
    }

    [Fact]
    public async Task LateMoney_WhoseRefundFailed_HasTheSameWaysOn()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var (first, second) = (await shop.WithAttemptAsync(order), await shop.WithAttemptAsync(order, "pay-2"));
        foreach (var payment in new[] { second, first })
            await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, Start, "c"), default);
        shop.Provider.RefundAnswer = ProviderRefundStatus.Failed;
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);

        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        var retried = await shop.Use<RetryRefund>().RunAsync(Ops, order.OrderId, $"{first}-r1", expectedVersion: null, default);

        Assert.Equal($"{first}-r2", retried.Value!.Refund.RefundId);
        var done = await shop.ReadAsync(order.Ref);
        Assert.Equal((2_500, 1_250, false), (done.Totals.Paid, done.Totals.Refunded, done.OwesMoney));
    }

    private static readonly Access.Caller Ops = new(Id.Parse<UserId>("olga"), new HashSet<Access.Role> { Access.Role.Ops });

    private static PaymentId Payment(CaseInOrder of) => of.Order.Payments[0].PaymentId;

    private async Task<CaseInOrder> RefundingAsync(Order order, params (string Sku, int Quantity)[] lines) =>
        (await shop.ApproveAsync(await shop.OpenedAsync(order, "refund", lines: lines))).Value!;

    private async Task<CaseInOrder> FailedAsync()
    {
        var of = await RefundingAsync(await shop.CompletedAsync(("MUG", 2)), ("MUG", 1));
        shop.Provider.RefundAnswer = ProviderRefundStatus.Failed;
        await RequestAsync(of);
        Assert.Equal(CaseStatus.RefundFailed, (await SentAsync(of)).Cases[0].Status);
        return of;
    }

    private async Task<Order> RequestAsync(CaseInOrder of)
    {
        var requested = await shop.Use<RequestCaseRefund>().RunAsync(new CaseRef(of.Order.Ref, of.Case.CaseId), default);
        Assert.Null(requested.Refusal);
        return requested.Value!.Order;
    }

    private async Task<Order> SentAsync(CaseInOrder of)
    {
        await shop.Use<RefundOwed>().RunAsync(of.Order.Ref, default);
        return await shop.ReadAsync(of.Order.Ref);
    }

    private Task<Result<RefundInOrder>> RetryAsync(CaseInOrder of, Access.Caller caller, int number = 1, long? expectedVersion = null) =>
        shop.Use<RetryRefund>().RunAsync(caller, of.Order.OrderId, $"{Payment(of)}-r{number}", expectedVersion, default);

    private Task<Result<RefundInOrder>> SettleAsync(CaseInOrder of, Access.Caller caller, string reference = "transfer 7", long? expectedVersion = null) =>
        shop.Use<SettleRefund>().RunAsync(
            caller, of.Order.OrderId, $"{Payment(of)}-r1", new SettleRefundRequest(reference, "by phone"), expectedVersion, default);

    private async Task<string> LastEventAsync() => (await LastAsync()).Type;

    private async Task<string> LastBodyAsync() => (await LastAsync()).Body;

    private async Task<OutboxItem> LastAsync() =>
        (await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddYears(1), limit: 200, default)).MaxBy(item => item.Sequence)!;
}
