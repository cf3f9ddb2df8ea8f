using Orders.Application.Checkout;
using Orders.Domain;

namespace Orders.Azure.Redis;

/// <summary>
/// The second look at the units of sales in Redis. Parts that are missing, of another epoch or found to have lost a write refuse everything; then all are built
/// anew, under the keys of an epoch that nobody is told of before it is whole.
/// </summary>
public sealed class RedisSaleBooks : ISaleBooks
{
    private readonly RedisConnection redis;
    private readonly ISaleEpochs epochs;
    private readonly SaleParts parts;
    private readonly SaleBuild build;

    public RedisSaleBooks(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock)
        : this(redis, epochs, clock, RedisSaleUnits.Parts)
    {
    }

    internal RedisSaleBooks(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock, int partsOfNewEpochs)
    {
        (this.redis, this.epochs) = (redis, epochs);
        parts = new SaleParts(new SaleCalls(redis, epochs, clock), clock);
        build = new SaleBuild(redis, epochs, clock, partsOfNewEpochs);
    }

    public async Task<bool> AreLostAsync(SaleId sale, CancellationToken cancellation)
    {
        var epoch = await epochs.FindAsync(sale, cancellation).ConfigureAwait(false);
        if (epoch is not { State: SaleEpochState.Ready })
            return epoch is { State: SaleEpochState.Building };
        try
        {
            var fresh = new SaleSession(epoch);
            await Task.WhenAll(Enumerable.Range(0, epoch.Parts).Select(part => parts.LookAtAsync(fresh, part, cancellation))).ConfigureAwait(false);
            return false;
        }
        catch (SaleCalls.EpochOverException)
        {
            return true;
        }
    }

    public Task<bool> RebuildAsync(
        SaleId sale, int quantity, int perBuyer, Func<IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>>> placed, long fence, Func<Task<bool>> goesOn,
        CancellationToken cancellation) => build.RunAsync(new SaleTerms(sale, quantity, perBuyer), placed, fence, goesOn, cancellation);

    /// <remarks>The epoch is retired last: a run that dies is begun anew, and finds the counters lost, which nobody builds any more.</remarks>
    public async Task<int> ForgetAsync(SaleId sale, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (await epochs.FindAsync(sale, cancellation).ConfigureAwait(false) is not { State: not SaleEpochState.Retired } epoch
            || await HoldsAsync(epoch, cancellation).ConfigureAwait(false))
        {
            return 0;
        }

        var units = Enumerable.Range(0, epoch.Parts).Select(part => new SaleSession(epoch).UnitsOf(part));
        await redis.DeleteAsync([.. units], cancellation).ConfigureAwait(false);
        var forgotten = await redis.ForgetAsync(SaleSession.PatternOf(sale), _ => true, limit, cancellation).ConfigureAwait(false);
        if (forgotten < limit)
            await epochs.RetireAsync(sale, epoch.Number, cancellation).ConfigureAwait(false);
        return forgotten;
    }

    /// <summary>Whether units are held, as far as that is known: counters that are lost hold nothing.</summary>
    private async Task<bool> HoldsAsync(SaleEpoch epoch, CancellationToken cancellation)
    {
        if (epoch.State != SaleEpochState.Ready)
            return false;
        try
        {
            var fresh = new SaleSession(epoch);
            return (await Task.WhenAll(Enumerable.Range(0, epoch.Parts).Select(part => parts.LookAtAsync(fresh, part, cancellation))).ConfigureAwait(false))
                .Any(part => part.Held > 0);
        }
        catch (SaleCalls.EpochOverException)
        {
            return false;
        }
    }
}
