using Orders.Application;
using Orders.Application.Stock;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Builds the counters in a new epoch: the ledger numbers it, the old one ends, what of it can still be read is booked, then levels and holds are put in
/// place, and only then it is published, in Redis first. Dying or being stopped anywhere in between leaves an epoch that is not ready, and the next run
/// begins another.
/// </summary>
internal sealed class StockBuild(RedisConnection redis, StockCalls calls, StockJournal journal, IStockLedger ledger, TimeProvider clock)
{
    private static readonly RedisScript Fence = RedisScript.Load("stock-fence");
    private static readonly RedisScript Publish = RedisScript.Load("stock-publish");
    private static readonly RedisScript BuildLevel = RedisScript.Load("stock-build-level");
    private static readonly RedisScript BuildHold = RedisScript.Load("stock-build-hold");

    private const int PageSize = 100;
    private const int MostBatches = 1_000;

    public async Task<bool> RunAsync(
        Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        var old = await ledger.FindEpochAsync(cancellation).ConfigureAwait(false);
        if (!await ledger.BeginEpochAsync(old.Number, cancellation).ConfigureAwait(false))
            return false;
        var epoch = old.Number + 1;
        await redis.RunAsync(Fence, [StockNames.Epoch], [], cancellation).ConfigureAwait(false);

        // Levels first: they set what the holds then count on. Orders before the ledger's holds: of those it is known that they live.
        if (!await BookAsync(old.Number, goesOn, cancellation).ConfigureAwait(false)
            || !await PutLevelsAsync(epoch, goesOn, cancellation).ConfigureAwait(false)
            || !await PutOrdersHoldsAsync(epoch, inFlight, goesOn, cancellation).ConfigureAwait(false)
            || !await PutHeldAsync(epoch, goesOn, cancellation).ConfigureAwait(false))
            return false;

        await redis.RunAsync(Publish, [StockNames.Epoch], [epoch], cancellation).ConfigureAwait(false);
        if (!await ledger.EndEpochAsync(epoch, cancellation).ConfigureAwait(false))
            return false;
        await redis.ForgetAsync($"{{stock}}:{old.Number}:*", cancellation).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> BookAsync(long epoch, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        for (var batch = 0; batch < MostBatches; batch++)
        {
            if (await journal.BookAsync(epoch, StockJournal.Batch, cancellation).ConfigureAwait(false) < StockJournal.Batch)
                break;
            if (!await goesOn().ConfigureAwait(false))
                return false;
        }

        return true;
    }

    private async Task<bool> PutLevelsAsync(long epoch, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await ledger.ListAsync(PageSize, cursor, cancellation).ConfigureAwait(false);
            await Task.WhenAll(page.Items.Select(level => redis.RunAsync(
                BuildLevel, [StockNames.Sku(epoch, level.Sku)], [level.Count.Stock, level.Count.Sold, .. StockValues.Of(level.Rules)], cancellation)))
                .ConfigureAwait(false);
            if (!await goesOn().ConfigureAwait(false))
                return false;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return true;
    }

    private async Task<bool> PutOrdersHoldsAsync(
        long epoch, Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        await foreach (var holds in inFlight().WithCancellation(cancellation).ConfigureAwait(false))
        {
            await Task.WhenAll(holds.Select(hold => PutOrdersHoldAsync(epoch, hold, cancellation))).ConfigureAwait(false);
            if (!await goesOn().ConfigureAwait(false))
                return false;
        }

        return true;
    }

    private async Task PutOrdersHoldAsync(long epoch, HoldInFlight hold, CancellationToken cancellation)
    {
        // Sold already: its counter has it.
        var booked = await ledger.FindHoldAsync(hold.Key, cancellation).ConfigureAwait(false);
        if (booked is { Stage: HoldStage.Sold })
            return;
        var isKnown = booked is { Stage: HoldStage.Held } && booked.Units == hold.Units;
        await PutAsync(epoch, hold, isKnown, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> PutHeldAsync(long epoch, Func<Task<bool>> goesOn, CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await ledger.ListHeldAsync(PageSize, cursor, cancellation).ConfigureAwait(false);
            await Task.WhenAll(page.Items.Select(hold => PutAsync(epoch, new HoldInFlight(hold.Key, hold.Units, clock.GetUtcNow()), isKnown: true, cancellation)))
                .ConfigureAwait(false);
            if (!await goesOn().ConfigureAwait(false))
                return false;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return true;
    }

    private Task PutAsync(long epoch, HoldInFlight hold, bool isKnown, CancellationToken cancellation) => calls.RunInAsync(
        epoch, BuildHold, hold.Key,
        [StockNames.Member(hold.Key), hold.Key.Order.UserId.Value, hold.Units.Text, RedisTime.Of(hold.LookAt), !isKnown], cancellation);
}
