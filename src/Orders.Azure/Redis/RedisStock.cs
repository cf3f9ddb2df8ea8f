using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Stock as counters in Redis, which admit, before a ledger in the database, which decides. One script is one call: deduction, reservation record, the
/// buyer's mark and the movement for the ledger are written together or not at all. Holds and their ends reach the ledger soon after; a sale, an
/// adjustment and rules are booked before they are answered. Without Redis, or with counters that it has lost, everything is refused:
/// nothing is sold from memory.
/// </summary>
public sealed class RedisStock : IStock
{
    /// <summary>From so many movements that wait a commit, for which nobody waits, brings a batch of them to the ledger.</summary>
    private const int Many = 2 * StockJournal.Batch;

    private const int MostBatches = 1_000;

    private readonly StockCalls calls;
    private readonly StockScripts scripts;
    private readonly StockJournal journal;
    private readonly IStockLedger ledger;
    private readonly OrderPolicy policy;
    private readonly TimeProvider clock;

    public RedisStock(RedisConnection redis, IStockLedger ledger, OrderPolicy policy, TimeProvider clock)
        : this(redis, ledger, policy, clock, StockScripts.Default)
    {
    }

    internal RedisStock(RedisConnection redis, IStockLedger ledger, OrderPolicy policy, TimeProvider clock, StockScripts scripts)
    {
        (this.ledger, this.policy, this.clock, this.scripts) = (ledger, policy, clock, scripts);
        calls = new StockCalls(redis, ledger, clock);
        journal = new StockJournal(calls, scripts, ledger);
    }

    public async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var answer = await calls.RunAsync(
            scripts.Reserve, key,
            [
                StockNames.Member(key), key.Order.UserId.Value, HeldUnits.Of(lines).Text, RedisTime.Of(now + policy.HoldWithoutOrder),
                key.Number == 0, RedisTime.Of(now - policy.UnpaidLookBack),
            ],
            cancellation).ConfigureAwait(false);
        return answer.Word switch
        {
            "HELD" => new ReserveResult.Reserved(answer.NumberOrNull(2) is { } window ? TimeSpan.FromMicroseconds(window) : null),
            "SOLD" => new ReserveResult.AlreadySold(),
            "OTHER" => new ReserveResult.HeldForOtherLines(),
            "OUT" => new ReserveResult.OutOfStock(Id.Parse<Sku>(answer[2]), answer.Number(3)),
            "CAP" => new ReserveResult.HoldCapReached(Id.Parse<Sku>(answer[2]), (int)answer.Number(3)),
            "BEHIND" => throw new DependencyUnavailableException("The stock's ledger, which is far behind,"),
            _ => throw Unknown(answer),
        };
    }

    public async Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) =>
        (await calls.RunAsync(scripts.Keep, key, [StockNames.Member(key), RedisTime.Of(lookAt)], cancellation).ConfigureAwait(false)).Word == "KEPT";

    public async Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var units = HeldUnits.Of(lines);
        var answer = await CommitAsync(key, units, ledgerWasAsked: false, cancellation).ConfigureAwait(false);
        if (answer.Word == "ASK")
        {
            // Ended long ago, or before the counters were rebuilt: the ledger knows what these have forgotten.
            if (await ledger.FindHoldAsync(key, cancellation).ConfigureAwait(false) is { Stage: HoldStage.Sold })
                return HoldOutcome.AlreadyDone;
            answer = await CommitAsync(key, units, ledgerWasAsked: true, cancellation).ConfigureAwait(false);
        }

        switch (answer.Word)
        {
            case "NONE":
                return HoldOutcome.NothingHeld;
            case "DONE" or "ALREADY":
                var sale = new StockMovement.OfHold(StockNames.Number(answer.Epoch, answer.Number(2)), clock.GetUtcNow(), key, HoldStage.Sold, units);
                if (!await BookSaleAsync(answer.Epoch, sale, cancellation).ConfigureAwait(false))
                    return HoldOutcome.NothingHeld;
                if (answer.Word == "ALREADY")
                    return HoldOutcome.AlreadyDone;
                if (answer.Number(3) > Many)
                    await journal.BookAsync(answer.Epoch, StockJournal.Batch, cancellation).ConfigureAwait(false);
                return HoldOutcome.Done;
            default:
                throw Unknown(answer);
        }
    }

    public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) =>
        FreeAsync(key, generation, RedisValue.EmptyString, cancellation);

    public Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) =>
        FreeAsync(key, generation, RedisTime.Of(at), cancellation);

    public async Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var answer = await calls.RunAsync(scripts.Due, hold: null, [RedisTime.Before(before), limit], cancellation).ConfigureAwait(false);
        return [.. Enumerable.Range(0, (answer.Parts.Length - 2) / 3).Select(i => 2 + 3 * i).Select(i =>
            new DueHold(StockNames.HoldOf(answer[i]), answer.Number(i + 1), RedisTime.At(answer.Number(i + 2))))];
    }

    public async Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation)
    {
        var answer = await calls.RunAsync(scripts.Level, hold: null, [sku.Value], cancellation).ConfigureAwait(false);
        return answer.Word == "NONE" ? null : StockValues.Level(sku, answer, from: 2);
    }

    public async Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation)
    {
        var (mode, units) = change switch
        {
            StockChange.By by => ("BY", by.Units),
            StockChange.To to => ("TO", to.Units),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        if (units is > IStock.MostUnits or < -IStock.MostUnits)
            return null;
        if (await ledger.HasAdjustmentAsync(key, cancellation).ConfigureAwait(false))
            return await FindAsync(sku, cancellation).ConfigureAwait(false);
        var answer = await calls.RunAsync(scripts.Adjust, hold: null, [sku.Value, mode, units, key, reason, IStock.MostUnits], cancellation).ConfigureAwait(false);
        if (answer.Word == "REFUSED")
            return null;
        await ledger.BookAsync(
            [new StockMovement.Adjusted(StockNames.Number(answer.Epoch, answer.Number(2)), RedisTime.At(answer.Number(3)), sku, answer.Number(4), key, reason)],
            cancellation).ConfigureAwait(false);
        return StockValues.Level(sku, answer, from: 5);
    }

    public async Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation)
    {
        var answer = await calls.RunAsync(scripts.Rules, hold: null, [sku.Value, .. StockValues.Of(rules)], cancellation).ConfigureAwait(false);
        if (answer.Word == "REFUSED")
            return null;
        await ledger.BookAsync(
            [new StockMovement.Ruled(StockNames.Number(answer.Epoch, answer.Number(2)), clock.GetUtcNow(), sku, rules)], cancellation).ConfigureAwait(false);
        return StockValues.Level(sku, answer, from: 3);
    }

    /// <summary>Redis forgets them by itself.</summary>
    public Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Task.FromResult(0);

    public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Task.FromResult(0);

    private Task<StockAnswer> CommitAsync(HoldKey key, HeldUnits units, bool ledgerWasAsked, CancellationToken cancellation) =>
        calls.RunAsync(scripts.Commit, key, [StockNames.Member(key), key.Order.UserId.Value, units.Text, ledgerWasAsked], cancellation);

    /// <summary>The ledger's word on a sale. Before it is believed to exceed the stock, everything that came before it is booked.</summary>
    private async Task<bool> BookSaleAsync(long epoch, StockMovement.OfHold sale, CancellationToken cancellation)
    {
        var booking = await ledger.BookAsync([sale], cancellation).ConfigureAwait(false);
        if (booking[0] != Booking.Exceeds)
            return true;
        await journal.BookAllAsync(epoch, MostBatches, cancellation).ConfigureAwait(false);
        return await ledger.FindHoldAsync(sale.Key, cancellation).ConfigureAwait(false) is { Stage: HoldStage.Sold };
    }

    private async Task<HoldOutcome> FreeAsync(HoldKey key, long? generation, RedisValue unpaidAt, CancellationToken cancellation)
    {
        var answer = await calls.RunAsync(
            scripts.Release, key,
            [
                StockNames.Member(key), generation ?? RedisValue.EmptyString, unpaidAt, key.Order.OrderId.Value,
                (long)(policy.UnpaidLookBack * 2).TotalMilliseconds,
            ],
            cancellation).ConfigureAwait(false);
        return answer.Word switch
        {
            "DONE" => HoldOutcome.Done,
            "ALREADY" => HoldOutcome.AlreadyDone,
            "NONE" => HoldOutcome.NothingHeld,
            "REFUSED" => HoldOutcome.Refused,
            _ => throw Unknown(answer),
        };
    }

    private static InvalidOperationException Unknown(StockAnswer answer) => new($"A script of stock answered '{answer.Word}', which nobody knows.");
}
