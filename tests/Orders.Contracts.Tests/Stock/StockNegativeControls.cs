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
        { StockBug.IgnoresBackorder, nameof(StockContract.Backorder_IsPromisedBeyondTheStock_AndNotMore) },
        { StockBug.OversellsOnBackorder, nameof(StockContract.Backorder_IsPromisedBeyondTheStock_AndNotMore) },
        { StockBug.SetsRulesBelowCommitted, nameof(StockContract.Backorder_LoweredBelowWhatIsPromised_IsRefused) },
        { StockBug.ForgetsRules, nameof(StockContract.Rules_AreKept_AndReplacedAsAWhole) },
        { StockBug.IgnoresTheCap, nameof(StockContract.Cap_CountsWhatABuyerHolds_OverAllOrders) },
        { StockBug.CapsEachOrderApart, nameof(StockContract.Cap_CountsWhatABuyerHolds_OverAllOrders) },
        { StockBug.CapsEverybodyTogether, nameof(StockContract.Cap_CountsWhatABuyerHolds_OverAllOrders) },
        { StockBug.CapCountsWhatIsFreed, nameof(StockContract.Cap_GivesRoomBack_ByReleaseAndBySale) },
        { StockBug.CapCountsWhatIsSold, nameof(StockContract.Cap_GivesRoomBack_ByReleaseAndBySale) },
        { StockBug.CapCountsFromItsSettingOn, nameof(StockContract.Cap_SetLater_CountsWhatIsHeldAlready) },
        { StockBug.CapStopsRevivals, nameof(StockContract.Cap_IsNotAskedOfARevival_NorOfASale) },
        { StockBug.CapStopsARepetition, nameof(StockContract.Cap_OfARepetition_CountsNothingTwice) },
        { StockBug.CapStopsASale, nameof(StockContract.Cap_IsNotAskedOfARevival_NorOfASale) },
        { StockBug.MarksEveryRelease, nameof(StockContract.ShortWindow_ComesAfterUnpaidOrders_OfThatSkuAndBuyer) },
        { StockBug.MarksTwice, nameof(StockContract.Expire_Repeated_MarksOnce) },
        { StockBug.MarksForEver, nameof(StockContract.ShortWindow_EndsWithTheLookBack) },
        { StockBug.MarksWithoutTheRule, nameof(StockContract.ShortWindow_CountsNothingFromBeforeItsRule) },
        { StockBug.MarksEverySku, nameof(StockContract.ShortWindow_IsTheShortestOfItsLines) },
        { StockBug.KeepsEveryMark, nameof(StockContract.Marks_AreNoMoreThanTheRuleCounts_AndArePurged) },
        { StockBug.KeptIsForgotten, nameof(StockContract.Keep_SetsTheNextLook) },
        { StockBug.PurgesWhatIsSold, nameof(StockContract.Purge_ForgetsFreedHolds_OnceTheirTimeIsOver_AndNothingElse) },
        { StockBug.PurgesBeforeItsTime, nameof(StockContract.Purge_ForgetsFreedHolds_OnceTheirTimeIsOver_AndNothingElse) },
        { StockBug.RepetitionBringsALookNear, nameof(StockContract.Reserve_Repeated_HasItsTimeAnew_ButKeepsALaterLook) },
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
