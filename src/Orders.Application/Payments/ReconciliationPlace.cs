namespace Orders.Application.Payments;

/// <summary>A statement that a run has to read.</summary>
public sealed record StatementOfDay(string Provider, DateOnly Date);

/// <summary>
/// How far the run of a day has come: all that its orchestration knows, and handed on when it begins a new history. A persisted format: it stands
/// in histories.
/// </summary>
/// <param name="Date">The UTC day.</param>
/// <param name="Unread">Statements to read, the first of them perhaps in part.</param>
public sealed record ReconciliationPlace(DateOnly Date, IReadOnlyList<StatementOfDay> Unread)
{
    /// <summary>Where the first unread statement goes on; null at its beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Lines of it that were read.</summary>
    public long Lines { get; init; }

    /// <summary>The last order that was handed to a part; null for none.</summary>
    public string? After { get; init; }

    /// <summary>Whether no orders are left.</summary>
    public bool IsCompared { get; init; }
}

/// <summary>Orders to compare by one activity: those after one key up to another. A persisted format: it stands in histories.</summary>
public sealed record ReconciliationPart(DateOnly Date, string? After, string UpTo);

/// <summary>Parts to compare at once, and where the run is when they are done. A persisted format: it stands in histories.</summary>
public sealed record ReconciliationParts(IReadOnlyList<ReconciliationPart> Parts, ReconciliationPlace Next);
