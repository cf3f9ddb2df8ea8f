using System.Text.Json;
using System.Text.Json.Serialization;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Reports of days, and their differences as documents.</summary>
public sealed class SqliteReconciliations(EmbeddedTables tables) : IReconciliations
{
    private const int MostOfAnOrder = 200;
    private const string Beginning = "";

    public Task<Difference> KeepAsync(Difference found, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            transaction.Execute(
                """
                INSERT INTO differences (date, id, order_key, class, state, version, document) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (date, id) DO NOTHING
                """,
                Day(found.Date), found.Id, found.OrderKey, found.Class, found.State, found.Version, Write(found));
            return Find(transaction, found.Date, found.Id)!;
        },
        cancellation);

    public Task<bool> SaveAsync(Difference changed, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE differences SET state = $3, version = $4, document = $5 WHERE date = $1 AND id = $2 AND version = $4 - 1",
            Day(changed.Date), changed.Id, changed.State, changed.Version, Write(changed)) == 1,
        cancellation);

    public Task<Difference?> FindAsync(DateOnly date, string id, CancellationToken cancellation) =>
        tables.ReadAsync(session => Find(session, date, id), cancellation);

    public Task<Page<Difference>> ListAsync(DateOnly date, DifferenceState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        var list = $"differences {Day(date)} {state}";
        var (order, id) = (Beginning, Beginning);
        if (cursor is not null && Cursor.Read(list, cursor).Text.Split(' ') is [var lastOrder, var lastId])
            (order, id) = (lastOrder, lastId);
        return tables.ReadAsync(
            session =>
            {
                var rows = session.Query(
                    """
                    SELECT document FROM differences INDEXED BY differences_by_day
                    WHERE date = $1 AND (order_key, id) > ($2, $3) AND ($4 IS NULL OR state = $4) ORDER BY order_key, id LIMIT $5
                    """,
                    Read, Day(date), order, id, state?.ToString(), limit + 1);
                var items = rows.Take(limit).ToList();
                return new Page<Difference>(items, rows.Count > limit ? Cursor.Write(list, 0, $"{items[^1].OrderKey} {items[^1].Id}") : null);
            },
            cancellation);
    }

    public Task<IReadOnlyList<Difference>> FindByOrderAsync(string orderKey, CancellationToken cancellation) => tables.ReadAsync<IReadOnlyList<Difference>>(
        session => [.. session.Query(
            "SELECT document FROM differences WHERE order_key = $1 ORDER BY date DESC, id LIMIT $2", Read, orderKey, MostOfAnOrder).OrderBy(one => one.Date)],
        cancellation);

    public Task<IReadOnlyList<string>> ListOrdersAsync(DateOnly date, string? after, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<string>>(
            session => session.Query(
                "SELECT DISTINCT order_key FROM differences INDEXED BY differences_by_day WHERE date = $1 AND order_key > $2 ORDER BY order_key LIMIT $3",
                row => row.GetString(0), Day(date), after ?? Beginning, limit),
            cancellation);

    public Task<IReadOnlyList<DifferenceCount>> CountAsync(DateOnly date, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<DifferenceCount>>(
            session => session.Query(
                "SELECT class, state, count(*) FROM differences WHERE date = $1 GROUP BY class, state ORDER BY class, state",
                row => new DifferenceCount(Enum.Parse<DifferenceClass>(row.GetString(0)), Enum.Parse<DifferenceState>(row.GetString(1)), row.GetInt64(2)),
                Day(date)),
            cancellation);

    public Task PutReportAsync(ReconciliationReport report, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "INSERT INTO reconciliations (date, document) VALUES ($1, $2) ON CONFLICT (date) DO UPDATE SET document = $2",
            Day(report.Date), JsonSerializer.SerializeToUtf8Bytes(report, ReconciliationJson.Default.ReconciliationReport)),
        cancellation);

    public Task<ReconciliationReport?> FindReportAsync(DateOnly date, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            "SELECT document FROM reconciliations WHERE date = $1",
            row => JsonSerializer.Deserialize(row.GetBytes(0), ReconciliationJson.Default.ReconciliationReport), Day(date)),
        cancellation);

    private static Difference? Find(SqlSession session, DateOnly date, string id) =>
        session.First("SELECT document FROM differences WHERE date = $1 AND id = $2", Read, Day(date), id);

    private static string Day(DateOnly date) => StatementPeriods.Of(date);

    private static byte[] Write(Difference difference) => JsonSerializer.SerializeToUtf8Bytes(difference, ReconciliationJson.Default.Difference);

    private static Difference Read(SqlRow row) => JsonSerializer.Deserialize(row.GetBytes(0), ReconciliationJson.Default.Difference)!;
}

/// <summary>How reports and differences are stored. A persisted format.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Difference))]
[JsonSerializable(typeof(ReconciliationReport))]
internal sealed partial class ReconciliationJson : JsonSerializerContext;
