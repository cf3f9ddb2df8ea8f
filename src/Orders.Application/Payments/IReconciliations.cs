using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>How far the run of a day is.</summary>
public enum ReconciliationStatus
{
    Running,
    Completed,
}

/// <summary>What a day's run came to. Its differences are kept beside it, each for itself.</summary>
/// <param name="StartedAt">When the last run began.</param>
/// <param name="CompletedAt">When it ended; null while it runs.</param>
/// <param name="Ours">What our books say of the day.</param>
/// <param name="Theirs">What the providers' statements say of it.</param>
public sealed record ReconciliationReport(
    DateOnly Date, ReconciliationStatus Status, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, IReadOnlyList<MoneySum> Ours, IReadOnlyList<MoneySum> Theirs)
{
    /// <summary>Whether a run that ended stands for the whole day: one that ended while the day was not over does not.</summary>
    public bool IsOfWholeDay() => Status == ReconciliationStatus.Completed && CompletedAt >= ReconciliationScope.StartOf(Date.AddDays(1));
}

/// <summary>How many differences of a kind a day has.</summary>
public sealed record DifferenceCount(DifferenceClass Class, DifferenceState State, long Count);

/// <summary>
/// Reports of days, and differences with what became of them. Everything may be repeated. A <see cref="DependencyUnavailableException"/> means:
/// unknown whether it happened.
/// </summary>
public interface IReconciliations
{
    /// <summary>Keeps a difference if none of its id is kept. Returns the one that is kept afterwards, as it stands.</summary>
    Task<Difference> KeepAsync(Difference found, CancellationToken cancellation);

    /// <summary>Replaces it if version <c>Version − 1</c> is kept. False when another is: read again.</summary>
    Task<bool> SaveAsync(Difference changed, CancellationToken cancellation);

    Task<Difference?> FindAsync(DateOnly date, string id, CancellationToken cancellation);

    /// <summary>A day's differences by order and id, perhaps of one state.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<Difference>> ListAsync(DateOnly date, DifferenceState? state, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>The differences of an order of all days, by day; the last 200.</summary>
    Task<IReadOnlyList<Difference>> FindByOrderAsync(string orderKey, CancellationToken cancellation);

    /// <summary>Order keys of a day's differences, ascending, those after <paramref name="after"/> (null for all).</summary>
    /// <param name="limit">1 to 10,000.</param>
    Task<IReadOnlyList<string>> ListOrdersAsync(DateOnly date, string? after, int limit, CancellationToken cancellation);

    Task<IReadOnlyList<DifferenceCount>> CountAsync(DateOnly date, CancellationToken cancellation);

    /// <summary>Writes the day's report in place of the one before.</summary>
    Task PutReportAsync(ReconciliationReport report, CancellationToken cancellation);

    Task<ReconciliationReport?> FindReportAsync(DateOnly date, CancellationToken cancellation);
}
