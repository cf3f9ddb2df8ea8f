using Orders.Application.AfterSales;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;
using static Orders.Application.Tests.Subjects.ShopCases;

namespace Orders.Application.Tests.AfterSales;

/// <summary>The dry run of a case.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Preview_TellsPerLineWhatWasPaid_WhatWentBack_AndWhatIsLeft()
    {
        var order = await shop.AcceptedAsync(("MUG", 3), ("TEA", 1));
        order = await shop.ShipAsync(order, new ShipLineRequest("MUG", 2));
        await RefundedAsync(await shop.OpenedAsync(order, "refund", lines: ("MUG", 1)));
        await shop.OpenedAsync(order, "return", "case-2", ("MUG", 1));

        var preview = (await shop.PreviewAsync(order)).Value!;

        Assert.Equal(
            new PreviewedLine("1", Mug, "Mug", 3, Paid: 3_750, Refunded: 1_250, InOpenCases: 1_250, Exchanged: 0, UnitsLeft: 1, UnitsReturnable: 1, 0, 1_250),
            preview.Lines[0]);
        Assert.Equal((499, 1, 0), (preview.Lines[1].MaximumRefundable, preview.Lines[1].UnitsLeft, preview.Lines[1].UnitsReturnable));
        Assert.Equal(1_749, preview.MaximumRefundable);
        Assert.Null(preview.Wanted);
    }

    [Fact]
    public async Task Preview_OfACase_GivesWhatTheCaseThenGives_AndWritesNothing()
    {
        var order = await shop.CompletedAsync(("MUG", 2), ("TEA", 1));
        var request = new CaseRequest("exchange", [new("TEA", 1, ReplacementSku: "MUG"), new("MUG", 1, ReplacementSku: "TEA")], Reason: null);

        var wanted = (await shop.PreviewAsync(order, request)).Value!.Wanted!;

        Assert.Equal(order.Version, (await shop.ReadAsync(order.Ref)).Version);
        Assert.Equal((751, 751), (wanted.Refund, wanted.Difference));
        var opened = (await shop.OpenAsync(order, request with { Reason = "Swap" })).Value!.Case;
        Assert.Equal((wanted.Refund, wanted.Difference), (opened.RefundDue, opened.DifferenceDue));
    }

    [Fact]
    public async Task Preview_OfWhatCantBe_IsRefusedAsTheCaseWouldBe()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));

        Assert.IsType<Refusal.LineNotEligible>((await shop.PreviewAsync(order, new CaseRequest("return"))).Refusal);
        Assert.IsType<Refusal.Invalid>((await shop.PreviewAsync(order, new CaseRequest("gift"))).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.PreviewAsync(order, caller: Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.PreviewAsync(order, caller: Carrier)).Refusal);
        Assert.Equal(2_500, (await shop.PreviewAsync(order, caller: Support)).Value!.MaximumRefundable);
    }

    /// <summary>As if the money had gone back.</summary>
    private async Task RefundedAsync(CaseInOrder of)
    {
        await shop.ApproveAsync(of);
        await shop.ApplyAsync(of, new CaseEvent.RefundSucceeded(Start));
    }
}
