using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>What a redrive is to do, and where it stands. A persisted format: it stands in histories, so members are only appended.</summary>
/// <param name="Filter">Those that lay there when it began: what dies again meanwhile is not taken twice.</param>
/// <param name="Matched">How many there were.</param>
public sealed record RedrivePlan(string RedriveId, DeadLetterFilter Filter, int RatePerSecond, long Matched, UserId By, DateTimeOffset StartedAt)
{
    public const int FastestRate = 100;

    public RedriveProgress Progress { get; init; } = new(0, 0, After: null);
}

/// <summary>How far a redrive is. A persisted format likewise.</summary>
/// <param name="After">The dead letters' own cursor; null at the beginning.</param>
public sealed record RedriveProgress(long Redriven, long Failed, string? After)
{
    public RedriveProgress With(RedrivePick pick, int failed) => new(Redriven + pick.Ids.Count - failed, Failed + failed, pick.Next);
}

/// <summary>The next dead letters of a redrive, by name, so that a step which is repeated after a crash knows what it had taken. A persisted format.</summary>
/// <param name="Next">Where to go on; null after the last ones.</param>
public sealed record RedrivePick(IReadOnlyList<string> Ids, string? Next);

/// <summary>A redrive as its process shows it.</summary>
public sealed record RedriveState(RedrivePlan Plan, RedriveProgress Progress, string Status, DateTimeOffset? FinishedAt);

/// <summary>The processes of redrives. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface IRedriveProcess
{
    /// <summary>Starts it; one with that id that is there already goes on and is no error.</summary>
    Task StartAsync(RedrivePlan plan, CancellationToken cancellation);

    /// <summary>Null for one that never was, or that was forgotten with the old histories.</summary>
    Task<RedriveState?> FindAsync(string redriveId, CancellationToken cancellation);
}
