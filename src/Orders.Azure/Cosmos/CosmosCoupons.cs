using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Coupons, what buyers have of them, and the locks of orders: all in one partition, so that every call is one batch. The lock is written on condition of what was read;
/// the counts are counted where they stand, on condition of their limits, so orders that take one coupon at once don't wait for each other. Who loses reads again.
/// </summary>
/// <remarks>
/// One partition takes 10,000 RU/s and 20 GB. An order with a coupon costs some 40 RU by the model of <c>docs/azure-testing.md</c>, so it is 240 of them a second, and
/// some ten million kept. What was released is forgotten after
/// <see cref="OrderPolicy.HoldRetention"/>.
/// </remarks>
public sealed class CosmosCoupons(CosmosDatabase database, OrderPolicy policy, TimeProvider clock) : ICoupons
{
    private readonly CosmosDocuments documents = database["coupons"];
    private readonly CouponSteps steps = new(database["coupons"], policy.HoldRetention);

    private DateTimeOffset FirstLook => clock.GetUtcNow() + policy.HoldWithoutOrder;

    public async Task<CouponCount?> FindAsync(CouponCode code, CancellationToken cancellation) =>
        await documents.FindAsync(CouponDocument.Shop, CouponDocument.IdOf(code), cancellation).ConfigureAwait(false) is { } found
            ? CouponDocument.Read(found.Document, code)
            : null;

    public async Task<CouponCount> PutAsync(Coupon coupon, CancellationToken cancellation)
    {
        // A coupon is never deleted, so what can't be created because it is there is patched.
        var id = CouponDocument.IdOf(coupon.Code);
        if (await documents.PatchAsync(CouponDocument.Shop, id, CouponDocument.Changes(coupon), condition: null, cancellation).ConfigureAwait(false) == WriteResult.Missing
            && !await documents.CreateAsync(CouponDocument.Shop, CouponDocument.Write(coupon), cancellation).ConfigureAwait(false))
            await documents.PatchAsync(CouponDocument.Shop, id, CouponDocument.Changes(coupon), condition: null, cancellation).ConfigureAwait(false);
        return await FindAsync(coupon.Code, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Coupon {coupon.Code} was stored, and can't be found.");
    }

    /// <remarks>
    /// Whose first try was done, and its answer lost, finds it locked and not anew: it is nobody's to undo then, and the sweep frees what no order needed.
    /// </remarks>
    public Task<LockResult> LockAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => steps.TakeAsync(
        key,
        async before => before switch
        {
            { State: CouponLockState.Used or CouponLockState.GivenBack } => CouponStep.None<LockResult>(new LockResult.AlreadyUsed()),
            { State: CouponLockState.Locked } held when held.Code != code => CouponStep.None<LockResult>(new LockResult.LockedForOther()),
            { State: CouponLockState.Locked } held => LockAgain(held),
            var released => await LockAnewAsync(key, code, released?.Generation ?? 0, cancellation).ConfigureAwait(false),
        },
        cancellation);

    public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => steps.TakeAsync(
        key,
        before => before switch
        {
            { State: CouponLockState.Locked } held when held.LookAt != lookAt => new CouponStep<bool>(true, held with { LookAt = lookAt }),
            _ => CouponStep.None(before is { State: CouponLockState.Locked or CouponLockState.Used }),
        },
        cancellation);

    public Task<CouponOutcome> UseAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => steps.TakeAsync(
        key,
        before =>
        {
            if (before is { State: CouponLockState.Used or CouponLockState.GivenBack })
                return CouponStep.None(CouponOutcome.AlreadyDone);
            var used = new CouponLock(CouponLockState.Used, code, before?.Generation ?? 1, LookAt: null);
            return before is not { State: CouponLockState.Locked }
                ? new CouponStep<CouponOutcome>(CouponOutcome.CountedWithoutLock, used, new CouponDelta(code, Locked: 0, Used: 1))
                : before.Code == code
                    ? new CouponStep<CouponOutcome>(CouponOutcome.Done, used, new CouponDelta(code, Locked: -1, Used: 1))
                    : new CouponStep<CouponOutcome>(
                        CouponOutcome.CountedWithoutLock, used, new CouponDelta(before.Code, Locked: -1, Used: 0), new CouponDelta(code, Locked: 0, Used: 1));
        },
        cancellation);

    public Task<CouponOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => steps.TakeAsync(
        key,
        before => before switch
        {
            null => CouponStep.None(CouponOutcome.NothingLocked),
            { State: CouponLockState.Released or CouponLockState.GivenBack } => CouponStep.None(CouponOutcome.AlreadyDone),
            { State: CouponLockState.Locked } when generation is null || generation == before.Generation => new CouponStep<CouponOutcome>(
                CouponOutcome.Done, before with { State = CouponLockState.Released, LookAt = null }, new CouponDelta(before.Code, Locked: -1, Used: 0)),
            _ => CouponStep.None(CouponOutcome.Refused),
        },
        cancellation);

    public Task<CouponOutcome> GiveBackAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => steps.TakeAsync(
        key,
        before =>
        {
            var gone = new CouponLock(CouponLockState.GivenBack, code, before?.Generation ?? 1, LookAt: null);
            return before switch
            {
                { State: CouponLockState.GivenBack } => CouponStep.None(CouponOutcome.AlreadyDone),
                { State: CouponLockState.Locked } => new CouponStep<CouponOutcome>(CouponOutcome.Done, gone, new CouponDelta(before.Code, Locked: -1, Used: 0)),
                { State: CouponLockState.Used } => new CouponStep<CouponOutcome>(CouponOutcome.Done, gone, new CouponDelta(before.Code, Locked: 0, Used: -1)),
                _ => new CouponStep<CouponOutcome>(CouponOutcome.NothingLocked, gone),
            };
        },
        cancellation);

    public async Task<IReadOnlyList<DueLock>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.due < @before ORDER BY c.due").WithParameter("@before", CosmosJson.Sortable(before));
        var rows = await documents.AskAsync(query, CouponDocument.Shop, limit, cancellation).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => (Key: CouponLock.KeyOf(row), Lock: CouponLock.Read(row)))
                .Select(due => new DueLock(due.Key, due.Lock.Code, due.Lock.Generation, due.Lock.LookAt!.Value)),
        ];
    }

    /// <summary>The same key again: of a new generation and with its time anew, so that a sweep which saw it before can't free it; a later look stays.</summary>
    private CouponStep<LockResult> LockAgain(CouponLock held)
    {
        var again = held with { Generation = held.Generation + 1, LookAt = held.LookAt > FirstLook ? held.LookAt : FirstLook };
        return new CouponStep<LockResult>(new LockResult.Locked(again.Generation, Anew: false), again);
    }

    private async Task<CouponStep<LockResult>> LockAnewAsync(HoldKey key, CouponCode code, long generation, CancellationToken cancellation)
    {
        if (await FindAsync(code, cancellation).ConfigureAwait(false) is not { Coupon: var coupon } count)
            return Refuse(CouponProblem.Unknown);
        if (count.Locked + count.Used >= coupon.Limit)
            return Refuse(CouponProblem.UsedUp);
        if (coupon.LimitPerBuyer is { } most && await steps.CountOfBuyerAsync(code, key.Order.UserId, cancellation).ConfigureAwait(false) >= most)
            return Refuse(CouponProblem.UsedUpByBuyer);
        return new CouponStep<LockResult>(
            new LockResult.Locked(generation + 1, Anew: true), new CouponLock(CouponLockState.Locked, code, generation + 1, FirstLook),
            new CouponDelta(code, Locked: 1, Used: 0) { Within = coupon });

        static CouponStep<LockResult> Refuse(CouponProblem because) => CouponStep.None<LockResult>(new LockResult.Refused(because));
    }
}
