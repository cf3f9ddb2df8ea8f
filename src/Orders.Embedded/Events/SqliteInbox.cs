using Orders.Application.Events;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>What each consumer has finished.</summary>
public sealed class SqliteInbox(EmbeddedTables tables) : IInbox
{
    public Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.Scalar("SELECT EXISTS (SELECT 1 FROM inbox WHERE consumer = $1 AND message_id = $2)", consumer, messageId) == 1,
        cancellation);

    public Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "INSERT INTO inbox (consumer, message_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", consumer, messageId, expiresAt),
        cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            """
            DELETE FROM inbox WHERE (consumer, message_id) IN
                (SELECT consumer, message_id FROM inbox INDEXED BY inbox_by_expiry WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
            """,
            before, limit),
        cancellation);
}
