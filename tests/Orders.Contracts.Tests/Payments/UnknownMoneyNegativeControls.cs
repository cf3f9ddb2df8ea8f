using Orders.Application;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Payments;

/// <summary>Stores that hold money twice, overwrite or lose it are found.</summary>
public sealed class UnknownMoneyNegativeControls
{
    [Theory]
    [InlineData(nameof(UnknownMoneyContract.Hold_Again_LeavesWhatIsKept))]
    [InlineData(nameof(UnknownMoneyContract.Save_OfEveryField_IsReadAgain))]
    [InlineData(nameof(UnknownMoneyContract.Save_OnAnotherVersion_IsRefused))]
    [InlineData(nameof(UnknownMoneyContract.List_InPages_GivesEachOnce_TheLongestHeldFirst_PerhapsOfOneState))]
    public async Task ACarelessStore_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IUnknownMoney>((inner, _) => new CarelessStore(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(UnknownMoneyContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : UnknownMoneyContract(subject);

    /// <summary>Holds over what is there, saves whatever is kept, forgets who decided, and lists one page of any state.</summary>
    private sealed class CarelessStore(IUnknownMoney inner) : IUnknownMoney
    {
        public async Task<UnknownMoney> HoldAsync(UnknownMoney money, CancellationToken cancellation)
        {
            var kept = await inner.HoldAsync(money, cancellation);
            if (kept != money)
                await inner.SaveAsync(money with { Version = kept.Version + 1 }, cancellation);
            return money;
        }

        public Task<UnknownMoney?> FindAsync(string id, CancellationToken cancellation) => inner.FindAsync(id, cancellation);

        public async Task<bool> SaveAsync(UnknownMoney changed, CancellationToken cancellation) =>
            await inner.FindAsync(changed.Id, cancellation) is { } kept
            && await inner.SaveAsync(changed with { Version = kept.Version + 1, DecidedBy = null }, cancellation);

        public async Task<Page<UnknownMoney>> ListAsync(UnknownMoneyState? state, int limit, string? cursor, CancellationToken cancellation) =>
            (await inner.ListAsync(state: null, limit, cursor, cancellation)) with { NextCursor = null };
    }
}
