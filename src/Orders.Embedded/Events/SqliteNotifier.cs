using LocalFunctions.Storage;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>Tells buyers by writing down what they would be told: in a table, and in a file for people when the host has a folder.</summary>
public sealed class SqliteNotifier(EmbeddedTables tables, NotificationLog? log = null) : INotifier
{
    public async Task NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        await tables.WriteAsync(
            transaction => transaction.Execute(
                "INSERT INTO notifications (event_id, order_id, user_id, text, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (event_id) DO NOTHING",
                notification.EventId, notification.Order.OrderId.Value, notification.Order.UserId.Value, notification.Text, notification.At),
            cancellation).ConfigureAwait(false);
        if (log is not null)
            await log.CatchUpAsync(cancellation).ConfigureAwait(false);
    }

    /// <remarks>The rows stay: an event that comes again must find its own, and the file goes by their numbers.</remarks>
    public Task ForgetAsync(OrderRef order, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE notifications SET text = '' WHERE order_id = $1 AND user_id = $2", order.OrderId.Value, order.UserId.Value),
        cancellation);

    /// <summary>What the buyer of this order was told, in the order of telling.</summary>
    public Task<IReadOnlyList<Notification>> FindAsync(OrderId order, CancellationToken cancellation) => tables.ReadAsync<IReadOnlyList<Notification>>(
        session => session.Query(
            "SELECT event_id, user_id, order_id, text, at FROM notifications WHERE order_id = $1 ORDER BY seq", ReadNotification, order.Value),
        cancellation);

    internal static Notification ReadNotification(SqlRow row) => new(
        row.GetString(0), new OrderRef(Id.Parse<UserId>(row.GetString(1)), Id.Parse<OrderId>(row.GetString(2))), row.GetString(3),
        new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero));
}
