using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>A message that nobody could handle, and why.</summary>
/// <param name="Entity">Queue or <c>topic/subscription</c>.</param>
/// <param name="DiedAt">When it became a dead letter.</param>
/// <param name="Message">With <c>DeadLetterReason</c> and <c>DeadLetterErrorDescription</c>.</param>
public sealed record DeadLetter(string Entity, DateTimeOffset DiedAt, ServiceBusReceivedMessage Message);

/// <summary>Which dead letters; what is null doesn't matter.</summary>
public sealed record DeadLetterFilter
{
    public string? Reason { get; init; }

    public string? Subject { get; init; }

    public string? MessageId { get; init; }

    public string? SessionId { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Died at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Died before this.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The dead letters of all entities.</summary>
public sealed class DeadLetters
{
    /// <summary>Longest page, and most messages in one write.</summary>
    public const int MostAtOnce = 500;

    private const string Matching =
        """
        m.entity = $1 AND m.state = 2 AND m.seq > $2
            AND ($3 IS NULL OR m.dead_reason = $3) AND ($4 IS NULL OR m.subject = $4) AND ($5 IS NULL OR m.message_id = $5)
            AND ($6 IS NULL OR m.session = $6) AND ($7 IS NULL OR m.correlation_id = $7)
            AND ($8 IS NULL OR m.died >= $8) AND ($9 IS NULL OR m.died < $9)
        """;

    private const string Letters =
        $"""
        SELECT {StoredMessage.Columns}, m.died, m.dead_reason, m.dead_description
        FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        """;

    private readonly LocalStore store;
    private readonly TimeProvider clock;
    private readonly Func<string, ReceivingEntity> find;

    internal DeadLetters(LocalStore store, TimeProvider clock, Func<string, ReceivingEntity> find)
    {
        this.store = store;
        this.clock = clock;
        this.find = find;
    }

    /// <summary>
    /// A page, oldest message first. The next page begins after the last one's <see cref="ServiceBusReceivedMessage.SequenceNumber"/>.
    /// </summary>
    /// <param name="entity">Queue or <c>topic/subscription</c>.</param>
    /// <param name="filter">Null: all.</param>
    /// <param name="afterSequence">0 for the first page.</param>
    /// <param name="limit">1 to <see cref="MostAtOnce"/>.</param>
    /// <exception cref="ServiceBusException">The entity isn't declared.</exception>
    public IReadOnlyList<DeadLetter> List(string entity, DeadLetterFilter? filter = null, long afterSequence = 0, int limit = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostAtOnce);
        var (id, wanted) = (find(entity).Id, filter ?? new DeadLetterFilter());
        return store.Read(session => session.Query(
            $"{Letters} WHERE {Matching} ORDER BY m.seq LIMIT $10", row => Read(entity, row),
            id, afterSequence, wanted.Reason, wanted.Subject, wanted.MessageId, wanted.SessionId, wanted.CorrelationId, wanted.From, wanted.Until,
            limit));
    }

    /// <summary>How many there are. Without a filter it costs nothing; with one it looks at each dead letter of the entity, but at no body.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public long Count(string entity, DeadLetterFilter? filter = null)
    {
        var queue = find(entity);
        if (filter is null || filter == new DeadLetterFilter())
            return queue.Counter.Now.Dead;
        return store.Read(session => session.Scalar(
            $"SELECT count(*) FROM bus_messages m WHERE {Matching}", queue.Id, 0L, filter.Reason, filter.Subject, filter.MessageId, filter.SessionId,
            filter.CorrelationId, filter.From, filter.Until));
    }

    /// <summary>One of them; null when it isn't there (any more).</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public DeadLetter? Find(string entity, long sequenceNumber)
    {
        var id = find(entity).Id;
        return store.Read(session => session.First(
            $"{Letters} WHERE m.entity = $1 AND m.seq = $2 AND m.state = 2", row => Read(entity, row), id, sequenceNumber));
    }

    /// <summary>
    /// Puts these dead letters back at the end of their own entity, as new messages that were never delivered; a topic's other subscriptions
    /// see nothing of it. What isn't there (any more) is passed over, so a repeat does no harm. Answers how many went back.
    /// </summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public async Task<int> ResubmitAsync(string entity, IReadOnlyCollection<long> sequenceNumbers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceNumbers.Count, MostAtOnce);
        return await ResubmitAsync(entity, sequenceNumbers, body: null).ConfigureAwait(false);
    }

    /// <summary>As <see cref="ResubmitAsync(string, IReadOnlyCollection{long})"/>, of one and with another body. False when it didn't go back.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public async Task<bool> ResubmitAsync(string entity, long sequenceNumber, BinaryData body) =>
        await ResubmitAsync(entity, [sequenceNumber], body.ToArray()).ConfigureAwait(false) == 1;

    /// <summary>Throws these dead letters away for good; answers how many.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public async Task<int> PurgeAsync(string entity, IReadOnlyCollection<long> sequenceNumbers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceNumbers.Count, MostAtOnce);
        var queue = find(entity);
        var gone = await store.WriteAsync(transaction => sequenceNumbers.Count(sequence => Remove(transaction, queue.Id, sequence)))
            .ConfigureAwait(false);
        queue.Counter.Add(BusSchema.Dead, -gone);
        return gone;
    }

    private async Task<int> ResubmitAsync(string entity, IReadOnlyCollection<long> sequenceNumbers, byte[]? body)
    {
        var (queue, now) = (find(entity), clock.GetUtcNow());
        var moved = await store.WriteAsync(transaction =>
        {
            transaction.AfterCommit(queue.LookAgain);
            return sequenceNumbers.Count(sequence => Resubmit(transaction, queue.Id, sequence, now, body));
        }).ConfigureAwait(false);
        queue.Counter.Add(BusSchema.Dead, -moved);
        queue.Counter.Add(BusSchema.Active, moved);
        return moved;
    }

    private static DeadLetter Read(string entity, SqlRow row) => new(
        entity, row.GetInstant(13), StoredMessage.Read(row).ToReceived(Guid.Empty, default, row.GetStringOrNull(14), row.GetStringOrNull(15)));

    private static bool Resubmit(WriteTransaction transaction, long entity, long sequence, DateTimeOffset now, byte[]? body)
    {
        // Its life begins anew; what is left of it is as long as the whole was.
        var copied = transaction.Execute(
            """
            INSERT INTO bus_messages (entity, state, session, enqueued, expires, message_id, subject, content_type, correlation_id, reply_to,
                recipient, properties, body)
            SELECT entity, 0, session, $3, expires - enqueued + $3, message_id, subject, content_type, correlation_id, reply_to, recipient,
                properties, coalesce($5, body)
            FROM bus_messages WHERE entity = $1 AND seq = $2 AND state = 2 AND NOT (dead_reason IS $4 AND session IS NULL)
            """,
            entity, sequence, now, DeadLetterReasons.NoSession, body);
        return copied > 0 && Remove(transaction, entity, sequence);
    }

    private static bool Remove(WriteTransaction transaction, long entity, long sequence)
    {
        if (transaction.Execute("DELETE FROM bus_messages WHERE entity = $1 AND seq = $2 AND state = 2", entity, sequence) == 0)
            return false;
        transaction.Execute("DELETE FROM bus_deliveries WHERE seq = $1", sequence);
        return true;
    }
}
