using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Providers' statements, a row per line in its place.</summary>
public sealed class SqliteStatements(EmbeddedTables tables) : IStatements
{
    private const int MostLinesOfAnOrder = 1_000;

    private const string Columns = "provider, period, number, type, reference, payment_id, line_order_id, amount, currency, at";

    private const string Put =
        $"""
        INSERT INTO statement_lines ({Columns}, order_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (period, provider, number) DO UPDATE SET
            type = excluded.type, reference = excluded.reference, payment_id = excluded.payment_id, line_order_id = excluded.line_order_id,
            amount = excluded.amount, currency = excluded.currency, at = excluded.at, order_key = excluded.order_key
        """;

    public Task PutAsync(IReadOnlyList<StoredLine> lines, CancellationToken cancellation) => lines.Count == 0
        ? Task.CompletedTask
        : tables.WriteAsync(transaction => PutAll(transaction, lines), cancellation);

    public Task CompleteAsync(string provider, string period, long count, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            transaction.Execute("DELETE FROM statement_lines WHERE period = $1 AND provider = $2 AND number >= $3", period, provider, count);
            transaction.Execute("INSERT INTO statements_read (period, provider) VALUES ($1, $2) ON CONFLICT DO NOTHING", period, provider);
        },
        cancellation);

    public Task<bool> WasReadAsync(string provider, string period, CancellationToken cancellation) => tables.ReadAsync(
        session => session.Scalar("SELECT EXISTS (SELECT 1 FROM statements_read WHERE period = $1 AND provider = $2)", period, provider) == 1, cancellation);

    public Task<IReadOnlyList<StoredLine>> FindAsync(string orderKey, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<StoredLine>>(session => Find(session, orderKey), cancellation);

    public Task<ILookup<string, StoredLine>> FindManyAsync(IReadOnlyCollection<string> orderKeys, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orderKeys.Count, IStatements.MostOrders);
        return tables.ReadAsync(session => orderKeys.Distinct().SelectMany(key => Find(session, key)).ToLookup(line => line.OrderKey), cancellation);
    }

    public Task<IReadOnlyList<string>> ListOrdersAsync(string period, string? after, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<string>>(
            session => session.Query(
                """
                SELECT DISTINCT order_key FROM statement_lines INDEXED BY statement_lines_by_period
                WHERE period = $1 AND order_key > $2 ORDER BY order_key LIMIT $3
                """,
                row => row.GetString(0), period, after ?? "", limit),
            cancellation);

    public Task<IReadOnlyList<MoneySum>> SumAsync(string period, CancellationToken cancellation) => tables.ReadAsync<IReadOnlyList<MoneySum>>(
        session => session.Query(
            "SELECT type, currency, count(*), sum(amount) FROM statement_lines WHERE period = $1 GROUP BY type, currency ORDER BY type, currency",
            row => new MoneySum((BookEntryKind)row.GetInt32(0), Id.Parse<Currency>(row.GetString(1)), row.GetInt64(2), row.GetInt64(3)), period),
        cancellation);

    private static List<StoredLine> Find(SqlSession session, string orderKey) => session.Query(
        $"SELECT {Columns} FROM statement_lines WHERE order_key = $1 ORDER BY at, reference, period, number LIMIT $2", Read, orderKey, MostLinesOfAnOrder);

    private static void PutAll(WriteTransaction transaction, IReadOnlyList<StoredLine> lines)
    {
        foreach (var stored in lines)
        {
            var line = stored.Line;
            transaction.Execute(
                Put, stored.Provider, stored.Period, stored.Number, (int)StatementKinds.Of(line.Type), line.Reference, line.PaymentId, line.OrderId,
                line.Money.Amount, line.Money.Currency.Value, line.At, stored.OrderKey);
        }
    }

    private static StoredLine Read(SqlRow row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2),
        new StatementLine(
            StatementKinds.TypeOf((BookEntryKind)row.GetInt32(3)), row.GetString(4), row.GetStringOrNull(5), row.GetStringOrNull(6),
            new Money(row.GetInt64(7), Id.Parse<Currency>(row.GetString(8))), row.GetInstant(9)));

    /// <summary>Stored as the kinds of the books are, so that sums of both are of one kind.</summary>
    private static class StatementKinds
    {
        public static BookEntryKind Of(StatementLineType type) => type == StatementLineType.Capture ? BookEntryKind.Capture : BookEntryKind.Refund;

        public static StatementLineType TypeOf(BookEntryKind kind) => kind == BookEntryKind.Capture ? StatementLineType.Capture : StatementLineType.Refund;
    }
}
