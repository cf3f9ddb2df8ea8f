using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Stock;

/// <summary>The ledger behind counters in Redis, in the local host's store. The embedded stock needs none: its own rows are on disk.</summary>
public sealed class SqliteStockLedger(EmbeddedTables tables) : IStockLedger
{
    private const string Levels = "ledger";
    private const string Holds = "ledger holds";

    public Task<IReadOnlyList<Booking>> BookAsync(IReadOnlyList<StockMovement> movements, CancellationToken cancellation) =>
        tables.WriteAsync<IReadOnlyList<Booking>>(transaction => [.. movements.Select(movement => Book(transaction, movement))], cancellation);

    public Task<LedgerLevel?> FindAsync(Sku sku, CancellationToken cancellation) =>
        tables.ReadAsync(session => LedgerRows.FindLevel(session, sku), cancellation);

    public Task<Page<LedgerLevel>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var after = cursor is null ? "" : Cursor.Read(Levels, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                var levels = LedgerRows.ListLevels(session, after, limit);
                return new Page<LedgerLevel>(levels, levels.Count < limit ? null : Cursor.Write(Levels, 0, levels[^1].Sku.Value));
            },
            cancellation);
    }

    public Task<LedgerHold?> FindHoldAsync(HoldKey key, CancellationToken cancellation) =>
        tables.ReadAsync(session => LedgerRows.FindHold(session, key), cancellation);

    public Task<Page<LedgerHold>> ListHeldAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var (number, order) = cursor is null ? (0, "") : Cursor.Read(Holds, cursor);
        return tables.ReadAsync(
            session =>
            {
                var holds = LedgerRows.ListHeld(session, order, number, limit);
                return new Page<LedgerHold>(holds, holds.Count < limit ? null : Cursor.Write(Holds, holds[^1].Key.Number, holds[^1].Key.Order.OrderId.Value));
            },
            cancellation);
    }

    public Task<bool> HasAdjustmentAsync(string key, CancellationToken cancellation) => tables.ReadAsync(
        session => session.Scalar("SELECT EXISTS (SELECT 1 FROM ledger_adjustments WHERE key = $1)", key) == 1, cancellation);

    public Task<StockEpoch> FindEpochAsync(CancellationToken cancellation) => tables.ReadAsync(
        session => session.First<StockEpoch?>("SELECT number, ready FROM ledger_epoch", row => new StockEpoch(row.GetInt64(0), row.GetInt32(1) == 1)) ?? default,
        cancellation);

    public Task<bool> BeginEpochAsync(long after, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            after == 0
                ? "INSERT INTO ledger_epoch (id, number, ready) VALUES (1, 1, 0) ON CONFLICT (id) DO UPDATE SET number = 1, ready = 0 WHERE number = $1"
                : "UPDATE ledger_epoch SET number = number + 1, ready = 0 WHERE number = $1",
            after) == 1,
        cancellation);

    public Task<bool> EndEpochAsync(long number, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute("UPDATE ledger_epoch SET ready = 1 WHERE number = $1", number) == 1, cancellation);

    private static Booking Book(WriteTransaction transaction, StockMovement movement)
    {
        switch (movement)
        {
            case StockMovement.Adjusted adjusted when LedgerRows.AddAdjustment(transaction, adjusted):
                LedgerRows.Add(transaction, adjusted.Sku, adjusted.Units, held: 0, sold: 0);
                return Booking.Booked;
            case StockMovement.Ruled ruled when LedgerRows.PutRules(transaction, ruled):
                return Booking.Booked;
            case StockMovement.OfHold hold:
                return Book(transaction, hold);
            default:
                return Booking.KnownBefore;
        }
    }

    private static Booking Book(WriteTransaction transaction, StockMovement.OfHold hold)
    {
        var before = LedgerRows.FindHold(transaction, hold.Key);
        if (before is not null && before.Number >= hold.Number)
            return Booking.KnownBefore;
        if (hold.Stage == HoldStage.Sold && hold.Units.Entries.Any(entry => Exceeds(transaction, entry, before)))
            return Booking.Exceeds;
        if (before is not null)
            Add(transaction, before.Stage, before.Units, -1);
        Add(transaction, hold.Stage, hold.Units, 1);
        LedgerRows.PutHold(transaction, hold);
        return Booking.Booked;
    }

    private static bool Exceeds(WriteTransaction transaction, (Sku Sku, long Units) entry, LedgerHold? before)
    {
        if (LedgerRows.FindLevel(transaction, entry.Sku) is not { } level)
            return true;
        var own = before is { Stage: HoldStage.Sold } ? before.Units.Of(entry.Sku) : 0;
        return level.Count.Sold - own + entry.Units > level.Count.Stock + level.Rules.Backorder;
    }

    private static void Add(WriteTransaction transaction, HoldStage stage, HeldUnits units, int sign)
    {
        foreach (var (sku, count) in units.Entries)
        {
            if (stage == HoldStage.Held)
                LedgerRows.Add(transaction, sku, stock: 0, held: sign * count, sold: 0);
            else if (stage == HoldStage.Sold)
                LedgerRows.Add(transaction, sku, stock: 0, held: 0, sold: sign * count);
        }
    }
}
