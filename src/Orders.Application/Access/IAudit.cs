using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>What somebody did who may do more than buy. Ids only: no names, addresses or amounts that tell of a person.</summary>
/// <param name="AuditId">Made of what was done, so that a repeat writes nothing new.</param>
/// <param name="By">Who.</param>
/// <param name="Role">As what, in a word.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Subject">What it was done to, by its id.</param>
/// <param name="Reason">Why, as they said; null where nobody is asked.</param>
/// <param name="Detail">In a few words by name: at most <see cref="MostDetails"/> of <see cref="MostCharacters"/> characters.</param>
public sealed record AuditEntry(
    string AuditId, DateTimeOffset At, UserId By, string Role, string Action, string Subject, string? Reason, IReadOnlyDictionary<string, string> Detail)
{
    public const int MostDetails = 20;
    public const int MostCharacters = 500;

    /// <summary>What the deed did away with, whole: a message as it was before. Null for most; left out of lists.</summary>
    public string? Kept { get; init; }
}

/// <summary>Which entries; what is null doesn't matter.</summary>
/// <param name="Until">Before that.</param>
public sealed record AuditFilter(string? Subject = null, UserId? By = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>
/// Who did what: entries are appended and never changed, and forgotten after <see cref="OrderPolicy.AuditRetention"/>. A
/// <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IAudit
{
    /// <summary>Appends those whose ids are not there; the others stay as they are, so repeating is success. Each by itself all or nothing.</summary>
    /// <param name="entries">At most 100.</param>
    Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation);

    /// <summary>The newest first, without <see cref="AuditEntry.Kept"/>.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<AuditEntry>> ListAsync(AuditFilter filter, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>One of them whole; null when there is none.</summary>
    Task<AuditEntry?> FindAsync(string auditId, CancellationToken cancellation);

    /// <summary>Forgets those from before that instant, at most <paramref name="limit"/>; returns how many.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
