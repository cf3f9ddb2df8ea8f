using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Stock;

/// <summary>
/// Stock as counters per SKU and a row per hold, both in one write. The one writer makes every call atomic; the counters' own statements
/// refuse what would oversell.
/// </summary>
public sealed class SqliteStock(EmbeddedTables tables, OrderPolicy policy, TimeProvider clock) : IStock
{
    internal const string Due =
        """
        SELECT user_id, order_id, number, generation, look_at FROM stock_holds INDEXED BY stock_holds_unkept
        WHERE look_at < $1 ORDER BY look_at, order_id, number LIMIT $2
        """;

    public Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var wanted = HeldLines.Of(lines);
        return tables.WriteAsync(
            transaction => HoldRow.Find(transaction, key) switch
            {
                { State: HoldState.Sold } => new ReserveResult.AlreadySold(),
                { State: HoldState.Held } held => HoldAgain(transaction, key, held, wanted),
                var released => Hold(transaction, key, released?.Generation ?? 0, wanted),
            },
            cancellation);
    }

    public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            // A statement alone for nearly all; where it changes nothing, somebody has to look why.
            if (HoldRow.Keep(transaction, key, lookAt))
                return true;
            return HoldRow.Find(transaction, key) is { State: HoldState.Held or HoldState.Sold };
        },
        cancellation);

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var sold = HeldLines.Of(lines);
        return tables.WriteAsync(
            transaction =>
            {
                if (HoldRow.Sell(transaction, key, sold))
                {
                    StockCounters.Sell(transaction, sold, key.Order.UserId);
                    return HoldOutcome.Done;
                }

                var row = HoldRow.Find(transaction, key);
                if (row is { State: HoldState.Sold })
                    return HoldOutcome.AlreadyDone;
                if (!StockCounters.SellInstead(transaction, HeldBy(row), sold, key.Order.UserId))
                    return HoldOutcome.NothingHeld;
                new HoldRow(HoldState.Sold, row?.Generation ?? 1, LookAt: null, sold.Text).Put(transaction, key);
                return HoldOutcome.Done;
            },
            cancellation);
    }

    public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) =>
        FreeAsync(key, generation, unpaid: null, cancellation);

    public Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) =>
        FreeAsync(key, generation, (key.Order.OrderId, at), cancellation);

    public Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<DueHold>>(
            session => session.Query(
                Due,
                row => new DueHold(
                    new HoldKey(new OrderRef(Id.Parse<UserId>(row.GetString(0)), Id.Parse<OrderId>(row.GetString(1))), row.GetInt32(2)),
                    row.GetInt64(3), row.GetInstant(4)),
                before, limit),
            cancellation);

    public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) =>
        tables.ReadAsync(session => StockCounters.Find(session, sku.Value), cancellation);

    public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            if (transaction.Scalar("SELECT EXISTS (SELECT 1 FROM stock_adjustments WHERE key = $1)", key) == 1)
                return StockCounters.Find(transaction, sku.Value);
            var before = StockCounters.Find(transaction, sku.Value)?.Stock ?? 0;
            if (StockAfter(before, change) is not { } stock || !StockCounters.SetStock(transaction, sku.Value, stock))
                return null;
            transaction.Execute(
                "INSERT INTO stock_adjustments (key, sku, change, reason, at) VALUES ($1, $2, $3, $4, $5)",
                key, sku.Value, stock - before, reason, clock.GetUtcNow());
            return StockCounters.Find(transaction, sku.Value);
        },
        cancellation);

    public Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var before = StockCounters.Find(transaction, sku.Value)?.Rules ?? StockRules.None;
            if (!StockCounters.SetRules(transaction, sku.Value, rules))
                return null;
            if (before.HoldCapPerUser is null && rules.HoldCapPerUser is not null)
                BuyerHolds.Begin(transaction, sku.Value);
            if (before.HoldCapPerUser is not null && rules.HoldCapPerUser is null)
                BuyerHolds.End(transaction, sku.Value);
            return StockCounters.Find(transaction, sku.Value);
        },
        cancellation);

    public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.WriteAsync(transaction => UnpaidMarks.Purge(transaction, before, limit), cancellation);

    public Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.WriteAsync(transaction => HoldRow.PurgeFreed(transaction, before, limit), cancellation);

    private DateTimeOffset FirstLook => clock.GetUtcNow() + policy.HoldWithoutOrder;

    private DateTimeOffset MarksSince => clock.GetUtcNow() - policy.UnpaidLookBack;

    /// <summary>The same key again: of a new generation and with its time anew, so that a sweep which saw it before can't free it; a later look stays.</summary>
    private ReserveResult HoldAgain(WriteTransaction transaction, HoldKey key, HoldRow held, HeldLines wanted)
    {
        if (held.Lines != wanted.Text)
            return new ReserveResult.HeldForOtherLines();
        (held with { Generation = held.Generation + 1, LookAt = held.LookAt > FirstLook ? held.LookAt : FirstLook }).Put(transaction, key);
        return new ReserveResult.Reserved(StockCounters.PaymentWindow(transaction, wanted, key.Order.UserId, MarksSince));
    }

    private ReserveResult Hold(WriteTransaction transaction, HoldKey key, long generation, HeldLines wanted)
    {
        var answer = StockCounters.Hold(transaction, wanted, key.Order.UserId, askCap: key.Number == 0, MarksSince);
        if (answer is ReserveResult.Reserved)
            new HoldRow(HoldState.Held, generation + 1, FirstLook, wanted.Text).Put(transaction, key);
        return answer;
    }

    private Task<HoldOutcome> FreeAsync(HoldKey key, long? generation, (OrderId Order, DateTimeOffset At)? unpaid, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            switch (HoldRow.Find(transaction, key))
            {
                case null:
                    return HoldOutcome.NothingHeld;
                case { State: HoldState.Released }:
                    return HoldOutcome.AlreadyDone;
                case { State: HoldState.Held } row when generation is null || generation == row.Generation:
                    StockCounters.Free(transaction, HeldLines.Parse(row.Lines), key.Order.UserId, unpaid);
                    (row with { State = HoldState.Released, LookAt = null, FreedAt = clock.GetUtcNow() }).Put(transaction, key);
                    return HoldOutcome.Done;
                default:
                    return HoldOutcome.Refused;
            }
        },
        cancellation);

    private static HeldLines HeldBy(HoldRow? row) => row is { State: HoldState.Held } ? HeldLines.Parse(row.Lines) : HeldLines.None;

    private static long? StockAfter(long before, StockChange change)
    {
        var after = change switch
        {
            StockChange.By { Units: > IStock.MostUnits or < -IStock.MostUnits } => -1,
            StockChange.By by => before + by.Units,
            StockChange.To to => to.Units,
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        return after is >= 0 and <= IStock.MostUnits ? after : null;
    }
}
