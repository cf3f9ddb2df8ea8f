namespace Orders.Application.Statistics;

/// <summary>A part of a day. A persisted format: it stands in histories.</summary>
/// <param name="Part">0 to 31.</param>
public sealed record ReportPart(DateOnly Date, int Part);

/// <summary>How a day is reported on. A persisted format: it stands in histories.</summary>
/// <param name="Parts">The parts in which there may be something.</param>
/// <param name="AtOnce">How many of them are counted at once.</param>
public sealed record ReportPlan(DateOnly Date, IReadOnlyList<int> Parts, int AtOnce);
