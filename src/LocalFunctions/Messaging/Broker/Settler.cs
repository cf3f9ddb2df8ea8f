using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>The writes that end a delivery. Each is one piece of work in the next group commit, so all that settle at once share an fsync.</summary>
internal sealed class Settler(LocalStore store, TimeProvider clock, ReceivingEntity entity)
{
    /// <summary>
    /// Notes that the messages are being delivered, so that a delivery which the process doesn't survive counts. The caller needn't wait:
    /// the writer works in order, so no settlement can overtake this.
    /// </summary>
    public Task CountAsync(IReadOnlyList<StoredMessage> messages) => store.WriteAsync(transaction =>
    {
        foreach (var message in messages)
        {
            transaction.Execute(
                "INSERT INTO bus_deliveries (seq, count) VALUES ($1, $2) ON CONFLICT (seq) DO UPDATE SET count = $2",
                message.Sequence, message.Deliveries);
        }
    });

    public async Task CompleteAsync(params IReadOnlyCollection<StoredMessage> messages)
    {
        if (messages.Count == 0)
            return;
        await store.WriteAsync(transaction =>
        {
            foreach (var message in messages)
            {
                transaction.Execute("DELETE FROM bus_messages WHERE seq = $1", message.Sequence);
                transaction.Execute("DELETE FROM bus_deliveries WHERE seq = $1", message.Sequence);
            }
        }).ConfigureAwait(false);
        entity.Counter.Add(BusSchema.Active, -messages.Count);
    }

    public async Task DeadLetterAsync(StoredMessage message, string? reason, string? description)
    {
        var died = clock.GetUtcNow();
        await store.WriteAsync(transaction => transaction.Execute(
            "UPDATE bus_messages SET state = 2, died = $2, dead_reason = $3, dead_description = $4, properties = $5 WHERE seq = $1",
            message.Sequence, died, reason, description, message.Properties)).ConfigureAwait(false);
        entity.Counter.Add(BusSchema.Active, -1);
        entity.Counter.Add(BusSchema.Dead, 1);
    }

    public Task StorePropertiesAsync(StoredMessage message) => store.WriteAsync(transaction => transaction.Execute(
        "UPDATE bus_messages SET properties = $2 WHERE seq = $1", message.Sequence, message.Properties));
}
