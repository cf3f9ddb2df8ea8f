using Orders.Application.Checkout;
using Orders.Application.Stock;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Builds a sale's counters in a new epoch: the database numbers it, the old one ends, the reservations of orders are put in place, what is left is shared over
/// the parts, and only then the database is told that it is ready. Dying or being stopped anywhere in between leaves an epoch that is not, and the next run
/// begins another; of two builds at once only the later counts.
/// </summary>
internal sealed class SaleBuild(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock, int parts)
{
    private static readonly RedisScript Fence = RedisScript.Load("sale-fence");
    private static readonly RedisScript Build = RedisScript.Load("sale-build");
    private static readonly RedisScript Built = RedisScript.Load("sale-built");
    private static readonly RedisScript Open = RedisScript.Load("sale-open");

    /// <param name="terms">Sale, units, and units per buyer.</param>
    /// <inheritdoc cref="ISaleBooks.RebuildAsync"/>
    public async Task<bool> RunAsync(
        SaleTerms terms, Func<IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>>> placed, long fence, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        var old = await epochs.FindAsync(terms.Sale, cancellation).ConfigureAwait(false);
        if (!await epochs.BeginAsync(terms.Sale, old?.Number ?? 0, parts, fence, cancellation).ConfigureAwait(false))
            return false;
        var epoch = new SaleSession(new SaleEpoch(terms.Sale, (old?.Number ?? 0) + 1, parts, SaleEpochState.Building));
        if (old is not null)
            await EndAsync(new SaleSession(old), cancellation).ConfigureAwait(false);

        // Admissions of before may have been used, which nobody knows any more. Nothing is used from here on until the epoch is ready.
        var since = old is null ? 0 : RedisTime.Of(clock.GetUtcNow());
        var isReady = await PutAsync(epoch, placed, goesOn, cancellation).ConfigureAwait(false) is { } put
            && await OpenAsync(epoch, terms, put, since, fence, cancellation).ConfigureAwait(false)
            && await epochs.EndAsync(terms.Sale, epoch.Epoch.Number, fence, cancellation).ConfigureAwait(false);

        // What is not asked any more: the epochs before, or this one.
        await redis.ForgetAsync(
            SaleSession.PatternOf(terms.Sale),
            key => isReady ? SaleSession.EpochOf(key) < epoch.Epoch.Number : SaleSession.EpochOf(key) == epoch.Epoch.Number,
            int.MaxValue, cancellation).ConfigureAwait(false);
        return isReady;
    }

    private Task EndAsync(SaleSession old, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, old.Parts).Select(part => redis.RunAsync(Fence, [old.UnitsOf(part)], [], cancellation)));

    /// <summary>How many reservations were put into each part; null when it was stopped.</summary>
    private async Task<long[]?> PutAsync(
        SaleSession epoch, Func<IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>>> placed, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        var put = new long[epoch.Parts];
        await foreach (var holds in placed().WithCancellation(cancellation).ConfigureAwait(false))
        {
            await Task.WhenAll(holds.Select(PutAsync)).ConfigureAwait(false);
            if (!await goesOn().ConfigureAwait(false))
                return null;
        }

        return put;

        async Task PutAsync(PlacedSaleHold hold)
        {
            var home = epoch.HomeOf(hold.Key.Order.UserId);
            var isNew = (long)await redis.RunAsync(
                Build, [epoch.UnitsOf(home), epoch.HoldOf(home, hold.Key)],
                [
                    StockNames.Member(hold.Key), hold.Key.Order.UserId.Value, hold.Sku.Value, hold.Quantity,
                    hold.State switch { SaleHoldState.Released => "released", SaleHoldState.Sold => "sold", _ => "held" }, RedisTime.Of(hold.PlacedAt),
                ],
                cancellation).ConfigureAwait(false);
            Interlocked.Add(ref put[home], isNew);
        }
    }

    /// <summary>False when something of what was put there is lost by now: the server failed once more.</summary>
    private async Task<bool> OpenAsync(SaleSession epoch, SaleTerms terms, long[] put, long since, long fence, CancellationToken cancellation)
    {
        var built = await Task.WhenAll(Enumerable.Range(0, epoch.Parts).Select(part => redis.RunAsync(Built, [epoch.UnitsOf(part)], [], cancellation)))
            .ConfigureAwait(false);
        if (built.Select(part => (long[])part!).Zip(put).Any(part => part.First[2] < part.Second))
            return false;
        var left = Math.Max(0, terms.Quantity - built.Select(part => (long[])part!).Sum(part => part[0] + part[1]));
        var opened = await Task.WhenAll(Enumerable.Range(0, epoch.Parts).Select(part => redis.RunAsync(
            Open, [epoch.UnitsOf(part)],
            [left / epoch.Parts + (part < left % epoch.Parts ? 1 : 0), terms.PerBuyer, since, fence, ((long[])built[part]!)[2]], cancellation))).ConfigureAwait(false);
        return opened.All(one => (long)one == 1);
    }
}

/// <summary>What a sale's counters are set to.</summary>
internal sealed record SaleTerms(Domain.SaleId Sale, int Quantity, int PerBuyer);
