using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>A message that its consumer could not take, as it lies there.</summary>
/// <param name="Id">Its own name, for as long as it lies there.</param>
/// <param name="MessageId">Of an event <c>{orderId}-{version}</c>.</param>
/// <param name="Type">Of an event one of <see cref="EventTypes"/>; null where the queue's messages have none.</param>
/// <param name="Session">Of an event the order's id.</param>
/// <param name="Reason">One word of who gave it up: a <see cref="Rejection"/>'s, or the bus's own.</param>
/// <param name="Body">As text; what is no UTF-8 in it is replaced.</param>
public sealed record DeadLetter(
    DeadLetterId Id, string? MessageId, string? Type, string? Session, string? Reason, string? Description, int DeliveryCount,
    DateTimeOffset EnqueuedAt, DateTimeOffset DiedAt, string Body)
{
    private const string Events = "order-events/";

    public string Source => Id.Source;

    /// <summary>Which subscription of <c>order-events</c> it lies in; null for a queue.</summary>
    public string? Consumer => Source.StartsWith(Events, StringComparison.Ordinal) ? Source[Events.Length..] : null;

    /// <summary>The order that an event is about, by its session: also of a body that can't be read.</summary>
    public OrderId? OrderId => Consumer is not null && Domain.OrderId.TryParse(Session, out var id) ? id : null;

    /// <summary>The order's version that an event tells of, by its message id.</summary>
    public long? Version =>
        OrderId is not null && MessageId is { } id && long.TryParse(id.AsSpan(id.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
}

/// <summary>Which dead letters; what is null doesn't matter. A persisted format: it stands in histories.</summary>
/// <param name="Order">Of events: whose.</param>
/// <param name="DiedBefore">Became dead letters before that.</param>
public sealed record DeadLetterFilter(
    string? Source = null, string? Type = null, string? Reason = null, OrderId? Order = null, DateTimeOffset? DiedBefore = null);

/// <summary>
/// What lies among the dead letters of the topic's subscriptions and of the queues. Looking has no effect. A
/// <see cref="DependencyUnavailableException"/> means: unknown whether it happened; every call may be repeated, for what has gone back or away is passed over.
/// </summary>
public interface IDeadLetters
{
    /// <summary>Where there can be any: queues, and <c>topic/subscription</c>.</summary>
    IReadOnlyList<string> Sources { get; }

    /// <summary>A page, source by source and in each the oldest message first.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>How many there are. Counted while others come and go.</summary>
    Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation);

    /// <summary>Null when it is not there (any more), or its source doesn't exist.</summary>
    Task<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken cancellation);

    /// <summary>
    /// Puts it back at the end of its own queue or subscription as a message that was never delivered, with the same message id; atomic where the bus can, else it
    /// may lie in both places for a moment: consumers have an inbox. Where only the topic can be sent to, the other subscriptions see it again.
    /// </summary>
    /// <param name="body">Not null: in place of the one it has.</param>
    /// <returns>False when it didn't go back: it is not there, or never had the session that its queue asks for.</returns>
    Task<bool> ResubmitAsync(DeadLetterId id, string? body, CancellationToken cancellation);

    /// <summary>Throws them away, each by itself; returns how many were there.</summary>
    /// <param name="ids">At most 100.</param>
    Task<int> PurgeAsync(IReadOnlyCollection<DeadLetterId> ids, CancellationToken cancellation);
}
