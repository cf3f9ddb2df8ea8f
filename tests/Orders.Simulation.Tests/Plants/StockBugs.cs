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

    public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) =>
        Inner.AdjustAsync(sku, change, reason, key, cancellation);

    public Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation) => Inner.PutRulesAsync(sku, rules, cancellation);

    public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Inner.PurgeUnpaidAsync(before, limit, cancellation);
}

internal sealed class HoldAfterDeduction(IStock inner, LocalStore store, TimeProvider clock) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        if (store.Read(session => session.Scalar("SELECT count(*) FROM stock_holds WHERE order_id = $1 AND number = $2", key.Order.OrderId.Value, key.Number)) > 0)
            return await Inner.ReserveAsync(key, lines, cancellation);
        var wanted = lines.GroupBy(line => line.Sku).OrderBy(group => group.Key.Value, StringComparer.Ordinal)
            .Select(group => (Sku: group.Key, Units: group.Sum(line => line.Quantity))).ToList();

        // The step: one commit.
        if (await store.WriteAsync(transaction => Take(transaction, wanted)) is { } missing)
            return new ReserveResult.OutOfStock(missing, 0);

        // What its undo would need: another commit.
        var text = string.Join(' ', wanted.Select(line => $"{line.Sku}:{line.Units}"));
        await store.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO stock_holds (order_id, number, user_id, state, generation, look_at, lines) VALUES ($1, $2, $3, 1, 1, $4, $5)",
            key.Order.OrderId.Value, key.Number, key.Order.UserId.Value, clock.GetUtcNow().AddMinutes(2), text));
        return new ReserveResult.Reserved();
    }

    private static Sku? Take(WriteTransaction transaction, List<(Sku Sku, int Units)> wanted)
    {
        foreach (var (sku, units) in wanted)
        {
            if (transaction.Scalar("SELECT stock - held - sold >= $2 FROM stock WHERE sku = $1", sku.Value, units) == 0)
                return sku;
        }

        foreach (var (sku, units) in wanted)
            transaction.Execute("UPDATE stock SET held = held + $2 WHERE sku = $1", sku.Value, units);
        return null;
    }
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

internal sealed class GenerousStock(IStock inner) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        await Inner.ReserveAsync(key, lines, cancellation);
        return new ReserveResult.Reserved();
    }
}
