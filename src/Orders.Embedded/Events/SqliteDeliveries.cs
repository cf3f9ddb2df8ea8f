using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Events;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>Deliveries as JSON documents, with what they are found by beside them.</summary>
public sealed class SqliteDeliveries(EmbeddedTables tables) : IDeliveries
{
    public Task AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellation)
    {
        var rows = deliveries.Select(delivery => (Delivery: delivery, Document: WebhookJson.Write(delivery))).ToList();
        return tables.WriteAsync(
            transaction =>
            {
                foreach (var (delivery, document) in rows)
                {
                    transaction.Execute(
                        """
                        INSERT INTO webhook_deliveries (delivery_id, webhook_id, version, status, next_at, ended_at, document)
                        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (delivery_id) DO NOTHING
                        """,
                        delivery.DeliveryId, delivery.WebhookId.Value, delivery.Version, delivery.Status, delivery.NextAt, delivery.EndedAt, document);
                }
            },
            cancellation);
    }

    public Task<WebhookDelivery?> FindAsync(WebhookId webhook, string deliveryId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            "SELECT document FROM webhook_deliveries WHERE delivery_id = $1 AND webhook_id = $2", Read, deliveryId, webhook.Value),
        cancellation);

    public Task<bool> SaveAsync(WebhookDelivery delivery, CancellationToken cancellation)
    {
        var document = WebhookJson.Write(delivery);
        return tables.WriteAsync(
            transaction => transaction.Execute(
                """
                UPDATE webhook_deliveries SET version = $2, status = $3, next_at = $4, ended_at = $5, document = $6
                WHERE delivery_id = $1 AND version = $2 - 1
                """,
                delivery.DeliveryId, delivery.Version, delivery.Status, delivery.NextAt, delivery.EndedAt, document) == 1,
            cancellation);
    }

    public Task<IReadOnlyList<WebhookDelivery>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<WebhookDelivery>>(
            session => session.Query(
                """
                SELECT document FROM webhook_deliveries INDEXED BY webhook_deliveries_due
                WHERE next_at IS NOT NULL AND next_at < $1 ORDER BY next_at, seq LIMIT $2
                """,
                Read, before, limit),
            cancellation);

    public Task<Page<WebhookDelivery>> ListAsync(
        WebhookId webhook, DeliveryStatus? status, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var list = $"deliveries {webhook} {status}";
        var before = cursor is null ? long.MaxValue : Cursor.Read(list, cursor).Number;
        return tables.ReadAsync(
            session =>
            {
                var rows = status is null
                    ? session.Query(
                        "SELECT document, seq FROM webhook_deliveries WHERE webhook_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
                        ReadNumbered, webhook.Value, before, limit + 1)
                    : session.Query(
                        "SELECT document, seq FROM webhook_deliveries WHERE webhook_id = $1 AND status = $4 AND seq < $2 ORDER BY seq DESC LIMIT $3",
                        ReadNumbered, webhook.Value, before, limit + 1, status);
                return new Page<WebhookDelivery>(
                    [.. rows.Take(limit).Select(row => row.Delivery)], rows.Count > limit ? Cursor.Write(list, rows[limit - 1].Seq, "") : null);
            },
            cancellation);
    }

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            """
            DELETE FROM webhook_deliveries WHERE seq IN
                (SELECT seq FROM webhook_deliveries INDEXED BY webhook_deliveries_ended
                 WHERE ended_at IS NOT NULL AND ended_at < $1 ORDER BY ended_at LIMIT $2)
            """,
            before, limit),
        cancellation);

    private static WebhookDelivery Read(SqlRow row) => WebhookJson.ReadDelivery(row.GetBytes(0));

    private static (WebhookDelivery Delivery, long Seq) ReadNumbered(SqlRow row) => (Read(row), row.GetInt64(1));
}
