using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.AfterSales;

/// <summary>The difference of an exchange for something dearer: a tea of 4.99 € becomes a mug of 12.50 €.</summary>
public sealed class DifferenceTests : IDisposable
{
    private const long Difference = 751;

    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Difference_IsPaidByAnAttemptOfItsOwn_AndTheReplacementIsNext()
    {
        var of = await AwaitingPaymentAsync();
        Assert.Equal(EventTypes.CaseDifferenceDue, await LastEventAsync());

        var opened = await PayAsync(of);
        Assert.Equal((Difference, of.Case.CaseId), (opened.Value!.Payment.Amount.Amount, opened.Value.Payment.ForCase));
        Assert.False((await shop.ReadAsync(of.Order.Ref)).HasStrayAttempt);
        await SettleAsync(of, Difference);

        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal((CaseStatus.AwaitingReplacement, Start.AddDays(14)), (order.Cases[0].Status, order.Cases[0].State.Deadline));
        Assert.Equal((Difference, Difference, false), (order.Cases[0].DifferencePaid, order.Payments[^1].Kept, order.OwesMoney));
        Assert.Equal(499 + Difference, order.Totals.Paid);
        Assert.Equal(EventTypes.CaseDifferencePaid, await LastEventAsync());
    }

    [Theory]
    [InlineData(Difference + 10, 10, RefundReason.Over, CaseStatus.AwaitingReplacement)]
    [InlineData(Difference - 10, 0, RefundReason.Short, CaseStatus.AwaitingPayment)]
    public async Task OtherSums_FollowTheRulesOfTheOrder(long amount, long owed, RefundReason reason, CaseStatus status)
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);

        await SettleAsync(of, amount);

        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal(status, order.Cases[0].Status);
        Assert.Equal(owed > 0, order.OwesMoney);
        Assert.Equal(reason, Settlement.ReasonOf(order, order.Payments[^1]));
    }

    [Fact]
    public async Task ShortMoney_GoesBack_WhenTheDeadlineHasPassed()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);
        await SettleAsync(of, Difference - 10);

        var fallen = await shop.ApplyAsync(of, new CaseEvent.ReplacementOverdue(Start.AddDays(3)));

        Assert.True(fallen.Order.OwesMoney);
        await shop.Use<RefundOwed>().RunAsync(of.Order.Ref, default);
        Assert.Equal(Difference - 10, (await shop.ReadAsync(of.Order.Ref)).Totals.Refunded);
    }

    [Fact]
    public async Task LateAndSecondMoney_GoesBack()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of, "d-1");
        await PayAsync(of, "d-2");
        Assert.Contains(PaymentId.Derive(of.Order.OrderId, "d-1"), shop.Provider.Voided);
        await SettleAsync(of, Difference, "d-2");
        await SettleAsync(of, Difference, "d-1");

        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal(RefundReason.SecondPayment, Settlement.ReasonOf(order, order.FindPaymentOf("d-1")));
        await shop.Use<RefundOwed>().RunAsync(of.Order.Ref, default);
        Assert.Equal(Difference, (await shop.ReadAsync(of.Order.Ref)).Totals.Refunded);
    }

    [Fact]
    public async Task AnAttempt_OfACaseThatFellBack_IsStray_AndItsMoneyLate()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);
        var fallen = await shop.ApplyAsync(of, new CaseEvent.ReplacementOverdue(Start.AddDays(3)));

        Assert.True(fallen.Order.HasStrayAttempt);
        await shop.Use<VoidOpenAttempts>().RunAsync(of.Order.Ref, default);
        Assert.False((await shop.ReadAsync(of.Order.Ref)).HasStrayAttempt);
        await SettleAsync(of, Difference);
        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal((true, RefundReason.Late), (order.OwesMoney, Settlement.ReasonOf(order, order.Payments[^1])));
    }

    [Fact]
    public async Task AnAwaitedAttempt_IsNotVoided()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);

        await shop.Use<VoidOpenAttempts>().RunAsync(of.Order.Ref, default);

        Assert.Empty(shop.Provider.Voided);
        Assert.Equal(PaymentStatus.Open, (await shop.ReadAsync(of.Order.Ref)).Payments[^1].Status);
    }

    [Fact]
    public async Task AnAttempt_IsForACaseThatWaitsForIt_UntilItsDeadline()
    {
        var order = await shop.CompletedAsync(("TEA", 1));
        var opened = await shop.OpenedAsync(order, "return");
        Assert.IsType<Refusal.IllegalInCase>((await PayAsync(opened)).Refusal);
        Assert.IsType<Refusal.NotFound>((await PayAsync(opened, caseId: "x")).Refusal);
        Assert.IsType<Refusal.NotFound>((await PayAsync(opened, caseId: CaseId.Derive(order.OrderId, "other").Value)).Refusal);
        await shop.WithdrawAsync(opened);

        var of = await AwaitingPaymentAsync(order);
        Assert.IsType<Refusal.NotPayable>((await shop.Use<OpenPayment>().RunAsync(new OpenPaymentCommand(Ada, order.OrderId, "d", Method: null), default)).Refusal);
        shop.Clock.MoveTo(Start.AddDays(3));
        Assert.IsType<Refusal.IllegalInCase>((await PayAsync(of)).Refusal);
    }

    [Fact]
    public async Task PaidAndNotReplaced_AllOfItGoesBack()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);
        await SettleAsync(of, Difference);

        await shop.ApplyAsync(of, new CaseEvent.ReplacementOverdue(Start.AddDays(14)));
        await shop.Use<RequestCaseRefund>().RunAsync(new CaseRef(of.Order.Ref, of.Case.CaseId), default);
        await shop.Use<RefundOwed>().RunAsync(of.Order.Ref, default);

        var order = await shop.ReadAsync(of.Order.Ref);
        Assert.Equal((OrderStatus.AfterSaleCompleted, 1_250, 1_250), (order.Status, order.Totals.Paid, order.Totals.Refunded));
        Assert.All(order.Payments, payment => Assert.Equal((0, 0), (payment.Kept, payment.Owed)));
    }

    [Fact]
    public async Task PaidAndReplaced_TheReplacementIsWorthBothSums()
    {
        var of = await AwaitingPaymentAsync();
        await PayAsync(of);
        await SettleAsync(of, Difference);

        var done = await shop.Use<ShipReplacement>().RunAsync(
            Merchant, of.Order.OrderId, of.Case.CaseId, new CaseParcelRequest("DHL", "2"), expectedVersion: null, default);

        Assert.Equal(1_250, done.Value!.Order.Replacements[0].Line.Total);
        Assert.Equal(1_250, (await shop.PreviewAsync(done.Value.Order)).Value!.MaximumRefundable);
    }

    private async Task<CaseInOrder> AwaitingPaymentAsync(Order? order = null)
    {
        order ??= await shop.CompletedAsync(("TEA", 1));
        var opened = (await shop.OpenAsync(order, new CaseRequest("exchange", [new("TEA", 1, ReplacementSku: "MUG")], "Rather a mug"), "exchange")).Value!;
        await shop.ApproveAsync(opened);
        return (await shop.Use<ReceiveGoods>().RunAsync(Merchant, order.OrderId, opened.Case.CaseId, new ReceiveGoodsRequest(), expectedVersion: null, default)).Value!;
    }

    private Task<Result<OpenedPayment>> PayAsync(CaseInOrder of, string key = "d-1", string? caseId = null) => shop.Use<OpenPayment>().RunAsync(
        new OpenPaymentCommand(Ada, of.Order.OrderId, key, Method: null) { CaseId = caseId ?? of.Case.CaseId.Value }, default);

    private Task<SettlementDecision?> SettleAsync(CaseInOrder of, long amount, string key = "d-1") => shop.Use<ApplySettlement>().RunAsync(
        of.Order.Ref, PaymentId.Derive(of.Order.OrderId, key), new Capture(of.Order.Total with { Amount = amount }, Start, key), default);

    private async Task<string> LastEventAsync() =>
        (await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddYears(1), limit: 200, default)).MaxBy(item => item.Sequence)!.Type;
}

file static class Finding
{
    public static OrderPayment FindPaymentOf(this Order order, string key) =>
        order.Payments.First(payment => payment.PaymentId == PaymentId.Derive(order.OrderId, key));
}
