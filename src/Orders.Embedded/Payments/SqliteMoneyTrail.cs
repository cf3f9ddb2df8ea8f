using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>The questions to providers, the last ones of each payment.</summary>
public sealed class SqliteMoneyTrail(EmbeddedTables tables) : IMoneyTrail
{
    public Task NoteAsync(ProviderQuery query, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            transaction.Execute(
                """
                INSERT INTO payment_queries (order_id, payment_id, at, refund_id, user_id, asked_by, said) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT DO UPDATE SET said = excluded.said, asked_by = excluded.asked_by
                """,
                query.Order.OrderId.Value, query.PaymentId.Value, query.At, query.RefundId ?? "", query.Order.UserId.Value, query.By, query.Said);
            transaction.Execute(
                """
                DELETE FROM payment_queries WHERE order_id = $1 AND payment_id = $2 AND at <
                    (SELECT at FROM payment_queries WHERE order_id = $1 AND payment_id = $2 ORDER BY at DESC LIMIT 1 OFFSET $3)
                """,
                query.Order.OrderId.Value, query.PaymentId.Value, IMoneyTrail.MostPerPayment - 1);
        },
        cancellation);

    public Task<IReadOnlyList<ProviderQuery>> FindAsync(OrderId order, CancellationToken cancellation) => tables.ReadAsync<IReadOnlyList<ProviderQuery>>(
        session => session.Query(
            "SELECT payment_id, at, refund_id, user_id, asked_by, said FROM payment_queries WHERE order_id = $1 ORDER BY at, payment_id, refund_id",
            row => new ProviderQuery(
                new OrderRef(Id.Parse<UserId>(row.GetString(3)), order), Id.Parse<PaymentId>(row.GetString(0)), row.GetString(2) is { Length: > 0 } refund ? refund : null,
                Enum.Parse<QueriedBy>(row.GetString(4)), row.GetInstant(1), row.GetString(5)),
            order.Value),
        cancellation);
}
