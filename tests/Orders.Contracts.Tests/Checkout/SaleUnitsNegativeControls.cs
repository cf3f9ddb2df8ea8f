using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class SaleUnitsNegativeControls
{
    public static TheoryData<SaleUnitsBug, string> Guards => new()
    {
        { SaleUnitsBug.IgnoresTheQuantity, nameof(SaleUnitsContract.Reserve_BeyondTheQuantity_HoldsNothing) },
        { SaleUnitsBug.IgnoresTheBuyersLimit, nameof(SaleUnitsContract.Reserve_BeyondTheBuyersLimit_IsRefused_ToThatBuyer) },
        { SaleUnitsBug.MarksTheBuyerForEver, nameof(SaleUnitsContract.Reserve_AfterTheBuyerGaveBack_IsWithinTheLimitAgain) },
        { SaleUnitsBug.ForgetsThatTheAdmissionIsUsed, nameof(SaleUnitsContract.Reserve_WithAUsedAdmission_IsRefused_AlsoAfterItWasGivenBack) },
        { SaleUnitsBug.FreesTheAdmissionToo, nameof(SaleUnitsContract.Reserve_WithAUsedAdmission_IsRefused_AlsoAfterItWasGivenBack) },
        { SaleUnitsBug.HoldsAgainWhatIsHeld, nameof(SaleUnitsContract.Reserve_Repeated_HoldsOnce_AndAsksNoLimit) },
        { SaleUnitsBug.HoldsAnythingUnderOneKey, nameof(SaleUnitsContract.Reserve_OfAnotherRequestByTheSameKey_ChangesNothing) },
        { SaleUnitsBug.HoldsAgainWhatIsOver, nameof(SaleUnitsContract.Reserve_OfWhatIsOver_SaysSo) },
        { SaleUnitsBug.ShrinksBelowWhatIsTaken, nameof(SaleUnitsContract.Put_BelowWhatIsTaken_IsRefused) },
        { SaleUnitsBug.SellsTwice, nameof(SaleUnitsContract.Settle_SellsOnce_AndForGood) },
        { SaleUnitsBug.SellsWhatIsGone, nameof(SaleUnitsContract.Settle_WhenNothingIsLeft_SellsNothing) },
        { SaleUnitsBug.GivesBackTwice, nameof(SaleUnitsContract.Release_Twice_GivesBackOnce_AndKeepsTheFirstWord) },
        { SaleUnitsBug.GivesBackWhatIsSold, nameof(SaleUnitsContract.Settle_SellsOnce_AndForGood) },
        { SaleUnitsBug.IgnoresGenerations, nameof(SaleUnitsContract.Release_WithAnOldGeneration_IsRefused) },
        { SaleUnitsBug.RenewsNothing, nameof(SaleUnitsContract.Renew_MakesAWaitingOneYounger) },
        { SaleUnitsBug.ForgetsThatItWasKept, nameof(SaleUnitsContract.Unkept_AreFound_OldestFirst_UntilTheyAreKept) },
        { SaleUnitsBug.IgnoresTheFence, nameof(SaleUnitsContract.Put_ByWhoWasOvertaken_IsRefused) },
        { SaleUnitsBug.ResumesNothingThatIsLost, nameof(SaleUnitsContract.Resume_OfWhatNobodyKnowsOf_HoldsItAnew_AndUsesItsAdmission) },
        { SaleUnitsBug.ResumesWhatIsOver, nameof(SaleUnitsContract.Resume_OfWhatIsKnown_OnlyMakesItYounger) },
        { SaleUnitsBug.ResumesBeyondTheQuantity, nameof(SaleUnitsContract.Resume_WhenNothingIsLeft_IsWrittenDownAsGivenBack) },
        { SaleUnitsBug.ResumesBeyondTheBuyersLimit, nameof(SaleUnitsContract.Resume_BeyondTheBuyersLimit_IsWrittenDownAsGivenBack) },
        { SaleUnitsBug.ComparesWhatIsNotKnown, nameof(SaleUnitsContract.Reserve_OfWhatWasSoldWithoutIt_IsTheSameIfItsUnitsAre) },
    };

    public static TheoryData<string> Promises => [.. typeof(SaleUnitsContract).GetMethods()
        .Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(SaleUnitsBug bug, string guard) => NegativeControl.IsFoundByAsync(() => RunAsync(bug, guard));

    /// <summary>The model without a bug keeps its promises, so what is found above is the bug.</summary>
    [Theory]
    [MemberData(nameof(Promises))]
    public Task Model_KeepsEveryPromise(string promise) => RunAsync(SaleUnitsBug.None, promise);

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<SaleUnitsBug>().Except([SaleUnitsBug.None]), Guards.Select(row => (SaleUnitsBug)((object[])row)[0]).Order());

    private static async Task RunAsync(SaleUnitsBug bug, string test)
    {
        // One model for the subject's life: a restart forgets services, and the model is no store.
        ModelSaleUnits? model = null;
        using var suite = new Suite(Subject.OnMemory().With<ISaleUnits>((_, clock) => model ??= new ModelSaleUnits(clock, bug)));
        await (Task)typeof(SaleUnitsContract).GetMethod(test)!.Invoke(suite, parameters: null)!;
    }

    private sealed class Suite(Subject subject) : SaleUnitsContract(subject);
}
