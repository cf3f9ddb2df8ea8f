using Orders.Domain;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>What counts are of.</summary>
public enum StatScopeKind
{
    /// <summary>All orders.</summary>
    Total,

    /// <summary>Orders with a SKU.</summary>
    Sku,

    /// <summary>Orders of a flash sale.</summary>
    Sale,
}

/// <param name="Name">The SKU or the sale; empty for the total.</param>
public readonly record struct StatScope(StatScopeKind Kind, string Name)
{
    public static readonly StatScope Total = new(StatScopeKind.Total, "");

    public static StatScope Of(Sku sku) => new(StatScopeKind.Sku, sku.Value);

    public static StatScope Of(SaleId sale) => new(StatScopeKind.Sale, sale.Value);
}

/// <summary>How long a bucket is. It begins at a whole minute, hour or day of UTC.</summary>
public enum StatGrain
{
    Minute,
    Hour,
    Day,
}

/// <summary>What one fact adds to one scope at one instant.</summary>
public sealed record Count(StatScope Scope, DateTimeOffset At, Tally Tally);

/// <summary>A fact of an order with all that it adds.</summary>
/// <param name="Key">Which fact of the order: it is counted once.</param>
/// <param name="At">When it happened.</param>
public sealed record CountedFact(string Key, DateTimeOffset At, IReadOnlyList<Count> Counts);

/// <summary>Facts of one order.</summary>
public sealed record CountedOrder(OrderId OrderId, IReadOnlyList<CountedFact> Facts);

/// <summary>A bucket that has something.</summary>
/// <param name="At">Where it begins.</param>
public sealed record StatBucket(DateTimeOffset At, Tally Tally);

/// <summary>What a scope has in a time.</summary>
public sealed record ScopeTally(StatScope Scope, Tally Tally);

/// <summary>Buckets of one length from an instant to another, which is not in it.</summary>
public sealed record StatSpan(StatGrain Grain, DateTimeOffset From, DateTimeOffset Until);

/// <summary>How the counting goes.</summary>
/// <param name="Changes">Grows with everything that is counted: who looks for news compares it.</param>
/// <param name="EventAt">The time of the event that was counted last; null before the first.</param>
/// <param name="CountedAt">When it was.</param>
public sealed record StatPulse(long Changes, DateTimeOffset? EventAt, DateTimeOffset? CountedAt);

/// <summary>
/// The live statistics: counts in buckets of minutes, hours and days. Fed by the subscription <c>statistics</c>; what it missed is put in by the nightly
/// report. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened; everything may be repeated.
/// </summary>
public interface IStatistics
{
    /// <summary>
    /// Counts the facts that were not counted yet, in the buckets of their instants; facts and counts in one atomic write, so that what comes twice, at once
    /// or after a crash, counts once.
    /// </summary>
    /// <param name="orders">At most 200.</param>
    /// <param name="eventAt">The time of the event that tells of them; null when none does.</param>
    /// <param name="now">When it is counted.</param>
    /// <returns>How many facts were new.</returns>
    Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The buckets of a scope that have something, oldest first.</summary>
    /// <param name="span">At most 3,000 buckets.</param>
    Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation);

    /// <summary>What each SKU, or each sale, has in all these times together; those that have something, by name.</summary>
    Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation);

    Task<StatPulse> PulseAsync(CancellationToken cancellation);

    /// <summary>Forgets buckets that begin before those instants, and which facts were counted of orders whose last one is older than that.</summary>
    /// <returns>How many rows went, at most <paramref name="limit"/>.</returns>
    Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation);
}

/// <param name="Facts">Facts from before this are never counted (again): nobody remembers whether they were.</param>
public sealed record StatHorizons(DateTimeOffset Minutes, DateTimeOffset Hours, DateTimeOffset Days, DateTimeOffset Facts);
