using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;
using static Orders.Application.Tests.Subjects.ShopCases;

namespace Orders.Application.Tests.AfterSales;

/// <summary>Opening after-sale cases: what can be in one, for how much, and who may.</summary>
public sealed class OpenCaseTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Case_PutsTheAfterSaleLayerOverTheOrder_AndWaitsForReview()
    {
        var order = await shop.CompletedAsync(("MUG", 2), ("TEA", 1));

        var opened = await shop.OpenedAsync(order, "return", lines: ("MUG", 1));

        Assert.Equal(OrderStatus.AfterSale, opened.Order.Status);
        Assert.Equal((CaseStatus.InReview, Start.AddHours(48)), (opened.Case.Status, opened.Case.State.Deadline));
        Assert.Equal(new CaseLine("1", 1, Amount: 1_250, Shipping: 0), Assert.Single(opened.Case.Lines));
        var step = Assert.Single(opened.Case.Steps);
        Assert.Equal(("Opened", "customer", Start), (step.What, step.By, step.At));
        Assert.Equal(EventTypes.CaseOpened, await LastEventAsync());
    }

    [Fact]
    public async Task SameKeyAgain_IsTheSameCase_AndAnotherRequestUnderIt_IsRefused()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        var first = await shop.OpenedAsync(order, "return", lines: ("MUG", 1));

        var again = await shop.OpenAsync(order, Case("return", ("MUG", 1)), expectedVersion: 1);

        Assert.Equal((first.Case.CaseId, first.Order.Version), (again.Value!.Case.CaseId, again.Value.Order.Version));
        Assert.IsType<Refusal.OtherRequestWithKey>((await shop.OpenAsync(order, Case("return", ("MUG", 2)))).Refusal);
        Assert.IsType<Refusal.OtherRequestWithKey>((await shop.OpenAsync(order, Case("refund", ("MUG", 1)))).Refusal);
        Assert.Single((await shop.ReadAsync(order.Ref)).Cases);
    }

    [Fact]
    public async Task UnitsInACase_CantBeInAnother()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        await shop.OpenedAsync(order, "return", lines: ("MUG", 1));

        var second = await shop.OpenedAsync(order, "refund", key: "case-2", lines: ("MUG", 1));
        var third = await shop.OpenAsync(order, Case("refund", ("MUG", 1)), key: "case-3");

        Assert.Equal(2, second.Order.Cases.Count);
        Assert.Equal(new Refusal.LineNotEligible("1", Mug, Eligible: 0, LineProblem.NotEnoughLeft), third.Refusal);
    }

    [Fact]
    public async Task ReturnAndExchange_TakeOnlyWhatWasShipped_AndARefundTakesTheRest()
    {
        var order = await shop.AcceptedAsync(("MUG", 3));
        order = await shop.ShipAsync(order, new ShipLineRequest("MUG", 1));

        Assert.Equal(
            new Refusal.LineNotEligible("1", Mug, Eligible: 1, LineProblem.NotShipped), (await shop.OpenAsync(order, Case("return", ("MUG", 2)))).Refusal);
        Assert.Equal(
            new Refusal.LineNotEligible("1", Mug, Eligible: 1, LineProblem.NotShipped), (await shop.OpenAsync(order, Case("exchange", ("MUG", 3)))).Refusal);
        await shop.OpenedAsync(order, "return", lines: ("MUG", 1));
        var rest = await shop.OpenAsync(order, Case("refund", ("MUG", 2)), key: "case-2");
        Assert.Equal(2_500, rest.Value!.Case.RefundDue);
    }

    [Fact]
    public async Task WithoutLines_AllThatIsLeftIsMeant()
    {
        var order = await shop.AcceptedAsync(("MUG", 3), ("TEA", 1));
        order = await shop.ShipAsync(order, new ShipLineRequest("MUG", 2));

        var back = await shop.OpenedAsync(order, "return");
        var rest = await shop.OpenedAsync(order, "refund", key: "case-2");

        Assert.Equal(Units.Of(("1", 2)), back.Case.Units);
        Assert.Equal(Units.Of(("1", 1), ("2", 1)), rest.Case.Units);
        Assert.Equal(LineProblem.NotEnoughLeft, Assert.IsType<Refusal.LineNotEligible>((await shop.OpenAsync(order, Case("refund"), key: "case-3")).Refusal).Because);
    }

    [Fact]
    public async Task Sku_OnTwoLines_TakesThemInTheirOrder_UnlessALineIsNamed()
    {
        var order = await shop.CompletedAsync(("MUG", 2), ("TEA", 1), ("MUG", 3));

        var bySku = await shop.OpenedAsync(order, "return", lines: [("MUG", 1), ("MUG", 2)]);
        var byLine = await shop.OpenAsync(order, new CaseRequest("return", [new(Sku: null, 1, LineId: "3")], "Chipped"), key: "case-2");

        Assert.Equal(Units.Of(("1", 2), ("3", 1)), bySku.Case.Units);
        Assert.Equal(Units.Of(("3", 1)), byLine.Value!.Case.Units);
        Assert.Equal(new Refusal.LineNotEligible("3", Mug, Eligible: 1, LineProblem.NotEnoughLeft), (await shop.OpenAsync(order, Case("return", ("MUG", 2)), key: "case-3")).Refusal);
    }

    [Fact]
    public async Task Exchange_IsForTheSame_OrForAnotherOfTheCurrencyAtItsPriceNow()
    {
        var order = await shop.CompletedAsync(("MUG", 2), ("TEA", 1));
        await shop.Use<PutCatalogueItem>().RunAsync("TEA", new CatalogueItemRequest("Better tea", 1_500, "EUR"), default);

        var same = await shop.OpenedAsync(order, "exchange", lines: ("MUG", 1));
        var other = await shop.OpenAsync(order, Exchange("MUG", "TEA"), key: "case-2");

        Assert.Equal(new ReplacementItem(Mug, "Mug", 1_250, IsSame: true), same.Case.Lines[0].Replacement);
        Assert.Equal((0, 0), (same.Case.DifferenceDue, same.Case.RefundDue));
        Assert.Equal(new ReplacementItem(Tea, "Better tea", 1_500, IsSame: false), other.Value!.Case.Lines[0].Replacement);
        Assert.Equal(250, other.Value.Case.DifferenceDue);
        Assert.IsType<Refusal.MixedCurrencies>((await shop.OpenAsync(order, Exchange("TEA", "BOOK"), key: "case-3")).Refusal);
        Assert.IsType<Refusal.UnknownSku>((await shop.OpenAsync(order, Exchange("TEA", "NONE"), key: "case-4")).Refusal);
    }

    [Fact]
    public async Task RequestOfAnotherForm_IsRefused()
    {
        var order = await shop.CompletedAsync(("MUG", 2));

        Assert.Equal(["reason", "type"], await WrongAsync(order, new CaseRequest()));
        Assert.Equal(["type"], await WrongAsync(order, new CaseRequest("Refund", Lines: null, "x")));
        Assert.Equal(["lines"], await WrongAsync(order, new CaseRequest("refund", [], "x")));
        Assert.Equal(["lines/0", "lines/0/quantity"], await WrongAsync(order, new CaseRequest("refund", [null], "x")));
        Assert.Equal(["lines/0"], await WrongAsync(order, new CaseRequest("refund", [new("MUG", 1, LineId: "1")], "x")));
        Assert.Equal(["lines/0/sku"], await WrongAsync(order, Case("refund", ("TEA", 1))));
        Assert.Equal(["lines/0/lineId"], await WrongAsync(order, new CaseRequest("refund", [new(Sku: null, 1, LineId: "9")], "x")));
        Assert.Equal(["lines/0/replacementSku"], await WrongAsync(order, new CaseRequest("return", [new("MUG", 1, ReplacementSku: "TEA")], "x")));
        Assert.Equal(["lines/0/replacementSku"], await WrongAsync(order, new CaseRequest("exchange", [new("MUG", 1, ReplacementSku: "a b")], "x")));
        Assert.Equal(
            ["lines/1/replacementSku"],
            await WrongAsync(order, new CaseRequest("exchange", [new("MUG", 1, ReplacementSku: "TEA"), new("MUG", 1)], "x")));
        Assert.Equal(["reason"], await WrongAsync(order, new CaseRequest("refund", Lines: null, new string('x', 501))));
    }

    [Fact]
    public async Task AnUnpaidOrder_AndOneWhoseWindowIsOver_HaveNoCases()
    {
        var unpaid = (await shop.PlaceAsync(Basket(("TEA", 1)), key: "unpaid")).Value!.Order;
        Assert.IsType<Refusal.IllegalInState>((await shop.OpenAsync(unpaid, Case("refund"))).Refusal);

        var order = await shop.CompletedAsync(("MUG", 1), ("TEA", 1));
        shop.Clock.MoveTo(Start.AddDays(15));
        await shop.OpenedAsync(order, "return", lines: ("TEA", 1));
        shop.Clock.MoveTo(Start.AddDays(15).AddTicks(1));
        Assert.Equal(new Refusal.AfterSaleWindowOver(Start.AddDays(15)), (await shop.OpenAsync(order, Case("return"), key: "case-2")).Refusal);
    }

    [Fact]
    public async Task AfterTheWindow_TheRefusalSaysWhenItEnded()
    {
        var order = await shop.CompletedAsync(("MUG", 1));
        shop.Clock.MoveTo(Start.AddDays(15).AddTicks(1));

        Assert.Equal(new Refusal.AfterSaleWindowOver(Start.AddDays(15)), (await shop.OpenAsync(order, Case("return"))).Refusal);
        Assert.Equal(new Refusal.AfterSaleWindowOver(Start.AddDays(15)), (await shop.PreviewAsync(order)).Refusal);
    }

    [Fact]
    public async Task Order_HasAtMostTwentyCases()
    {
        var order = await shop.CompletedAsync(("MUG", 10));
        for (var i = 0; i < 20; i++)
            await shop.WithdrawAsync(await shop.OpenedAsync(order, "return", $"case-{i}", ("MUG", 1)));

        Assert.Equal(new Refusal.LimitReached("after-sale cases", 20), (await shop.OpenAsync(order, Case("return", ("MUG", 1)), "one-more")).Refusal);
    }

    [Fact]
    public async Task Opening_IsTheBuyersTheMerchantsAndSupports()
    {
        var order = await shop.CompletedAsync(("MUG", 3));

        Assert.IsType<Refusal.NotFound>((await shop.OpenAsync(order, Case("return", ("MUG", 1)), caller: Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.OpenAsync(order, Case("return", ("MUG", 1)), caller: Carrier)).Refusal);
        var bySupport = await shop.OpenAsync(order, Case("return", ("MUG", 1)), "s", Support);
        Assert.Equal((CaseStatus.InReview, "support"), (bySupport.Value!.Case.Status, bySupport.Value.Case.Steps[0].By));
    }

    [Fact]
    public async Task OpenedByTheMerchant_IsApprovedInTheSameBreath_ByAStepOfItsOwn()
    {
        var order = await shop.CompletedAsync(("MUG", 3));

        var opened = await shop.OpenAsync(order, Case("return", ("MUG", 1)), caller: Merchant);

        Assert.Equal(CaseStatus.AwaitingGoods, opened.Value!.Case.Status);
        Assert.Equal([("Opened", "merchant"), ("Approved", "merchant")], opened.Value.Case.Steps.Select(step => (step.What, step.By)));
        Assert.Equal(order.Version + 2, opened.Value.Order.Version);
    }

    [Fact]
    public async Task RefundOfEverything_WhileNothingIsShipped_IsApprovedByRule()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1));

        var opened = await shop.OpenedAsync(order, "refund");

        Assert.Equal((CaseStatus.Refunding, 2_999), (opened.Case.Status, opened.Case.RefundDue));
        Assert.Equal([("Opened", "customer"), ("Approved", "system")], opened.Case.Steps.Select(step => (step.What, step.By)));
        Assert.NotNull(opened.Case.Steps[1].Note);
    }

    [Fact]
    public async Task RefundOfEverythingButSomething_OrOfWhatIsShipped_IsReviewed()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1));
        Assert.Equal(CaseStatus.InReview, (await shop.OpenedAsync(order, "refund", lines: ("MUG", 2))).Case.Status);

        // All that is left, but another case is not decided.
        Assert.Equal(CaseStatus.InReview, (await shop.OpenedAsync(order, "refund", "case-2")).Case.Status);
    }

    [Fact]
    public async Task RefundOfEverything_OfAShippedOrder_IsReviewed() =>
        Assert.Equal(CaseStatus.InReview, (await shop.OpenedAsync(await shop.ShippedAsync(("MUG", 2)), "refund")).Case.Status);

    [Fact]
    public async Task ACrashBetweenOpeningAndApproval_IsMendedByARepeat()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));
        Assert.True(await shop.RunAndDieAsync(afterCommits: 1, () => shop.OpenAsync(order, Case("refund"))));
        Assert.Equal(CaseStatus.InReview, (await shop.ReadAsync(order.Ref)).Cases[0].Status);

        Assert.Equal(CaseStatus.Refunding, (await shop.OpenAsync(order, Case("refund"))).Value!.Case.Status);
    }

    [Fact]
    public async Task AnotherVersionThanTheOrders_IsRefused()
    {
        var order = await shop.CompletedAsync(("MUG", 2));

        Assert.Equal(new Refusal.VersionMismatch(order.Version), (await shop.OpenAsync(order, Case("return"), expectedVersion: order.Version - 1)).Refusal);
        Assert.True((await shop.OpenAsync(order, Case("return"), expectedVersion: order.Version)).Succeeded);
    }

    [Fact]
    public async Task LinesInACase_CantBeShipped_AndTheOthersGoOn()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1));
        await shop.OpenedAsync(order, "refund", lines: ("MUG", 1));

        var refused = await shop.Use<ShipLines>().RunAsync(
            Merchant, order.OrderId, "s", new ShipRequest("DHL", "1", [new("MUG", 1)]), expectedVersion: null, default);
        var shipped = await shop.ShipAsync(order, new ShipLineRequest("TEA", 1));

        Assert.IsType<Refusal.IllegalInState>(refused.Refusal);
        Assert.Equal(OrderStatus.AfterSale, shipped.Status);
        Assert.Equal(1, shipped.ShippedQuantity("2"));
    }

    private static CaseRequest Exchange(string sku, string replacement) => new("exchange", [new(sku, 1, ReplacementSku: replacement)], "Another please");

    private async Task<IEnumerable<string>> WrongAsync(Order order, CaseRequest request) =>
        Assert.IsType<Refusal.Invalid>((await shop.OpenAsync(order, request)).Refusal).Errors.Keys.Order(StringComparer.Ordinal);

    private async Task<string> LastEventAsync() =>
        (await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddYears(1), limit: 100, default)).MaxBy(item => item.Sequence)!.Type;
}
