using System.Globalization;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>A coupon's counts up or down.</summary>
internal sealed record CouponDelta(CouponCode Code, int Locked, int Used)
{
    /// <summary>Not null: only within these limits. Null counts beyond them.</summary>
    public Coupon? Within { get; init; }

    public int Taken => Locked + Used;
}

/// <summary>What a call makes of a lock.</summary>
/// <param name="Outcome">What it answers once that is stored.</param>
/// <param name="After">Null when nothing changes.</param>
internal sealed record CouponStep<T>(T Outcome, CouponLock? After, params CouponDelta[] Deltas);

internal static class CouponStep
{
    public static CouponStep<T> None<T>(T outcome) => new(outcome, After: null);
}

/// <summary>Takes steps: a lock with its counts in one batch, decided anew for as long as somebody else was faster.</summary>
internal sealed class CouponSteps(CosmosDocuments documents, TimeSpan forgetReleased)
{
    public Task<T> TakeAsync<T>(HoldKey key, Func<CouponLock?, CouponStep<T>> decide, CancellationToken cancellation) =>
        TakeAsync(key, before => Task.FromResult(decide(before)), cancellation);

    /// <exception cref="DependencyUnavailableException">Others were faster each time: nothing happened.</exception>
    public async Task<T> TakeAsync<T>(HoldKey key, Func<CouponLock?, Task<CouponStep<T>>> decide, CancellationToken cancellation)
    {
        for (var turns = new Turns($"The coupon of {key}"); ;)
        {
            turns.Next(cancellation);
            var found = await documents.FindAsync(CouponDocument.Shop, CouponLock.IdOf(key), cancellation).ConfigureAwait(false);
            var step = await decide(found is null ? null : CouponLock.Read(found.Document)).ConfigureAwait(false);
            if (step.After is null || await TryAsync(key, found?.ETag, step.After, step.Deltas, cancellation).ConfigureAwait(false))
                return step.Outcome;
        }
    }

    /// <summary>How many locks and uses of this coupon this buyer has.</summary>
    public async Task<long> CountOfBuyerAsync(CouponCode code, UserId buyer, CancellationToken cancellation) =>
        (await documents.FindAsync(CouponDocument.Shop, CouponDocument.BuyerOf(code, buyer), cancellation).ConfigureAwait(false))
            ?.Document.GetProperty("taken").GetInt64() ?? 0;

    private async Task<bool> TryAsync(HoldKey key, string? etag, CouponLock after, CouponDelta[] deltas, CancellationToken cancellation)
    {
        var fills = new List<(Action<TransactionalBatch> Add, bool MayBeRefused)> { (LockFill(key, etag, after.Write(key, forgetReleased)), true) };
        foreach (var delta in deltas)
        {
            fills.Add((CountFill(delta), delta.Within is not null));
            if (delta.Taken != 0)
                fills.Add(await BuyerFillAsync(delta, key.Order.UserId, cancellation).ConfigureAwait(false));
        }

        var (result, failed) = await documents.BatchAsync(
            CouponDocument.Shop,
            batch =>
            {
                foreach (var (add, _) in fills)
                    add(batch);
            },
            cancellation).ConfigureAwait(false);
        if (result == WriteResult.Done)
            return true;
        // The lock stood as it was read, and what it counts for is not counted: a broken invariant.
        if (failed > 0 && !fills[failed].MayBeRefused)
            throw new InvalidOperationException($"The coupon of {key} counts less than its locks, or is not there.");
        return false;
    }

    private static Action<TransactionalBatch> LockFill(HoldKey key, string? etag, byte[] document) => batch =>
    {
        if (etag is null)
            batch.CreateItemStream(CosmosDocuments.Stream(document));
        else
            batch.ReplaceItemStream(CouponLock.IdOf(key), CosmosDocuments.Stream(document), new TransactionalBatchItemRequestOptions { IfMatchEtag = etag });
    };

    private static Action<TransactionalBatch> CountFill(CouponDelta delta)
    {
        var condition = delta.Within is { } coupon
            ? CouponDocument.HasRoom(coupon)
            : string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.locked >= {Math.Max(0, -delta.Locked)} AND c.used >= {Math.Max(0, -delta.Used)}");
        PatchOperation[] changes =
            [PatchOperation.Increment("/locked", delta.Locked), PatchOperation.Increment("/used", delta.Used), PatchOperation.Increment("/taken", delta.Taken)];
        return batch => batch.PatchItem(CouponDocument.IdOf(delta.Code), changes, CosmosDocuments.InBatch(condition));
    }

    private async Task<(Action<TransactionalBatch> Add, bool MayBeRefused)> BuyerFillAsync(CouponDelta delta, UserId buyer, CancellationToken cancellation)
    {
        var id = CouponDocument.BuyerOf(delta.Code, buyer);
        if (delta.Taken > 0 && await documents.FindAsync(CouponDocument.Shop, id, cancellation).ConfigureAwait(false) is null)
        {
            var document = CouponDocument.WriteBuyer(delta.Code, buyer);
            return (batch => batch.CreateItemStream(CosmosDocuments.Stream(document)), true);
        }

        var condition = delta.Taken < 0
            ? "FROM c WHERE c.taken > 0"
            : string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.taken < {delta.Within?.LimitPerBuyer ?? CouponDocument.NoLimit}");
        return (batch => batch.PatchItem(id, [PatchOperation.Increment("/taken", delta.Taken)], CosmosDocuments.InBatch(condition)), delta.Taken > 0);
    }
}
