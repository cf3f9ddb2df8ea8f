using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>What would come of a message if it were delivered again now.</summary>
[JsonConverter(typeof(CamelCaseNames<VerdictOutcome>))]
public enum VerdictOutcome
{
    /// <summary>Nothing says that it was applied.</summary>
    WouldApply,

    /// <summary>It had its effect, or has none on this consumer: it would only go away.</summary>
    AlreadyApplied,

    /// <summary>Its body is not what its consumer takes: it would be a dead letter again.</summary>
    Unreadable,

    /// <summary>What it speaks of is not there.</summary>
    OrderUnknown,
}

/// <param name="Words">For people.</param>
public sealed record DeadLetterVerdict(VerdictOutcome Outcome, string Words);

/// <summary>A dead letter in a list.</summary>
public sealed record DeadLetterView(
    DeadLetterId DeadLetterId, string Source, string? MessageId, string? Type, OrderId? OrderId, long? Version, string? Reason, string? Description,
    int DeliveryCount, DateTime EnqueuedAt, DateTime DeadLetteredAt)
{
    public static DeadLetterView Of(DeadLetter letter) => new(
        letter.Id, letter.Source, letter.MessageId, letter.Type, letter.OrderId, letter.Version, letter.Reason, letter.Description, letter.DeliveryCount,
        letter.EnqueuedAt.UtcDateTime, letter.DiedAt.UtcDateTime);
}

/// <param name="Total">How many there are in all.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> Items, string? NextCursor, long Total);

/// <summary>The order that a dead letter is about, as it is now.</summary>
public sealed record DeadLetterOrder(OrderId OrderId, OrderStatus Status, long Version, Currency Currency, OrderTotals Totals);

/// <summary>One dead letter with what can be known about it.</summary>
/// <param name="Payload">The body, as text.</param>
/// <param name="Order">Null where it is about none that is there.</param>
public sealed record DeadLetterDetailView(
    DeadLetterId DeadLetterId, string Source, string? MessageId, string? Type, OrderId? OrderId, long? Version, string? Reason, string? Description,
    int DeliveryCount, DateTime EnqueuedAt, DateTime DeadLetteredAt, string Payload, DeadLetterOrder? Order, DeadLetterVerdict Verdict)
{
    public static DeadLetterDetailView Of(DeadLetter letter, Order? order, DeadLetterVerdict verdict) => new(
        letter.Id, letter.Source, letter.MessageId, letter.Type, letter.OrderId, letter.Version, letter.Reason, letter.Description, letter.DeliveryCount,
        letter.EnqueuedAt.UtcDateTime, letter.DiedAt.UtcDateTime, letter.Body,
        order is null ? null : new DeadLetterOrder(order.OrderId, order.Status, order.Version, order.Currency, order.Totals), verdict);
}

/// <summary>What a resubmission did.</summary>
public sealed record ResubmittedView(DeadLetterId DeadLetterId, string Source, string? MessageId, bool Edited);

/// <summary>The dead letters of a source that a redrive would take, and what would come of them.</summary>
/// <param name="Judged">How many of them were looked at: the first ones.</param>
public sealed record RedriveSourceView(string Source, long Matched, int Judged, int WouldApply, int AlreadyApplied, int Unreadable, int OrderUnknown);

/// <summary>The answer to a redrive, or to its dry run.</summary>
/// <param name="RedriveId">Null in a dry run.</param>
public sealed record RedriveStartedView(string? RedriveId, bool DryRun, long Matched, IReadOnlyList<RedriveSourceView> Sources);

/// <summary>How far a redrive is.</summary>
/// <param name="Status"><c>running</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="Matched">How many there were when it began.</param>
/// <param name="Failed">Did not go back, and lie where they lay.</param>
public sealed record RedriveView(
    string RedriveId, string Status, long Matched, long Redriven, long Failed, int RatePerSecond, DateTime StartedAt, DateTime? FinishedAt, UserId By);

/// <summary>What a purge did, or would do.</summary>
/// <param name="Left">Those that match and are still there: a purge takes a bounded number.</param>
public sealed record PurgedView(bool DryRun, long Matched, int Purged, long Left);
