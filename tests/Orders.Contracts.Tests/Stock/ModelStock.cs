using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Contracts.Tests.Stock;

/// <summary>A promise of <see cref="IStock"/> that a model can be told to break.</summary>
public enum StockBug
{
    None,
    CountsLinesOfOneSkuApart,
    HoldsSomeLinesOnly,
    ReleaseFreesTwice,
    ReleaseFreesWhatIsSold,
    IgnoresGenerations,
    SellsTwice,
    SellsWhatIsGone,
    HoldsAgainWhatIsHeld,
    AdjustsTwice,
    AdjustsBelowCommitted,
}

/// <summary>
/// Stock in a few dictionaries, as simple as the promise is: the oracle of the random runs, and, with a bug in it, the negative control of the
/// suite. It passes the suite itself.
/// </summary>
internal sealed class ModelStock(TimeProvider clock, StockBug bug = StockBug.None) : IStock
{
    private readonly Lock gate = new();
    private readonly Dictionary<Sku, (long Stock, long Held, long Sold)> levels = [];
    private readonly Dictionary<HoldKey, Row> holds = [];
    private readonly HashSet<string> adjustments = [];

    private sealed record Row(string State, long Generation, DateTimeOffset? UnkeptSince, Dictionary<Sku, long> Lines);

    public Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Locked<ReserveResult>(() =>
    {
        var wanted = Sum(lines);
        var row = holds.GetValueOrDefault(key);
        if (row is { State: "sold" })
            return new ReserveResult.AlreadySold();
        if (row is { State: "held" } && bug != StockBug.HoldsAgainWhatIsHeld)
        {
            if (!Same(row.Lines, wanted))
                return new ReserveResult.HeldForOtherLines();
            holds[key] = row with { Generation = row.Generation + 1, UnkeptSince = row.UnkeptSince is null ? null : clock.GetUtcNow() };
            return new ReserveResult.Reserved();
        }

        if (Missing(lines, wanted) is { } missing)
        {
            if (bug == StockBug.HoldsSomeLinesOnly)
                Move(wanted.Where(line => line.Key != missing), held: 1, sold: 0);
            return new ReserveResult.OutOfStock(missing, Available(missing));
        }

        Move(wanted, held: 1, sold: 0);
        holds[key] = new Row("held", (row?.Generation ?? 0) + 1, clock.GetUtcNow(), wanted);
        return new ReserveResult.Reserved();
    });

    public Task<bool> KeepAsync(HoldKey key, CancellationToken cancellation) => Locked(() =>
    {
        if (holds.GetValueOrDefault(key) is not { State: not "released" } row)
            return false;
        holds[key] = row with { UnkeptSince = null };
        return true;
    });

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Locked(() =>
    {
        var row = holds.GetValueOrDefault(key);
        if (row is { State: "sold" } && bug != StockBug.SellsTwice)
            return HoldOutcome.AlreadyDone;
        var wanted = Sum(lines);
        var own = row is { State: "held" } ? row.Lines : [];
        if (bug != StockBug.SellsWhatIsGone && wanted.Any(line => Available(line.Key) + own.GetValueOrDefault(line.Key) < line.Value))
            return HoldOutcome.NothingHeld;
        Move(own, held: -1, sold: 0);
        Move(wanted, held: 0, sold: 1);
        holds[key] = new Row("sold", row?.Generation ?? 1, UnkeptSince: null, wanted);
        return HoldOutcome.Done;
    });

    public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => Locked(() =>
    {
        switch (holds.GetValueOrDefault(key))
        {
            case null:
                return HoldOutcome.NothingHeld;
            case { State: "released" } row when bug == StockBug.ReleaseFreesTwice:
                Move(row.Lines, held: -1, sold: 0);
                return HoldOutcome.Done;
            case { State: "released" }:
                return HoldOutcome.AlreadyDone;
            case { State: "sold" } row when bug == StockBug.ReleaseFreesWhatIsSold:
                Move(row.Lines, held: 0, sold: -1);
                return HoldOutcome.Done;
            case { State: "held" } row when generation is null || generation == row.Generation || bug == StockBug.IgnoresGenerations:
                Move(row.Lines, held: -1, sold: 0);
                holds[key] = row with { State = "released", UnkeptSince = null };
                return HoldOutcome.Done;
            default:
                return HoldOutcome.Refused;
        }
    });

    public Task<IReadOnlyList<AgedHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Locked<IReadOnlyList<AgedHold>>(() =>
    [
        .. holds.Where(hold => hold.Value.UnkeptSince < before)
            .OrderBy(hold => hold.Value.UnkeptSince).ThenBy(hold => hold.Key.Order.OrderId.Value, StringComparer.Ordinal).ThenBy(hold => hold.Key.Number)
            .Select(hold => new AgedHold(hold.Key, hold.Value.Generation, hold.Value.UnkeptSince!.Value)).Take(limit),
    ]);

    public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) => Locked(() => Level(sku));

    public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) => Locked(() =>
    {
        if (adjustments.Contains(key) && bug != StockBug.AdjustsTwice)
            return Level(sku);
        var level = levels.GetValueOrDefault(sku);
        Int128 stock = change is StockChange.By by ? level.Stock + (Int128)by.Units : ((StockChange.To)change).Units;
        if (stock < 0 || stock > IStock.MostUnits || (stock < level.Held + level.Sold && bug != StockBug.AdjustsBelowCommitted))
            return null;
        levels[sku] = level with { Stock = (long)stock };
        adjustments.Add(key);
        return Level(sku);
    });

    private Task<T> Locked<T>(Func<T> work)
    {
        lock (gate)
            return Task.FromResult(work());
    }

    private StockLevel? Level(Sku sku) => levels.TryGetValue(sku, out var level)
        ? new StockLevel(sku, level.Stock - level.Held - level.Sold, level.Held, level.Sold, level.Stock)
        : null;

    private long Available(Sku sku) => Level(sku)?.Available ?? 0;

    private Sku? Missing(IReadOnlyList<StockLine> lines, Dictionary<Sku, long> wanted)
    {
        if (bug == StockBug.CountsLinesOfOneSkuApart)
            return lines.Where(line => Available(line.Sku) < line.Quantity).Select(line => (Sku?)line.Sku).FirstOrDefault();
        return wanted.OrderBy(line => line.Key.Value, StringComparer.Ordinal)
            .Where(line => Available(line.Key) < line.Value).Select(line => (Sku?)line.Key).FirstOrDefault();
    }

    private void Move(IEnumerable<KeyValuePair<Sku, long>> lines, int held, int sold)
    {
        foreach (var (sku, units) in lines)
        {
            var level = levels.GetValueOrDefault(sku);
            levels[sku] = level with { Held = level.Held + held * units, Sold = level.Sold + sold * units };
        }
    }

    private static Dictionary<Sku, long> Sum(IReadOnlyList<StockLine> lines) =>
        lines.GroupBy(line => line.Sku).ToDictionary(line => line.Key, line => line.Sum(part => (long)part.Quantity));

    private static bool Same(Dictionary<Sku, long> one, Dictionary<Sku, long> other) =>
        one.Count == other.Count && one.All(line => other.TryGetValue(line.Key, out var units) && units == line.Value);
}

public sealed class StockAsModelled() : StockContract(
    Subjects.Subject.OnMemory().With<IStock>((_, clock) => new ModelStock(clock)));
