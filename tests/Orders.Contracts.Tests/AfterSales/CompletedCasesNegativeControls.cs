using Orders.Application.AfterSales;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.AfterSales;

/// <summary>Lists that skip, repeat or look too far ahead are found.</summary>
public sealed class CompletedCasesNegativeControls
{
    [Theory]
    [InlineData(nameof(CompletedCasesContract.Find_GivesCompletedOnes_TheEarliestFirst_AndSurvivesARestart), "reversed")]
    [InlineData(nameof(CompletedCasesContract.Find_GoesByTheLastCompletion_AndFindsALaterOneAgain), "from the beginning")]
    [InlineData(nameof(CompletedCasesContract.Find_GivesNoneAtOrAfterTheInstant), "all of the minute")]
    [InlineData(nameof(CompletedCasesContract.Find_InPages_GivesEachOnce), "by instant alone")]
    public async Task ACarelessList_IsFound(string guard, string bug)
    {
        using var suite = new Suite(Subject.OnMemory().With<ICompletedCases>((inner, _) => new CarelessList(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(CompletedCasesContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : CompletedCasesContract(subject);

    private sealed class CarelessList(ICompletedCases inner, string bug) : ICompletedCases
    {
        public async Task<IReadOnlyList<CompletedOrder>> FindAsync(CompletedOrder? after, DateTimeOffset before, int limit, CancellationToken cancellation) => bug switch
        {
            "reversed" => [.. (await inner.FindAsync(after, before, limit, cancellation)).Reverse()],
            "from the beginning" => await inner.FindAsync(new CompletedOrder(Sample.Ref(1), after!.At.AddDays(1)), before, limit, cancellation),
            "all of the minute" => await inner.FindAsync(after, before.AddMinutes(1), limit, cancellation),
            _ => await inner.FindAsync(after is null ? null : after with { At = after.At.AddTicks(1) }, before, limit, cancellation),
        };
    }
}
