using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>A store that lets two requests run, mixes up requests or invents answers is found.</summary>
public sealed class IdempotencyNegativeControls
{
    [Theory]
    [InlineData(nameof(IdempotencyContract.Claim_OfAFreeKey_IsGrantedToOneOfMany))]
    [InlineData(nameof(IdempotencyContract.Claim_ForAnotherRequest_IsRefusedWhileRunningAndAfter))]
    [InlineData(nameof(IdempotencyContract.Complete_WithoutAClaim_InventsNothing))]
    [InlineData(nameof(IdempotencyContract.Claim_InAnotherScope_IsAnotherKey))]
    [InlineData(nameof(IdempotencyContract.Claim_WhoseRequestDied_Lapses))]
    public async Task ACarelessStore_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IIdempotencyStore>((inner, _) => new CarelessStore(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(IdempotencyContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : IdempotencyContract(subject);

    private sealed class CarelessStore(IIdempotencyStore inner) : IIdempotencyStore
    {
        public async Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation) =>
            await inner.ClaimAsync(Joined(key), "any", cancellation) is Claim.Answered answered ? answered : new Claim.Granted();

        public async Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation)
        {
            await inner.ClaimAsync(Joined(key), "any", cancellation);
            await inner.CompleteAsync(Joined(key), "any", answer, cancellation);
        }

        public Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation) => inner.AbandonAsync(Joined(key), cancellation);

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);

        private static IdempotencyKey Joined(IdempotencyKey key) => new("", $"{key.Scope} {key.Key}".TrimEnd());
    }
}
