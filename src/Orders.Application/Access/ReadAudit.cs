using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>The query of the audit, as a client sends it.</summary>
public sealed record ListAuditRequest(string? Subject, string? By, string? From, string? To, string? Limit, string? Cursor);

/// <summary>An entry of the audit.</summary>
/// <param name="Kept">What the deed did away with; only where one entry is read by itself.</param>
public sealed record AuditEntryView(
    string AuditId, DateTime At, UserId By, string Role, string Action, string Subject, string? Reason, IReadOnlyDictionary<string, string> Detail, string? Kept)
{
    public static AuditEntryView Of(AuditEntry entry) =>
        new(entry.AuditId, entry.At.UtcDateTime, entry.By, entry.Role, entry.Action, entry.Subject, entry.Reason, entry.Detail, entry.Kept);
}

/// <summary>Who did what, the newest first.</summary>
public sealed class ListAudit(IAudit audit, PageCursors cursors)
{
    private const int MostSubject = 200;

    public async Task<Result<Page<AuditEntryView>>> RunAsync(ListAuditRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var limit = Paging.Limit(form, request.Limit);
        UserId? by = null;
        if (!string.IsNullOrEmpty(request.By))
        {
            if (UserId.TryParse(request.By, out var user))
                by = user;
            else
                form.Error("by", "is not a user's id");
        }

        var filter = new AuditFilter(form.Optional("subject", request.Subject, MostSubject), by, Instant(form, "from", request.From), Instant(form, "to", request.To));
        if (form.Refusal is { } refusal)
            return refusal;
        return await cursors.ReadAsync(
            request.Cursor,
            async cursor =>
            {
                var page = await audit.ListAsync(filter, limit, cursor, cancellation).ConfigureAwait(false);
                return new Page<AuditEntryView>([.. page.Items.Select(AuditEntryView.Of)], page.NextCursor);
            }).ConfigureAwait(false);
    }

    private static DateTimeOffset? Instant(Form form, string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
            return instant;
        form.Error(field, "must be an instant, as 2026-01-31T00:00:00Z");
        return null;
    }
}

/// <summary>One entry with what it keeps.</summary>
public sealed class ReadAuditEntry(IAudit audit)
{
    public async Task<Result<AuditEntryView>> RunAsync(string auditId, CancellationToken cancellation) =>
        await audit.FindAsync(auditId, cancellation).ConfigureAwait(false) is { } entry ? AuditEntryView.Of(entry) : new Refusal.NotFound("entry");
}
