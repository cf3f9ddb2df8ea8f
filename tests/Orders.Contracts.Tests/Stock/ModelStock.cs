using Orders.Application;
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
    IgnoresBackorder,
    OversellsOnBackorder,
    SetsRulesBelowCommitted,
    ForgetsRules,
    IgnoresTheCap,
    CapsEachOrderApart,
    CapsEverybodyTogether,
    CapCountsWhatIsFreed,
    CapCountsWhatIsSold,
    CapCountsFromItsSettingOn,
    CapStopsRevivals,
    CapStopsARepetition,
    CapStopsASale,
    MarksEveryRelease,
    MarksTwice,
    MarksForEver,
    MarksWithoutTheRule,
    MarksEverySku,
    KeepsEveryMark,
    KeptIsForgotten,
    RepetitionBringsALookNear,
    PurgesWhatIsSold,
    PurgesBeforeItsTime,
}

/// <summary>
/// Stock in a few dictionaries, as simple as the promise is: the oracle of the random runs, and, with a bug in it, the negative control of the
/// suite. It passes the suite itself.
/// </summary>
internal sealed class ModelStock(TimeProvider clock, StockBug bug = StockBug.None) : IStock
{
    private static readonly OrderPolicy Policy = new();

    private readonly Lock gate = new();
    private readonly Dictionary<Sku, (long Stock, long Held, long Sold)> levels = [];
    private readonly Dictionary<HoldKey, Row> holds = [];
    private readonly Dictionary<HoldKey, DateTimeOffset> freed = [];
    private readonly HashSet<string> adjustments = [];
    private readonly Dictionary<Sku, StockRules> rules = [];
    private readonly Dictionary<Sku, DateTimeOffset> cappedSince = [];
    private readonly List<Mark> marks = [];

    private sealed record Row(string State, long Generation, DateTimeOffset? LookAt, Dictionary<Sku, long> Lines, DateTimeOffset HeldAt);

    private sealed record Mark(Sku Sku, UserId Buyer, DateTimeOffset At, OrderId Order);

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
            if (bug == StockBug.CapStopsARepetition && OverCap(key, wanted) is { } capped)
                return capped;
            var later = row.LookAt > FirstLook && bug != StockBug.RepetitionBringsALookNear ? row.LookAt : FirstLook;
            holds[key] = row with { Generation = row.Generation + 1, LookAt = later };
            return new ReserveResult.Reserved(WindowOf(key, wanted));
        }

        if (Refusal(key, lines, wanted) is { } refusal)
        {
            if (bug == StockBug.HoldsSomeLinesOnly)
                Move(wanted.Where(line => line.Key != (refusal as ReserveResult.OutOfStock)?.Sku), held: 1, sold: 0);
            return refusal;
        }

        Move(wanted, held: 1, sold: 0);
        holds[key] = new Row("held", (row?.Generation ?? 0) + 1, FirstLook, wanted, clock.GetUtcNow());
        return new ReserveResult.Reserved(WindowOf(key, wanted));
    });

    public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => Locked(() =>
    {
        if (holds.GetValueOrDefault(key) is not { State: not "released" } row)
            return false;
        if (row.State == "held")
            holds[key] = row with { LookAt = bug == StockBug.KeptIsForgotten ? null : lookAt };
        return true;
    });

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Locked(() =>
    {
        var row = holds.GetValueOrDefault(key);
        if (row is { State: "sold" } && bug != StockBug.SellsTwice)
            return HoldOutcome.AlreadyDone;
        var wanted = Sum(lines);
        var own = row is { State: "held" } ? row.Lines : [];
        if (bug != StockBug.SellsWhatIsGone && wanted.Any(line => ToBeHad(line.Key) + own.GetValueOrDefault(line.Key) < line.Value))
            return HoldOutcome.NothingHeld;
        if (bug == StockBug.CapStopsASale && own.Count == 0 && OverCap(key, wanted) is not null)
            return HoldOutcome.NothingHeld;
        Move(own, held: -1, sold: 0);
        Move(wanted, held: 0, sold: 1);
        holds[key] = new Row("sold", row?.Generation ?? 1, LookAt: null, wanted, row?.HeldAt ?? clock.GetUtcNow());
        return HoldOutcome.Done;
    });

    public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => Locked(() =>
    {
        var outcome = Free(key, generation);
        if (outcome == HoldOutcome.Done && bug == StockBug.MarksEveryRelease)
            MarkUnpaid(key, clock.GetUtcNow());
        return outcome;
    });

    public Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) => Locked(() =>
    {
        var outcome = Free(key, generation);
        if (outcome == HoldOutcome.Done || (outcome == HoldOutcome.AlreadyDone && bug == StockBug.MarksTwice))
            MarkUnpaid(key, at);
        return outcome;
    });

    private HoldOutcome Free(HoldKey key, long? generation)
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
                freed[key] = clock.GetUtcNow();
                Move(row.Lines, held: -1, sold: 0);
                holds[key] = row with { State = "released", LookAt = null };
                return HoldOutcome.Done;
            default:
                return HoldOutcome.Refused;
        }
    }

    public Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Locked<IReadOnlyList<DueHold>>(() =>
    [
        .. holds.Where(hold => hold.Value.LookAt < before)
            .OrderBy(hold => hold.Value.LookAt).ThenBy(hold => hold.Key.Order.OrderId.Value, StringComparer.Ordinal).ThenBy(hold => hold.Key.Number)
            .Select(hold => new DueHold(hold.Key, hold.Value.Generation, hold.Value.LookAt!.Value)).Take(limit),
    ]);

    public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) => Locked(() => Level(sku));

    public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) => Locked(() =>
    {
        if (adjustments.Contains(key) && bug != StockBug.AdjustsTwice)
            return Level(sku);
        var level = levels.GetValueOrDefault(sku);
        Int128 stock = change is StockChange.By by ? level.Stock + (Int128)by.Units : ((StockChange.To)change).Units;
        if (stock < 0 || stock > IStock.MostUnits || (stock + RulesOf(sku).Backorder < level.Held + level.Sold && bug != StockBug.AdjustsBelowCommitted))
            return null;
        levels[sku] = level with { Stock = (long)stock };
        adjustments.Add(key);
        return Level(sku);
    });

    public Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation) => Locked(() =>
    {
        var level = levels.GetValueOrDefault(sku);
        if (level.Held + level.Sold > level.Stock + rules.Backorder && bug != StockBug.SetsRulesBelowCommitted)
            return null;
        levels[sku] = level;
        if (RulesOf(sku).HoldCapPerUser is null)
            cappedSince[sku] = clock.GetUtcNow();
        this.rules[sku] = rules;
        return Level(sku);
    });

    public Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Locked(() =>
    {
        var old = holds.Where(hold => hold.Value.State == (bug == StockBug.PurgesWhatIsSold ? "sold" : "released")
            && (bug is StockBug.PurgesBeforeItsTime or StockBug.PurgesWhatIsSold || freed[hold.Key] < before)).Take(limit).ToList();
        foreach (var hold in old)
            holds.Remove(hold.Key);
        return old.Count;
    });

    public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Locked(() =>
    {
        var old = marks.Where(mark => mark.At < before).OrderBy(mark => mark.At).Take(limit).ToList();
        marks.RemoveAll(old.Contains);
        return old.Count;
    });

    private DateTimeOffset FirstLook => clock.GetUtcNow() + Policy.HoldWithoutOrder;

    private Task<T> Locked<T>(Func<T> work)
    {
        lock (gate)
            return Task.FromResult(work());
    }

    private StockLevel? Level(Sku sku) => levels.TryGetValue(sku, out var level)
        ? new StockLevel(sku, level.Stock - level.Held - level.Sold, level.Held, level.Sold, level.Stock) { Rules = RulesOf(sku) }
        : null;

    private StockRules RulesOf(Sku sku) => bug == StockBug.ForgetsRules ? StockRules.None : rules.GetValueOrDefault(sku) ?? StockRules.None;

    private long ToBeHad(Sku sku) => Level(sku) is not { } level ? 0
        : bug == StockBug.IgnoresBackorder ? level.Available
        : bug == StockBug.OversellsOnBackorder && level.Rules.Backorder > 0 ? long.MaxValue / 2
        : level.Available + level.Rules.Backorder;

    private ReserveResult? Refusal(HoldKey key, IReadOnlyList<StockLine> lines, Dictionary<Sku, long> wanted)
    {
        var asked = bug == StockBug.CountsLinesOfOneSkuApart
            ? lines.Select(line => KeyValuePair.Create(line.Sku, (long)line.Quantity))
            : wanted.OrderBy(line => line.Key.Value, StringComparer.Ordinal);
        foreach (var line in asked)
        {
            if (ToBeHad(line.Key) < line.Value)
                return new ReserveResult.OutOfStock(line.Key, ToBeHad(line.Key));
            if ((key.Number == 0 || bug == StockBug.CapStopsRevivals) && OverCap(key, new() { [line.Key] = line.Value }) is { } capped)
                return capped;
        }

        return null;
    }

    private ReserveResult.HoldCapReached? OverCap(HoldKey key, Dictionary<Sku, long> wanted) => wanted
        .Where(line => bug != StockBug.IgnoresTheCap && HeldBy(key, line.Key) + line.Value > RulesOf(line.Key).HoldCapPerUser)
        .Select(line => new ReserveResult.HoldCapReached(line.Key, RulesOf(line.Key).HoldCapPerUser!.Value)).FirstOrDefault();

    private long HeldBy(HoldKey key, Sku sku) => bug == StockBug.CapsEachOrderApart ? 0 : holds
        .Where(hold => (hold.Key.Order.UserId == key.Order.UserId || bug == StockBug.CapsEverybodyTogether)
            && hold.Value.Lines.ContainsKey(sku)
            && (bug != StockBug.CapCountsFromItsSettingOn || hold.Value.HeldAt >= cappedSince.GetValueOrDefault(sku))
            && (hold.Value.State == "held" || (hold.Value.State == "released" && bug == StockBug.CapCountsWhatIsFreed)
                || (hold.Value.State == "sold" && bug == StockBug.CapCountsWhatIsSold)))
        .Sum(hold => hold.Value.Lines[sku]);

    private void MarkUnpaid(HoldKey key, DateTimeOffset at)
    {
        foreach (var sku in bug == StockBug.MarksEverySku ? [.. rules.Keys] : holds[key].Lines.Keys.ToList())
        {
            if (RulesOf(sku).UnpaidBeforeShortWindow is not { } most && bug != StockBug.MarksWithoutTheRule)
                continue;
            if (bug != StockBug.MarksTwice && marks.Any(mark => mark.Sku == sku && mark.Order == key.Order.OrderId))
                continue;
            marks.Add(new Mark(sku, key.Order.UserId, at, key.Order.OrderId));
            var newest = marks.Where(mark => mark.Sku == sku && mark.Buyer == key.Order.UserId).OrderByDescending(mark => mark.At)
                .Take(bug == StockBug.KeepsEveryMark ? int.MaxValue : RulesOf(sku).UnpaidBeforeShortWindow ?? int.MaxValue).ToList();
            marks.RemoveAll(mark => mark.Sku == sku && mark.Buyer == key.Order.UserId && !newest.Contains(mark));
        }
    }

    private TimeSpan? WindowOf(HoldKey key, Dictionary<Sku, long> wanted) => wanted.Keys
        .Where(sku => RulesOf(sku).UnpaidBeforeShortWindow is { } most
            && marks.Count(mark => mark.Sku == sku && mark.Buyer == key.Order.UserId
                && (mark.At >= clock.GetUtcNow() - Policy.UnpaidLookBack || bug == StockBug.MarksForEver)) >= most)
        .Min(sku => RulesOf(sku).ShortPaymentWindow);

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
