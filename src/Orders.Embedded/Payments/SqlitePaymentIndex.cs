using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Which order, of which buyer, a payment belongs to, and when it is to be asked about.</summary>
public sealed class SqlitePaymentIndex(EmbeddedTables tables) : IPaymentIndex
{
    /// <summary>Walks the index alone, however many payments there are.</summary>
    internal const string Due =
        """
        SELECT payment_id, user_id, order_id, ask_at FROM payment_index INDEXED BY payment_index_due
        WHERE ask_at IS NOT NULL AND ask_at <= $1 ORDER BY ask_at, payment_id LIMIT $2
        """;

    public Task AddAsync(PaymentId paymentId, OrderRef order, DateTimeOffset askAt, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "INSERT INTO payment_index (payment_id, order_id, user_id, ask_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            paymentId.Value, order.OrderId.Value, order.UserId.Value, askAt),
        cancellation);

    public Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First<OrderRef?>(
            "SELECT user_id FROM payment_index WHERE payment_id = $1 AND order_id = $2",
            row => new OrderRef(Id.Parse<UserId>(row.GetString(0)), orderId), paymentId.Value, orderId.Value),
        cancellation);

    public Task<IReadOnlyList<PaymentToAsk>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<PaymentToAsk>>(
            session => session.Query(
                Due,
                row => new PaymentToAsk(
                    Id.Parse<PaymentId>(row.GetString(0)), new OrderRef(Id.Parse<UserId>(row.GetString(1)), Id.Parse<OrderId>(row.GetString(2))),
                    row.GetInstant(3)),
                now, limit),
            cancellation);

    public Task AskedAsync(IReadOnlyList<AskedPayment> asked, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            foreach (var one in asked)
            {
                transaction.Execute(
                    "UPDATE payment_index SET ask_at = $3 WHERE payment_id = $1 AND ask_at = $2", one.PaymentId.Value, one.Seen, one.Next);
            }
        },
        cancellation);

    public Task AskAtAsync(OrderId orderId, PaymentId paymentId, DateTimeOffset at, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE payment_index SET ask_at = $3 WHERE payment_id = $1 AND order_id = $2", paymentId.Value, orderId.Value, at),
        cancellation);
}
