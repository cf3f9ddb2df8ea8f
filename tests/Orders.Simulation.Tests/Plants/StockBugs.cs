using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Simulation.Tests.Plants;

internal abstract class StockBug(IStock inner) : IStock
{
    protected IStock Inner { get; } = inner;

    public virtual Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Inner.ReserveAsync(key, lines, cancellation);

    public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => Inner.KeepAsync(key, lookAt, cancellation);

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Inner.CommitAsync(key, lines, cancellation);

    public virtual Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => Inner.ReleaseAsync(key, generation, cancellation);

    public virtual Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) =>
        Inner.ExpireAsync(key, generation, at, cancellation);

    public Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Inner.FindDueAsync(before, limit, cancellation);

    public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) => Inner.FindAsync(sku, cancellation);

    public virtual Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) =>
        Inner.AdjustAsync(sku, change, reason, key, cancellation);

    public Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation) => Inner.PutRulesAsync(sku, rules, cancellation);

    public Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Inner.PurgeFreedAsync(before, limit, cancellation);

    public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Inner.PurgeUnpaidAsync(before, limit, cancellation);
}

internal sealed class HoldAfterDeduction(IStock inner, LocalStore store, TimeProvider clock) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        if (store.Read(session => session.Scalar("SELECT count(*) FROM stock_holds WHERE order_id = $1 AND number = $2", key.Order.OrderId.Value, key.Number)) > 0)
            return await Inner.ReserveAsync(key, lines, cancellation);
        var wanted = Sum(lines);
        if (key.Number == 0 && FindCapReached(key, wanted) is { } reached)
            return reached;

        // The step: one commit.
        if (await store.WriteAsync(transaction => Take(transaction, key, wanted)) is { } missing)
            return new ReserveResult.OutOfStock(missing, 0);

        // What its undo would need: another commit.
        await store.WriteAsync(transaction => WriteDown(transaction, key, wanted, clock));
        return new ReserveResult.Reserved();
    }

    private ReserveResult.HoldCapReached? FindCapReached(HoldKey key, List<(Sku Sku, int Units)> wanted) => store.Read(session => wanted
        .Select(line => (line.Sku, Cap: (int)session.Scalar(
            """
            SELECT hold_cap FROM stock s LEFT JOIN stock_buyer_holds b ON b.sku = s.sku AND b.user_id = $2
            WHERE s.sku = $1 AND coalesce(b.units, 0) + $3 > hold_cap
            """,
            line.Sku.Value, key.Order.UserId.Value, line.Units)))
        .Where(line => line.Cap > 0).Select(line => new ReserveResult.HoldCapReached(line.Sku, line.Cap)).FirstOrDefault());

    /// <summary>Takes all the units, whatever the caps; the first SKU that hasn't enough, else.</summary>
    public static Sku? Take(WriteTransaction transaction, HoldKey key, List<(Sku Sku, int Units)> wanted)
    {
        foreach (var (sku, units) in wanted)
        {
            if (transaction.Scalar("SELECT stock + backorder - held - sold >= $2 FROM stock WHERE sku = $1", sku.Value, units) == 0)
                return sku;
        }

        TakeAll(transaction, key, wanted);
        return null;
    }

    public static void TakeAll(WriteTransaction transaction, HoldKey key, List<(Sku Sku, int Units)> wanted)
    {
        foreach (var (sku, units) in wanted)
        {
            transaction.Execute("UPDATE stock SET held = held + $2 WHERE sku = $1", sku.Value, units);
            transaction.Execute(
                """
                INSERT INTO stock_buyer_holds (sku, user_id, units) SELECT sku, $2, $3 FROM stock WHERE sku = $1 AND hold_cap IS NOT NULL
                ON CONFLICT (sku, user_id) DO UPDATE SET units = units + $3
                """,
                sku.Value, key.Order.UserId.Value, units);
        }
    }

    public static void WriteDown(WriteTransaction transaction, HoldKey key, List<(Sku Sku, int Units)> wanted, TimeProvider clock) => transaction.Execute(
        """
        INSERT INTO stock_holds (order_id, number, user_id, state, generation, look_at, lines) VALUES ($1, $2, $3, 1, 1, $4, $5)
        ON CONFLICT (order_id, number) DO UPDATE SET state = 1, generation = generation + 1, look_at = $4, lines = $5
        """,
        key.Order.OrderId.Value, key.Number, key.Order.UserId.Value, clock.GetUtcNow().AddMinutes(2),
        string.Join(' ', wanted.Select(line => $"{line.Sku}:{line.Units}")));

    public static List<(Sku Sku, int Units)> Sum(IReadOnlyList<StockLine> lines) => [.. lines.GroupBy(line => line.Sku)
        .OrderBy(group => group.Key.Value, StringComparer.Ordinal).Select(group => (group.Key, group.Sum(line => line.Quantity)))];
}

internal sealed class FreeingTwice(IStock inner, LocalStore store) : StockBug(inner)
{
    public override async Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) =>
        await FreedAsync(key, await Inner.ReleaseAsync(key, generation, cancellation));

    public override async Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) =>
        await FreedAsync(key, await Inner.ExpireAsync(key, generation, at, cancellation));

    private async Task<HoldOutcome> FreedAsync(HoldKey key, HoldOutcome outcome)
    {
        if (outcome != HoldOutcome.AlreadyDone)
            return outcome;
        var lines = store.Read(session => session.First("SELECT lines FROM stock_holds WHERE order_id = $1 AND number = $2", row => row.GetString(0), key.Order.OrderId.Value, key.Number));
        await store.WriteAsync(transaction =>
        {
            foreach (var part in lines!.Split(' '))
                transaction.Execute("UPDATE stock SET held = held - CAST($2 AS INTEGER) WHERE sku = $1", part.Split(':')[0], part.Split(':')[1]);
        });
        return outcome;
    }
}

/// <summary>Holds in spite of some refusals, and otherwise properly: counters, the buyer's count and the hold in one commit.</summary>
internal sealed class HoldsAllTheSame(IStock inner, LocalStore store, TimeProvider clock, Func<ReserveResult, bool> inSpiteOf) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        var answer = await Inner.ReserveAsync(key, lines, cancellation);
        if (!inSpiteOf(answer))
            return answer;
        var wanted = HoldAfterDeduction.Sum(lines);
        return await store.WriteAsync(transaction =>
        {
            if (answer is ReserveResult.HoldCapReached && HoldAfterDeduction.Take(transaction, key, wanted) is not null)
                return answer;
            if (answer is ReserveResult.OutOfStock)
                HoldAfterDeduction.TakeAll(transaction, key, wanted);
            HoldAfterDeduction.WriteDown(transaction, key, wanted, clock);
            return new ReserveResult.Reserved();
        });
    }
}

/// <summary>Whoever gives stock back is marked as if the deadline had passed.</summary>
internal sealed class MarkingEverybody(IStock inner, TimeProvider clock) : StockBug(inner)
{
    public override Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) =>
        Inner.ExpireAsync(key, generation, clock.GetUtcNow(), cancellation);
}

internal sealed class GenerousStock(IStock inner) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        await Inner.ReserveAsync(key, lines, cancellation);
        return new ReserveResult.Reserved();
    }
}

/// <summary>What comes back goes on sale by the event, and by whoever looks after it again, under another key.</summary>
internal sealed class RestockingTwice(IStock inner) : StockBug(inner)
{
    public override async Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation)
    {
        var level = await Inner.AdjustAsync(sku, change, reason, key, cancellation);
        return reason.StartsWith("After-sale", StringComparison.Ordinal) ? await Inner.AdjustAsync(sku, change, reason, $"{key}-again", cancellation) : level;
    }
}
