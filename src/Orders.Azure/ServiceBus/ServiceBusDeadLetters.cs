using Azure.Messaging.ServiceBus;
using Orders.Application;
using Orders.Application.Events;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// The dead letters of every queue and subscription. Looking peeks, which locks nothing. Service Bus can't move a letter back: it is sent again, then taken away,
/// so that between the two it is in both places and never in none; and an event goes to the topic, whose other subscriptions see it again. Consumers have an inbox
/// for both. It writes down no time of death either: <see cref="DeadLetter.DiedAt"/> is when the message was sent.
/// </summary>
internal sealed class ServiceBusDeadLetters(BusConnection bus) : IDeadLetters
{
    private const int MostAtOnce = 100;
    private const int PeekedAtOnce = 100;

    /// <summary>Looked at for one page: a filter that fits little ends its page early, and the next one goes on there.</summary>
    internal const int MostLookedAt = 5_000;

    private readonly DeadLetterRemoval removal = new(bus);

    public IReadOnlyList<string> Sources { get; } = [.. BusEntities.All.Select(entity => entity.Path)];

    public async Task<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostAtOnce);
        var after = cursor is null ? ("", Number: -1L) : DeadLetterCursor.Read(filter, cursor);
        var (found, looked, last) = (new List<DeadLetter>(limit), 0, after);
        await foreach (var (entity, message) in PeekAsync(filter, after, cancellation).ConfigureAwait(false))
        {
            var letter = ToLetter(entity, message);
            var fits = Fits(filter, letter);
            if ((fits && found.Count == limit) || looked == MostLookedAt)
                return new Page<DeadLetter>(found, DeadLetterCursor.Write(filter, last.Item1, last.Number));
            if (fits)
                found.Add(letter);
            (looked, last) = (looked + 1, (entity.Path, message.SequenceNumber));
        }

        return new Page<DeadLetter>(found, NextCursor: null);
    }

    /// <summary>By looking at each: the bus' own count knows no filter, and takes the right to manage the namespace.</summary>
    public async Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var (entity, message) in PeekAsync(filter, ("", -1), cancellation).ConfigureAwait(false))
        {
            if (Fits(filter, ToLetter(entity, message)))
                count++;
        }

        return count;
    }

    public async Task<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken cancellation) =>
        BusEntities.Find(id.Source) is { } entity && await FindAsync(entity, id.Number, cancellation).ConfigureAwait(false) is { } found
            ? ToLetter(entity, found)
            : null;

    public async Task<bool> ResubmitAsync(DeadLetterId id, string? body, CancellationToken cancellation)
    {
        if (BusEntities.Find(id.Source) is not { } entity
            || await FindAsync(entity, id.Number, cancellation).ConfigureAwait(false) is not { } letter
            || (entity.RequiresSession && letter.SessionId is null))
        {
            return false;
        }

        // Sent under the letter's lock, so that two who send it back don't both; and before it is taken away, so that no crash loses it.
        return await removal.TakeAsync(
            entity, [id.Number],
            locked => bus.SendAsync(entity.SendTo, BusMessages.Again(locked, body), at: null, cancellation), cancellation).ConfigureAwait(false) == 1;
    }

    public async Task<int> PurgeAsync(IReadOnlyCollection<DeadLetterId> ids, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MostAtOnce);
        var purged = 0;
        foreach (var source in ids.GroupBy(id => id.Source))
        {
            if (BusEntities.Find(source.Key) is { } entity)
                purged += await removal.TakeAsync(entity, [.. source.Select(id => id.Number)], before: null, cancellation).ConfigureAwait(false);
        }

        return purged;
    }

    /// <summary>Every dead letter from a place on, of those entities that the filter allows.</summary>
    private async IAsyncEnumerable<(BusEntity Entity, ServiceBusReceivedMessage Message)> PeekAsync(
        DeadLetterFilter filter, (string Entity, long Number) after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var entity in SourcesOf(filter).Where(entity => string.CompareOrdinal(entity.Path, after.Entity) >= 0))
        {
            var from = entity.Path == after.Entity ? after.Number + 1 : 0;
            while (await bus.PeekAsync(entity, SubQueue.DeadLetter, from, PeekedAtOnce, cancellation).ConfigureAwait(false) is { Count: > 0 } some)
            {
                foreach (var message in some)
                    yield return (entity, message);
                from = some[^1].SequenceNumber + 1;
            }
        }
    }

    private async Task<ServiceBusReceivedMessage?> FindAsync(BusEntity entity, long number, CancellationToken cancellation)
    {
        var some = await bus.PeekAsync(entity, SubQueue.DeadLetter, number, most: 1, cancellation).ConfigureAwait(false);
        return some.FirstOrDefault(message => message.SequenceNumber == number);
    }

    private static IEnumerable<BusEntity> SourcesOf(DeadLetterFilter filter) => BusEntities.All.Where(entity =>
        (filter.Source is null || filter.Source == entity.Path) && (filter.Order is null || entity.Subscription is not null));

    private static bool Fits(DeadLetterFilter filter, DeadLetter letter) =>
        (filter.Type is null || filter.Type == letter.Type)
        && (filter.Reason is null || filter.Reason == letter.Reason)
        && (filter.Order is null || filter.Order.Value.Value == letter.Session)
        && (filter.DiedBefore is null || letter.DiedAt < filter.DiedBefore);

    private static DeadLetter ToLetter(BusEntity entity, ServiceBusReceivedMessage message) => new(
        DeadLetterId.Of(entity.Path, message.SequenceNumber), message.MessageId, message.Subject, message.SessionId, message.DeadLetterReason,
        message.DeadLetterErrorDescription, message.DeliveryCount, message.EnqueuedTime, DiedAt: message.EnqueuedTime, message.Body.ToString());
}
