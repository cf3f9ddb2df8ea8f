using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Provider messages by source and id. The first of an id counts; others with its id are kept as refused, a few of them.</summary>
public sealed class SqliteProviderMessages(EmbeddedTables tables) : IProviderMessages
{
    /// <summary>Contradictions kept per message id: evidence, but bounded.</summary>
    private const int MostContradictions = 10;

    private const string Columns = "source, message_id, content_hash, body, received_at, state, note, order_id, seen";

    public Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var first = transaction.First(
                "SELECT content_hash FROM provider_messages WHERE source = $1 AND message_id = $2 AND is_first = 1", row => row.GetString(0),
                message.Source, message.MessageId);
            if (first == message.ContentHash)
            {
                transaction.Execute(
                    "UPDATE provider_messages SET seen = seen + 1 WHERE source = $1 AND message_id = $2 AND is_first = 1", message.Source, message.MessageId);
                return StoreMessageResult.AlreadyThere;
            }

            if (first is null)
            {
                Insert(transaction, message, isFirst: true);
                return StoreMessageResult.Stored;
            }

            var kept = transaction.Scalar(
                "SELECT count(*) FROM provider_messages WHERE source = $1 AND message_id = $2 AND is_first = 0", message.Source, message.MessageId);
            if (kept < MostContradictions)
                Insert(transaction, message with { State = ProviderMessageState.Refused, Note = "Its id was used for another content before" }, isFirst: false);
            return StoreMessageResult.OtherContent;
        },
        cancellation);

    public Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            $"SELECT {Columns} FROM provider_messages WHERE source = $1 AND message_id = $2 AND is_first = 1", ReadMessage, source, messageId),
        cancellation);

    public Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var found = transaction.Execute(
                "UPDATE provider_messages SET state = $3, note = $4 WHERE source = $1 AND message_id = $2 AND is_first = 1", source, messageId, state, note);
            if (found == 0)
                throw new InvalidOperationException($"Message '{messageId}' of '{source}' was never stored.");
        },
        cancellation);

    public Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<ProviderMessage>>(
            session => session.Query(
                $"""
                SELECT {Columns} FROM provider_messages INDEXED BY provider_messages_unapplied
                WHERE state = 'Stored' AND received_at < $1 ORDER BY received_at LIMIT $2
                """,
                ReadMessage, before, limit),
            cancellation);

    public Task<IReadOnlyList<ProviderMessage>> FindByOrderAsync(OrderId order, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<ProviderMessage>>(
            session => session.Query(
                $"SELECT {Columns} FROM provider_messages WHERE order_id = $1 ORDER BY seq LIMIT $2", ReadMessage, order.Value, limit),
            cancellation);

    private static void Insert(WriteTransaction transaction, ProviderMessage message, bool isFirst) => transaction.Execute(
        """
        INSERT INTO provider_messages (source, message_id, content_hash, is_first, body, received_at, state, note, order_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (source, message_id, content_hash) DO NOTHING
        """,
        message.Source, message.MessageId, message.ContentHash, isFirst, message.Body, message.ReceivedAt, message.State, message.Note,
        message.OrderId?.Value);

    private static ProviderMessage ReadMessage(SqlRow row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInstant(4))
        {
            State = Enum.Parse<ProviderMessageState>(row.GetString(5)),
            Note = row.GetStringOrNull(6),
            OrderId = OrderId.TryParse(row.GetStringOrNull(7), out var order) ? order : null,
            Seen = row.GetInt32(8),
        };
}
