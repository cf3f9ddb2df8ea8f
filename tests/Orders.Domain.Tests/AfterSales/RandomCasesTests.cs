using FsCheck;
using FsCheck.Fluent;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Xunit;

namespace Orders.Domain.Tests.AfterSales;

/// <summary>The sums of after-sale cases, however an order's units are taken back.</summary>
public sealed class RandomCasesTests
{
    private static readonly Arbitrary<int[]> Lives = Gen.Choose(0, int.MaxValue).ArrayOf(160).ToArbitrary();

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void WhatWasCapturedAndNotSentBack_IsWhatTheBuyerKeeps_ToTheMinorUnit() =>
        HoldsAtEveryStep(life => life.Captured - life.Refunded == WorthOf(life.Order));

    [Fact]
    public void Refunds_AreNeverMoreThanWasCaptured_OfTheOrderAndOfEachLine() => HoldsAtEveryStep(life =>
        life.Refunded <= life.Captured
        && AllLines(life.Order).All(line => line.Refunded >= 0 && line.Refunded <= line.Total && line.ReturnedQuantity <= line.Quantity)
        && Refundable.Of(life.Order).All(line => line.Units >= 0 && line.Amount >= 0 && line.Shipping >= 0 && line.Unshipped >= 0 && line.Unshipped <= line.Units));

    [Fact]
    public void EachLine_IsRefundedOrExchangedOrInACaseOrLeft_ToTheMinorUnit() => HoldsAtEveryStep(life => Refundable.Of(life.Order).All(line =>
    {
        var taken = life.Order.Cases.Where(c => c.Counts).SelectMany(c => c.Lines.Where(of => of.LineId == line.Line.LineId)).ToList();
        return line.Line.Total == line.Amount + taken.Sum(of => of.SettledAmount) && line.Line.Quantity == line.Units + taken.Sum(of => of.Settled);
    }));

    [Fact]
    public void WhenAllIsGivenBack_ExactlyAllIs() => Check.One(Thorough, Prop.ForAll(Lives, numbers =>
    {
        var life = RandomCases.Play(numbers).Last();
        life.RefundEverything();
        return life.Captured == life.Refunded && life.Order.State is OrderState.AfterSaleCompleted;
    }));

    [Fact]
    public void TheLayerIsThere_AsLongAsACaseIsOpen_AndEndsWhenNothingIsLeft() => HoldsAtEveryStep(life =>
        life.Order.Cases.Any(c => c.IsOpen) ? life.Order.State is OrderState.AfterSale
        : life.Order.Cases.Count == 0 || life.Order.State is OrderState.AfterSaleCompleted == Refundable.Of(life.Order).All(line => line.Units == 0));

    [Fact]
    public void Lives_ReachEveryState_WithWriteOffsAndMissingUnitsAndExchangesUpAndDown()
    {
        var random = new Random(20260301);
        var seen = new List<AfterSaleCase>();
        for (var life = 0; life < 400; life++)
            seen.AddRange(RandomCases.Play(Enumerable.Range(0, 160).Select(_ => random.Next()).ToList()).SelectMany(step => step.Order.Cases.ToList()));

        Assert.Equal(Enum.GetValues<CaseStatus>(), seen.Select(c => c.Status).Distinct().Order());
        Assert.Contains(seen, c => c.Lines.Any(line => line.WrittenOff > 0));
        Assert.Contains(seen, c => c.Lines.Any(line => line.Received is > 0 && line.Received < line.Quantity));
        Assert.Contains(seen, c => c is { Status: CaseStatus.Completed, Replaces: true, DifferencePaid: > 0 });
        Assert.Contains(seen, c => c is { Status: CaseStatus.Completed, Replaces: true, RefundDue: > 0 });
        Assert.Contains(seen, c => c is { Status: CaseStatus.Completed, FellBack: true, DifferencePaid: > 0 });
    }

    /// <summary>What the buyer keeps or has in open cases, with its share of shipping, and the differences that open cases have been paid.</summary>
    private static long WorthOf(Order order) =>
        Refundable.Of(order).Sum(line => line.Amount + line.Shipping)
        + order.Cases.Where(c => c.IsOpen).Sum(c => c.DifferencePaid + c.Lines.Sum(line => line.SettledAmount + line.SettledShipping));

    private static IEnumerable<Checkout.OrderLine> AllLines(Order order) => order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line));

    private static void HoldsAtEveryStep(Func<RandomCases, bool> holds) =>
        Check.One(Thorough, Prop.ForAll(Lives, numbers => RandomCases.Play(numbers).All(holds)));
}
