using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Events;
using Orders.Embedded.Storage;
using BusFilter = LocalFunctions.Messaging.Broker.DeadLetterFilter;
using BusLetter = LocalFunctions.Messaging.Broker.DeadLetter;
using DeadLetter = Orders.Application.Events.DeadLetter;
using DeadLetterFilter = Orders.Application.Events.DeadLetterFilter;

namespace Orders.Embedded.Events;

/// <summary>The dead letters of the local bus. Going back is one write, so a letter is never in two places.</summary>
public sealed class BusDeadLetters(LocalServiceBus bus) : IDeadLetters
{
    private const int MostAtOnce = 100;

    public IReadOnlyList<string> Sources { get; } = [.. bus.Counts.Keys.Order(StringComparer.Ordinal)];

    public Task<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostAtOnce);
        var list = $"dead letters {filter.Source} {filter.Type} {filter.Reason} {filter.Order}";
        var (after, source) = cursor is null ? (0, "") : Cursor.Read(list, cursor);
        return Run(
            () =>
            {
                var found = new List<DeadLetter>(limit + 1);
                foreach (var entity in SourcesOf(filter).Where(entity => string.CompareOrdinal(entity, source) >= 0))
                {
                    found.AddRange(bus.DeadLetters.List(entity, ToBus(filter), entity == source ? after : 0, limit + 1 - found.Count).Select(ToLetter));
                    if (found.Count > limit)
                        return new Page<DeadLetter>([.. found.Take(limit)], Cursor.Write(list, found[limit - 1].Id.Number, found[limit - 1].Source));
                }

                return new Page<DeadLetter>(found, NextCursor: null);
            },
            cancellation);
    }

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        Run(() => SourcesOf(filter).Sum(entity => bus.DeadLetters.Count(entity, ToBus(filter))), cancellation);

    public Task<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken cancellation) => Run(
        () => Sources.Contains(id.Source) && bus.DeadLetters.Find(id.Source, id.Number) is { } found ? ToLetter(found) : null, cancellation);

    public async Task<bool> ResubmitAsync(DeadLetterId id, string? body, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!Sources.Contains(id.Source))
            return false;
        try
        {
            return body is null
                ? await bus.DeadLetters.ResubmitAsync(id.Source, [id.Number]).ConfigureAwait(false) == 1
                : await bus.DeadLetters.ResubmitAsync(id.Source, id.Number, BinaryData.FromString(body)).ConfigureAwait(false);
        }
        catch (SqliteException broken)
        {
            throw Unavailable(broken);
        }
    }

    public async Task<int> PurgeAsync(IReadOnlyCollection<DeadLetterId> ids, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MostAtOnce);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            var purged = 0;
            foreach (var source in ids.GroupBy(id => id.Source).Where(source => Sources.Contains(source.Key)))
                purged += await bus.DeadLetters.PurgeAsync(source.Key, [.. source.Select(id => id.Number)]).ConfigureAwait(false);
            return purged;
        }
        catch (SqliteException broken)
        {
            throw Unavailable(broken);
        }
    }

    private IEnumerable<string> SourcesOf(DeadLetterFilter filter) =>
        Sources.Where(source => (filter.Source is null || filter.Source == source) && (filter.Order is null || source.Contains('/', StringComparison.Ordinal)));

    private static BusFilter ToBus(DeadLetterFilter filter) =>
        new() { Subject = filter.Type, Reason = filter.Reason, SessionId = filter.Order?.Value, Until = filter.DiedBefore };

    private static DeadLetter ToLetter(BusLetter letter)
    {
        ServiceBusReceivedMessage message = letter.Message;
        return new DeadLetter(
            DeadLetterId.Of(letter.Entity, message.SequenceNumber), message.MessageId, message.Subject, message.SessionId, message.DeadLetterReason,
            message.DeadLetterErrorDescription, message.DeliveryCount, message.EnqueuedTime, letter.DiedAt, message.Body.ToString());
    }

    private static Task<T> Run<T>(Func<T> look, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        try
        {
            return Task.FromResult(look());
        }
        catch (SqliteException broken)
        {
            return Task.FromException<T>(Unavailable(broken));
        }
    }

    private static DependencyUnavailableException Unavailable(SqliteException broken) => new("The dead letters", broken);
}
