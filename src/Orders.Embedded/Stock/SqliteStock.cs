using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Stock;

/// <summary>
/// Stock as counters per SKU and a row per hold, both in one write. The one writer makes every call atomic; the counters' own statements
/// refuse what would oversell.
/// </summary>
public sealed class SqliteStock(EmbeddedTables tables, TimeProvider clock) : IStock
{
    internal const string Unkept =
        """
        SELECT user_id, order_id, number, generation, unkept_since FROM stock_holds INDEXED BY stock_holds_unkept
        WHERE unkept_since < $1 ORDER BY unkept_since, order_id, number LIMIT $2
        """;

    public Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var wanted = HeldLines.Of(lines);
        return tables.WriteAsync<ReserveResult>(
            transaction => HoldRow.Find(transaction, key) switch
            {
                { State: HoldState.Sold } => new ReserveResult.AlreadySold(),
                { State: HoldState.Held } held => HoldAgain(transaction, key, held, wanted),
                var released => Hold(transaction, key, released?.Generation ?? 0, wanted),
            },
            cancellation);
    }

    public Task<bool> KeepAsync(HoldKey key, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            if (HoldRow.Find(transaction, key) is not { State: HoldState.Held or HoldState.Sold } row)
                return false;
            if (row.UnkeptSince is not null)
                (row with { UnkeptSince = null }).Put(transaction, key);
            return true;
        },
        cancellation);

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var sold = HeldLines.Of(lines);
        return tables.WriteAsync(
            transaction =>
            {
                var row = HoldRow.Find(transaction, key);
                if (row is { State: HoldState.Sold })
                    return HoldOutcome.AlreadyDone;
                if (!HoldExactly(transaction, row, sold))
                    return HoldOutcome.NothingHeld;
                StockCounters.Sell(transaction, sold);
                new HoldRow(HoldState.Sold, row?.Generation ?? 1, UnkeptSince: null, sold.Text).Put(transaction, key);
                return HoldOutcome.Done;
            },
            cancellation);
    }

    public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            switch (HoldRow.Find(transaction, key))
            {
                case null:
                    return HoldOutcome.NothingHeld;
                case { State: HoldState.Released }:
                    return HoldOutcome.AlreadyDone;
                case { State: HoldState.Held } row when generation is null || generation == row.Generation:
                    StockCounters.Free(transaction, HeldLines.Parse(row.Lines));
                    (row with { State = HoldState.Released, UnkeptSince = null }).Put(transaction, key);
                    return HoldOutcome.Done;
                default:
                    return HoldOutcome.Refused;
            }
        },
        cancellation);

    public Task<IReadOnlyList<AgedHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<AgedHold>>(
            session => session.Query(
                Unkept,
                row => new AgedHold(
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

    /// <summary>The same key again: younger, so that a sweep which saw it before can't free it; a kept one stays kept.</summary>
    private ReserveResult HoldAgain(WriteTransaction transaction, HoldKey key, HoldRow held, HeldLines wanted)
    {
        if (held.Lines != wanted.Text)
            return new ReserveResult.HeldForOtherLines();
        (held with { Generation = held.Generation + 1, UnkeptSince = held.UnkeptSince is null ? null : clock.GetUtcNow() }).Put(transaction, key);
        return new ReserveResult.Reserved();
    }

    private ReserveResult Hold(WriteTransaction transaction, HoldKey key, long generation, HeldLines wanted)
    {
        if (StockCounters.Hold(transaction, wanted) is { } missing)
        {
            var available = StockCounters.Find(transaction, wanted.Entries[missing].Sku)?.Available ?? 0;
            return new ReserveResult.OutOfStock(wanted.SkuAt(missing), available);
        }

        new HoldRow(HoldState.Held, generation + 1, clock.GetUtcNow(), wanted.Text).Put(transaction, key);
        return new ReserveResult.Reserved();
    }

    /// <summary>Makes the counters hold these lines for the row, whatever it holds now. False, with nothing changed, when they are gone.</summary>
    private static bool HoldExactly(WriteTransaction transaction, HoldRow? row, HeldLines lines)
    {
        var held = row is { State: HoldState.Held } ? HeldLines.Parse(row.Lines) : HeldLines.None;
        if (held.Text == lines.Text)
            return true;
        StockCounters.Free(transaction, held);
        if (StockCounters.Hold(transaction, lines) is null)
            return true;
        if (StockCounters.Hold(transaction, held) is not null)
            throw new InvalidOperationException("Units that were free a moment ago, within one write, are gone.");
        return false;
    }

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
