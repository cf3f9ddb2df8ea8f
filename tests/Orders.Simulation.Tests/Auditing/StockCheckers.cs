using Orders.Application.Stock;
using Orders.Domain.Lifecycle;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>1: per SKU, held + sold ≤ stock at every instant, by the counters and by what the orders themselves promise.</summary>
internal sealed class NeverOversold : Checker
{
    private readonly Dictionary<string, long> promised = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind == Journal.Stock && books.Stock[row.Key] is var stock && (stock.Held < 0 || stock.Sold < 0 || stock.Held + stock.Sold > stock.Stock))
            Broken($"{row.Key}: {stock}");
    }

    public override void Saved(Books books, Order? before, Order after)
    {
        Promise(before, -1);
        Promise(after, 1);
        foreach (var line in after.Lines)
        {
            if (promised.GetValueOrDefault(line.Sku.Value) > books.Stock.GetValueOrDefault(line.Sku.Value)?.Stock)
                Broken($"{line.Sku}: orders were promised {promised[line.Sku.Value]} units of {books.Stock[line.Sku.Value].Stock}, the last is {after.OrderId} ({after.Status})");
        }
    }

    private void Promise(Order? order, int sign)
    {
        if (order is null || order.State is OrderState.Cancelled)
            return;
        foreach (var line in order.Lines)
            promised[line.Sku.Value] = promised.GetValueOrDefault(line.Sku.Value) + sign * line.Quantity;
    }
}

/// <summary>2: the counters are the sums of the holds, always; and every hold ends, sold if its order is kept and freed if not.</summary>
internal sealed class StockIsConserved : Checker
{
    private const int Held = 1;
    private const int Sold = 2;

    private readonly Dictionary<(string Order, long Number), BookedHold> counted = [];
    private readonly Dictionary<(string Sku, int State), long> sums = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Hold)
            return;
        var key = (row.Key, row.Number);
        Count(counted.GetValueOrDefault(key), -1);
        Count(counted[key] = books.Holds[key], 1);
    }

    public override void AfterStep(Books books)
    {
        foreach (var (sku, stock) in books.Stock)
        {
            var (held, sold) = (sums.GetValueOrDefault((sku, Held)), sums.GetValueOrDefault((sku, Sold)));
            if (stock.Held != held || stock.Sold != sold)
                Broken($"{sku}: the counters say {stock.Held} held and {stock.Sold} sold, the holds {held} and {sold}");
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var (key, hold) in books.Holds.Where(hold => hold.Value.State == Held))
            Broken($"hold {key.Number} of order {key.Order} has not ended");
        var kept = books.Orders.Where(order => order.State is not OrderState.Cancelled).SelectMany(order => order.Lines)
            .GroupBy(line => line.Sku.Value).ToDictionary(lines => lines.Key, lines => lines.Sum(line => (long)line.Quantity));
        foreach (var (sku, stock) in books.Stock.Where(entry => entry.Value.Sold != kept.GetValueOrDefault(entry.Key)))
            Broken($"{sku}: {stock.Sold} are sold, buyers keep {kept.GetValueOrDefault(sku)}");
    }

    private void Count(BookedHold? hold, int sign)
    {
        foreach (var (sku, units) in hold?.Lines ?? [])
            sums[(sku, hold!.State)] = sums.GetValueOrDefault((sku, hold.State)) + sign * units;
    }
}
