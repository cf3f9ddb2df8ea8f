using System.Text.Json;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Access;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Access;

/// <summary>A row per entry, found by time, by what it was done to, and by who did it.</summary>
public sealed class SqliteAudit(EmbeddedTables tables) : IAudit
{
    private const int MostAtOnce = 100;
    private const string Columns = "audit_id, at, by_user, role, action, subject, reason, detail, seq";

    public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, MostAtOnce);
        return tables.WriteAsync(
            transaction =>
            {
                foreach (var entry in entries)
                {
                    transaction.Execute(
                        """
                        INSERT INTO audit_trail (audit_id, at, by_user, role, action, subject, reason, detail, kept) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                        ON CONFLICT (audit_id) DO NOTHING
                        """,
                        entry.AuditId, entry.At, entry.By.Value, entry.Role, entry.Action, entry.Subject, entry.Reason, JsonSerializer.Serialize(entry.Detail), entry.Kept);
                }
            },
            cancellation);
    }

    public Task<Page<AuditEntry>> ListAsync(AuditFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var list = $"audit {filter.Subject} {filter.By}";
        var before = cursor is null ? long.MaxValue : Cursor.Read(list, cursor).Number;
        return tables.ReadAsync(
            session =>
            {
                var rows = session.Query(
                    $"""
                    SELECT {Columns} FROM audit_trail INDEXED BY {IndexFor(filter)}
                    WHERE {WhereFor(filter)} AND seq < $3 AND at >= $4 AND at < $5 ORDER BY seq DESC LIMIT $6
                    """,
                    row => (Entry: Read(row), Seq: row.GetInt64(8)),
                    filter.Subject, filter.By?.Value, before, filter.From ?? DateTimeOffset.MinValue, filter.Until ?? DateTimeOffset.MaxValue, limit + 1);
                return new Page<AuditEntry>(
                    [.. rows.Take(limit).Select(row => row.Entry)], rows.Count > limit ? Cursor.Write(list, rows[limit - 1].Seq, "") : null);
            },
            cancellation);
    }

    public Task<AuditEntry?> FindAsync(string auditId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            $"SELECT {Columns}, kept FROM audit_trail WHERE audit_id = $1", row => Read(row) with { Kept = row.GetStringOrNull(9) }, auditId),
        cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "DELETE FROM audit_trail WHERE seq IN (SELECT seq FROM audit_trail INDEXED BY audit_by_time WHERE at < $1 ORDER BY at LIMIT $2)", before, limit),
        cancellation);

    private static string IndexFor(AuditFilter filter) =>
        filter.Subject is not null ? "audit_by_subject" : filter.By is not null ? "audit_by_user" : "audit_in_order";

    /// <summary>Written out, for an index is only used where its column is compared and nothing else.</summary>
    private static string WhereFor(AuditFilter filter) => (filter.Subject, filter.By) switch
    {
        (not null, _) => "subject = $1 AND ($2 IS NULL OR by_user = $2)",
        (null, not null) => "by_user = $2 AND $1 IS NULL",
        _ => "$1 IS NULL AND $2 IS NULL",
    };

    private static AuditEntry Read(SqlRow row) => new(
        row.GetString(0), row.GetInstant(1), Id.Parse<UserId>(row.GetString(2)), row.GetString(3), row.GetString(4), row.GetString(5), row.GetStringOrNull(6),
        JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(7))!);
}
