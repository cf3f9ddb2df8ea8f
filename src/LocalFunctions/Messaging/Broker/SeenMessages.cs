using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Duplicate detection: remembers message ids for the window of their entity, and no longer.</summary>
internal static class SeenMessages
{
    /// <summary>Enough that forgetting keeps up with remembering, few enough that no send notices.</summary>
    private const int ForgottenPerSend = 4;

    /// <summary>Notes the id; false when it was noted within the window before.</summary>
    public static bool IsNew(WriteTransaction transaction, long entity, string messageId, DateTimeOffset now, TimeSpan window)
    {
        var oldest = now - window;
        transaction.Execute(
            """
            DELETE FROM bus_seen WHERE entity = $1 AND message_id IN
                (SELECT message_id FROM bus_seen WHERE entity = $1 AND at <= $2 ORDER BY at LIMIT $3)
            """,
            entity, oldest, ForgottenPerSend);
        return transaction.Execute(
            """
            INSERT INTO bus_seen (entity, message_id, at) VALUES ($1, $2, $3)
            ON CONFLICT (entity, message_id) DO UPDATE SET at = $3 WHERE at <= $4
            """,
            entity, messageId, now, oldest) > 0;
    }
}
