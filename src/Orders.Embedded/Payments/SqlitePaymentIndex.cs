using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Which order, of which buyer, a payment belongs to.</summary>
public sealed class SqlitePaymentIndex(EmbeddedTables tables) : IPaymentIndex
{
    public Task AddAsync(PaymentId paymentId, OrderRef order, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "INSERT INTO payment_index (payment_id, order_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            paymentId.Value, order.OrderId.Value, order.UserId.Value),
        cancellation);

    public Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First<OrderRef?>(
            "SELECT user_id FROM payment_index WHERE payment_id = $1 AND order_id = $2",
            row => new OrderRef(Id.Parse<UserId>(row.GetString(0)), orderId), paymentId.Value, orderId.Value),
        cancellation);
}
