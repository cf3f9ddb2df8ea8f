using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Stock;

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class StockNegativeControls
{
    public static TheoryData<StockBug, string> Guards => new()
    {
        { StockBug.CountsLinesOfOneSkuApart, nameof(StockContract.Reserve_TwoLinesOfOneSku_CountTogether) },
        { StockBug.HoldsSomeLinesOnly, nameof(StockContract.Reserve_WhenOneLineIsMissing_HoldsNothing) },
        { StockBug.ReleaseFreesTwice, nameof(StockContract.Release_Twice_FreesOnce) },
        { StockBug.ReleaseFreesWhatIsSold, nameof(StockContract.Release_OfWhatIsSold_IsRefused) },
        { StockBug.IgnoresGenerations, nameof(StockContract.Release_WithAnOldGeneration_IsRefused) },
        { StockBug.SellsTwice, nameof(StockContract.Commit_OfWhatIsHeld_SellsItOnce) },
        { StockBug.SellsWhatIsGone, nameof(StockContract.Commit_OfAFreedHoldWhoseUnitsAreGone_SellsNothing) },
        { StockBug.HoldsAgainWhatIsHeld, nameof(StockContract.Reserve_Repeated_HoldsOnce) },
        { StockBug.AdjustsTwice, nameof(StockContract.Adjust_WithOneKey_HappensOnce) },
        { StockBug.AdjustsBelowCommitted, nameof(StockContract.Adjust_BelowWhatIsHeldAndSold_IsRefusedAndLeavesTheKey) },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    public async Task Bug_IsFound(StockBug bug, string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IStock>((_, clock) => new ModelStock(clock, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(StockContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<StockBug>().Except([StockBug.None]), Guards.Select(row => (StockBug)((object[])row)[0]).Order());

    private sealed class Suite(Subject subject) : StockContract(subject);
}
