using Orders.Domain.Lifecycle;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>The units that an order was given. What comes back of them makes the stock grow; they stay given.</summary>
internal static class PromisedUnits
{
    /// <summary>What was bought, and what was sent instead.</summary>
    public static IEnumerable<(string Sku, long Units)> Of(Order order) => order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line))
        .Select(line => (line.Sku.Value, (long)line.Quantity));

    /// <summary>What is reserved for exchanges and not sent yet.</summary>
    public static IEnumerable<(string Sku, long Units)> Awaited(Order order) => order.Cases.Where(@case => @case is { IsOpen: true, Hold: not null, Replaces: true })
        .SelectMany(@case => @case.Lines).Select(line => (line.Replacement!.Sku.Value, (long)line.Settled));
}

/// <summary>1: per SKU, held + sold ≤ stock + backorder at every instant, by the counters and by what the orders themselves promise.</summary>
internal sealed class NeverOversold : Checker
{
    private readonly Dictionary<string, long> promised = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind == Journal.Stock && books.Stock[row.Key] is var stock && (stock.Held < 0 || stock.Sold < 0 || stock.Held + stock.Sold > stock.Promisable))
            Broken($"{row.Key}: {stock}");
    }

    public override void Saved(Books books, Order? before, Order after)
    {
        Promise(before, -1);
        Promise(after, 1);
        foreach (var (sku, _) in PromisedUnits.Of(after).Concat(PromisedUnits.Awaited(after)))
        {
            if (promised.GetValueOrDefault(sku) > books.Stock.GetValueOrDefault(sku)?.Promisable)
                Broken($"{sku}: orders were promised {promised[sku]} units of {books.Stock[sku].Promisable}, the last is {after.OrderId} ({after.Status})");
        }
    }

    private void Promise(Order? order, int sign)
    {
        if (order is null || order.State is OrderState.Cancelled)
            return;
        foreach (var (sku, units) in PromisedUnits.Of(order).Concat(PromisedUnits.Awaited(order)))
            promised[sku] = promised.GetValueOrDefault(sku) + sign * units;
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
        var kept = books.Orders.Where(order => order.State is not OrderState.Cancelled).SelectMany(PromisedUnits.Of)
            .GroupBy(part => part.Sku).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Units));
        foreach (var (sku, stock) in books.Stock.Where(entry => entry.Value.Sold != kept.GetValueOrDefault(entry.Key)))
            Broken($"{sku}: {stock.Sold} are sold, buyers keep {kept.GetValueOrDefault(sku)}");
    }

    private void Count(BookedHold? hold, int sign)
    {
        foreach (var (sku, units) in hold?.Lines ?? [])
            sums[(sku, hold!.State)] = sums.GetValueOrDefault((sku, hold.State)) + sign * units;
    }
}

/// <summary>
/// 1, for each buyer: nobody comes to hold more of a SKU than its cap by an order's first hold. A revived order's hold is paid and asks no cap.
/// </summary>
internal sealed class CapsAreKept : Checker
{
    private const int Held = 1;

    private readonly Dictionary<(string Order, long Number), BookedHold> counted = [];
    private readonly Dictionary<(string Buyer, string Sku), long> sums = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Hold)
            return;
        var key = (row.Key, row.Number);
        var before = counted.GetValueOrDefault(key);
        var after = counted[key] = books.Holds[key];
        Count(before, -1);
        Count(after, 1);
        if (row.Number > 0 || after.State != Held || before is { State: Held })
            return;
        foreach (var (sku, _) in after.Lines)
        {
            if (sums[(after.Buyer, sku)] > books.Stock[sku].Cap)
                Broken($"{after.Buyer} holds {sums[(after.Buyer, sku)]} of {sku}, whose cap is {books.Stock[sku].Cap}");
        }
    }

    private void Count(BookedHold? hold, int sign)
    {
        if (hold is not { State: Held })
            return;
        foreach (var (sku, units) in hold.Lines)
            sums[(hold.Buyer, sku)] = sums.GetValueOrDefault((hold.Buyer, sku)) + sign * units;
    }
}

/// <summary>12, for buyers: only who let an order expire unpaid is marked, once per order and SKU; and only the marked must pay sooner.</summary>
internal sealed class MarksAreDeserved : Checker
{
    private readonly HashSet<string> marks = [];
    private readonly HashSet<string> marked = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Unpaid)
            return;
        var order = books.Find(Domain.Id.Parse<Domain.OrderId>(row.Key));
        if (order is null || !books.Versions[order.OrderId].Exists(version => version.State is OrderState.Cancelled { Cause: CancelCause.PaymentDeadline }))
            Broken($"{row.Text} is marked for order {row.Key}, which did not expire unpaid");
        if (!marks.Add($"{row.Key} {row.Text}"))
            Broken($"{row.Text} is marked twice for order {row.Key}");
        marked.Add(row.Text!.Split(' ')[0]);
    }

    public override void Saved(Books books, Order? before, Order after)
    {
        if (before is null && after.PayBy - after.PlacedAt < TimeSpan.FromMinutes(29) && !marked.Contains(after.UserId.Value))
            Broken($"order {after.OrderId} must be paid by {after.PayBy:O}, and its buyer has let nothing expire");
    }
}
