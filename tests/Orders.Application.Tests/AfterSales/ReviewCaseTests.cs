using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;
using static Orders.Application.Tests.Subjects.ShopCases;

namespace Orders.Application.Tests.AfterSales;

/// <summary>The decision on a case: the shop's, the buyer's, and what the rule may.</summary>
public sealed class ReviewCaseTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Approval_OfARefund_LetsTheMoneyGo_AndOfAReturnTheGoodsCome()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        var refund = await shop.ApproveAsync(await shop.OpenedAsync(order, "refund", lines: ("MUG", 1)));
        var back = await shop.ApproveAsync(await shop.OpenedAsync(order, "return", "case-2", ("MUG", 1)), Support);

        Assert.Equal(CaseStatus.Refunding, refund.Value!.Case.Status);
        Assert.Equal((CaseStatus.AwaitingGoods, Start.AddDays(14)), (back.Value!.Case.Status, back.Value.Case.State.Deadline));
        Assert.Equal("support", back.Value.Case.Steps[^1].By);
        Assert.Equal(back.Value.Order.Version, (await shop.ApproveAsync(back.Value, expectedVersion: 1)).Value!.Order.Version);
    }

    [Fact]
    public async Task Approval_CarriesTheMerchantsNote_OnceAndOfABoundedLength()
    {
        var opened = await shop.OpenedAsync(await shop.CompletedAsync(("MUG", 2)), "return", lines: ("MUG", 1));
        Assert.IsType<Refusal.Invalid>((await shop.ApproveAsync(opened, note: new string('x', 501))).Refusal);

        await shop.ApproveAsync(opened, note: "Use the label in the parcel");
        var again = await shop.ApproveAsync(opened, note: "another");

        Assert.Equal("Use the label in the parcel", again.Value!.Case.Steps[^1].Note);
    }

    [Fact]
    public async Task Approval_OfAnExchange_ReservesTheReplacement_UnderAHoldOfItsOwn()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        await shop.WithdrawAsync(await shop.OpenedAsync(order, "return", lines: ("MUG", 1)));
        var held = (await shop.StockAsync(Mug)).Held;

        var approved = await shop.ApproveAsync(await shop.OpenedAsync(order, "exchange", "case-2", ("MUG", 2)));

        Assert.Equal((1_001, false), (approved.Value!.Case.Hold, approved.Value.Case.FellBack));
        Assert.Equal(held + 2, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Approval_OfAnExchangeThatCantBeHad_MakesItAReturn_AndTellsTheBuyer()
    {
        var order = await shop.CompletedAsync(("MUG", 6));

        var approved = await shop.ApproveAsync(await shop.OpenedAsync(order, "exchange", lines: ("MUG", 6)));

        Assert.Equal((CaseStatus.AwaitingGoods, null, true), (approved.Value!.Case.Status, approved.Value.Case.Hold, approved.Value.Case.FellBack));
        Assert.Equal(7_500, approved.Value.Case.RefundDue);
        Assert.Contains("out of stock", approved.Value.Case.Steps[^1].Note, StringComparison.Ordinal);
        Assert.Contains("75.00 EUR then goes back to you", await LastTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approval_ThatIsRefused_ReservesNothing()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        var opened = await shop.OpenedAsync(order, "exchange", lines: ("MUG", 1));
        var held = (await shop.StockAsync(Mug)).Held;

        Assert.IsType<Refusal.VersionMismatch>((await shop.ApproveAsync(opened, expectedVersion: 1)).Refusal);
        Assert.IsType<Refusal.IllegalInCase>((await ByDeadlineAsync(opened)).Refusal);
        Assert.Equal(held, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task ACrashBetweenReservationAndApproval_IsMendedByARepeat_WithTheSameHold()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        var opened = await shop.OpenedAsync(order, "exchange", lines: ("MUG", 1));
        var held = (await shop.StockAsync(Mug)).Held;
        Assert.True(await shop.RunAndDieAsync(afterCommits: 1, () => shop.ApproveAsync(opened)));

        var approved = await shop.ApproveAsync(opened);

        Assert.Equal((CaseStatus.AwaitingGoods, 1_000), (approved.Value!.Case.Status, approved.Value.Case.Hold));
        Assert.Equal(held + 1, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Rule_Decides_AtTheDeadlineAndNotBefore()
    {
        var opened = await shop.OpenedAsync(await shop.CompletedAsync(("MUG", 2)), "return");

        shop.Clock.MoveTo(Start.AddHours(48).AddTicks(-1));
        Assert.IsType<Refusal.IllegalInCase>((await ByDeadlineAsync(opened)).Refusal);
        Assert.IsType<Refusal.IllegalInCase>((await shop.Use<RejectCase>().RunAsync(opened.Order.Ref, opened.Case.CaseId, "Nobody did", default)).Refusal);
        shop.Clock.MoveTo(Start.AddHours(48));
        Assert.Equal(CaseStatus.AwaitingGoods, (await ByDeadlineAsync(opened)).Value!.Case.Status);
    }

    [Fact]
    public async Task Rule_ThatRejects_LeavesAloneWhatSomebodyApproved()
    {
        var opened = await shop.OpenedAsync(await shop.CompletedAsync(("MUG", 2)), "return");
        await shop.ApproveAsync(opened);
        shop.Clock.MoveTo(Start.AddHours(48));

        Assert.IsType<Refusal.IllegalInCase>((await shop.Use<RejectCase>().RunAsync(opened.Order.Ref, opened.Case.CaseId, "Nobody did", default)).Refusal);
    }

    [Fact]
    public async Task Rejected_TheOrderIsAsBefore_TheUnitsAreFreeAgain_AndTheReasonIsTheBuyersToRead()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1));
        var opened = await shop.OpenedAsync(order, "refund", lines: ("MUG", 2));

        var rejected = await shop.RejectAsync(opened);

        Assert.Equal(CaseStatus.Rejected, rejected.Value!.Case.Status);
        Assert.Equal(Assert.IsType<OrderState.PendingShipment>(order.State).Open, Assert.IsType<OrderState.PendingShipment>(rejected.Value.Order.State).Open);
        Assert.Equal("It shows traces of use", rejected.Value.Case.Steps[^1].Note);
        Assert.Equal(2_999, (await shop.PreviewAsync(order)).Value!.MaximumRefundable);
        Assert.Equal(OrderStatus.Shipped, (await shop.ShipAsync(rejected.Value.Order)).Status);
        Assert.Equal(rejected.Value.Case.Steps.Count, (await shop.RejectAsync(opened)).Value!.Case.Steps.Count);
        Assert.IsType<Refusal.IllegalInCase>((await shop.ApproveAsync(opened)).Refusal);
    }

    [Fact]
    public async Task Withdrawing_IsTheBuyersAlone_UntilTheGoodsAreSent()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        var opened = await shop.OpenedAsync(order, "return");
        Assert.IsType<Refusal.NotFound>((await shop.WithdrawAsync(opened, Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.WithdrawAsync(opened, Merchant)).Refusal);
        Assert.IsType<Refusal.VersionMismatch>((await shop.WithdrawAsync(opened, expectedVersion: 1)).Refusal);

        var withdrawn = await shop.WithdrawAsync(opened);
        Assert.Equal((OrderStatus.Completed, CaseStatus.Withdrawn), (withdrawn.Value!.Order.Status, withdrawn.Value.Case.Status));

        var second = await shop.ApproveAsync(await shop.OpenedAsync(order, "return", "case-2"));
        await shop.ApplyAsync(second.Value!, new CaseEvent.GoodsSent(Start, new CaseParcel("DHL", "1", Start), Start.AddDays(14)));
        Assert.IsType<Refusal.IllegalInCase>((await shop.WithdrawAsync(second.Value!)).Refusal);
    }

    [Fact]
    public async Task Deciding_IsTheMerchantsAndSupports_AndUnknownCasesAreNotFound()
    {
        var opened = await shop.OpenedAsync(await shop.CompletedAsync(("MUG", 2)), "return");
        foreach (var caller in new[] { Ada, Bob, Carrier })
        {
            Assert.Equal(new Refusal.NotFound("order"), (await shop.ApproveAsync(opened, caller)).Refusal);
            Assert.Equal(new Refusal.NotFound("order"), (await shop.RejectAsync(opened, caller)).Refusal);
        }

        var unknown = opened with { Case = opened.Case with { CaseId = CaseId.Derive(opened.Order.OrderId, "other") } };
        Assert.Equal(new Refusal.NotFound("after-sale case"), (await shop.ApproveAsync(unknown)).Refusal);
        Assert.Equal(new Refusal.NotFound("after-sale case"), (await shop.RejectAsync(unknown)).Refusal);
        Assert.Equal(new Refusal.NotFound("after-sale case"), (await shop.WithdrawAsync(unknown)).Refusal);
        Assert.Equal(new Refusal.NotFound("after-sale case"), (await shop.Use<ReadCase>().RunAsync(Ada, unknown.Order.OrderId, unknown.Case.CaseId, default)).Refusal);
        Assert.Equal(new Refusal.NotFound("order"), (await shop.Use<ReadCase>().RunAsync(Bob, opened.Order.OrderId, opened.Case.CaseId, default)).Refusal);
        Assert.Equal(opened.Case.CaseId, (await shop.Use<ReadCase>().RunAsync(Support, opened.Order.OrderId, opened.Case.CaseId, default)).Value!.Case.CaseId);
        Assert.Equal(["reason"], Assert.IsType<Refusal.Invalid>((await shop.RejectAsync(opened, reason: " ")).Refusal).Errors.Keys);
    }

    [Fact]
    public async Task TwoCasesAtOnce_EndOneByOne_AndTheOrderComesBackWithTheLast()
    {
        var order = await shop.CompletedAsync(("MUG", 1), ("TEA", 1));
        var mug = await shop.OpenedAsync(order, "return", lines: ("MUG", 1));
        var tea = await shop.OpenedAsync(order, "return", "case-2", ("TEA", 1));

        Assert.Equal(OrderStatus.AfterSale, (await shop.RejectAsync(mug)).Value!.Order.Status);
        Assert.Equal(OrderStatus.Completed, (await shop.WithdrawAsync(tea)).Value!.Order.Status);
    }

    private Task<Result<CaseInOrder>> ByDeadlineAsync(CaseInOrder of) =>
        shop.Use<ApproveCase>().RunAsync(of.Order.Ref, new CaseApproval(of.Case.CaseId, Actor.System, ByDeadline: true), default);

    private async Task<string?> LastTextAsync() => NotificationTexts.For(OrderEventEnvelope.Parse(
        (await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddYears(1), limit: 100, default)).MaxBy(item => item.Sequence)!.Body));
}
