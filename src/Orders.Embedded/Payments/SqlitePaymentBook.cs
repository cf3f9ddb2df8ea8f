using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>The books of money: a row per movement, beside the others of its order.</summary>
public sealed class SqlitePaymentBook(EmbeddedTables tables) : IPaymentBook
{
    private const string Columns = "kind, key, payment_id, order_id, user_id, provider, amount, currency, state, at, version, reference, reason";

    private const string Put =
        $"""
        INSERT INTO payment_book ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (order_id, key) DO UPDATE SET
            provider = excluded.provider, amount = excluded.amount, currency = excluded.currency, state = excluded.state,
            at = CASE WHEN payment_book.state = excluded.state THEN payment_book.at ELSE excluded.at END,
            version = excluded.version, reference = coalesce(excluded.reference, payment_book.reference), reason = excluded.reason
        WHERE excluded.version > payment_book.version
        """;

    public Task PutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation) => entries.Count == 0
        ? Task.CompletedTask
        : tables.WriteAsync(transaction => PutAll(transaction, entries), cancellation);

    public Task<IReadOnlyList<BookEntry>> FindAsync(OrderId order, CancellationToken cancellation) => tables.ReadAsync<IReadOnlyList<BookEntry>>(
        session => session.Query($"SELECT {Columns} FROM payment_book WHERE order_id = $1 ORDER BY at, key", Read, order.Value), cancellation);

    public Task<IReadOnlyList<OrderId>> ListOrdersAsync(
        DateTimeOffset from, DateTimeOffset until, OrderId? after, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<OrderId>>(
            session => session.Query(
                """
                SELECT DISTINCT order_id FROM payment_book INDEXED BY payment_book_by_time
                WHERE at >= $1 AND at < $2 AND order_id > $3 ORDER BY order_id LIMIT $4
                """,
                row => Id.Parse<OrderId>(row.GetString(0)), from, until, after?.Value ?? "", limit),
            cancellation);

    public Task<IReadOnlyList<MoneySum>> SumAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<MoneySum>>(
            session => session.Query(
                """
                SELECT kind, currency, count(*), sum(amount) FROM payment_book INDEXED BY payment_book_by_time
                WHERE at >= $1 AND at < $2 AND state = $3 GROUP BY kind, currency ORDER BY kind, currency
                """,
                row => new MoneySum((BookEntryKind)row.GetInt32(0), Id.Parse<Currency>(row.GetString(1)), row.GetInt64(2), row.GetInt64(3)),
                from, until, (int)BookedState.Done),
            cancellation);

    private static void PutAll(WriteTransaction transaction, IReadOnlyList<BookEntry> entries)
    {
        foreach (var entry in entries)
        {
            transaction.Execute(
                Put, (int)entry.Kind, entry.Key, entry.PaymentId.Value, entry.Order.OrderId.Value, entry.Order.UserId.Value, entry.Provider,
                entry.Money.Amount, entry.Money.Currency.Value, (int)entry.State, entry.At, entry.Version, entry.Reference, entry.Reason);
        }
    }

    private static BookEntry Read(SqlRow row) => new(
        (BookEntryKind)row.GetInt32(0), row.GetString(1), Id.Parse<PaymentId>(row.GetString(2)),
        new OrderRef(Id.Parse<UserId>(row.GetString(4)), Id.Parse<OrderId>(row.GetString(3))), row.GetString(5),
        new Money(row.GetInt64(6), Id.Parse<Currency>(row.GetString(7))), (BookedState)row.GetInt32(8), row.GetInstant(9), row.GetInt64(10))
    {
        Reference = row.GetStringOrNull(11),
        Reason = row.GetStringOrNull(12),
    };
}
