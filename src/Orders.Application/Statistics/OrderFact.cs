using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Statistics;

/// <summary>What can happen to an order that is counted. The names stand in files: append, never rename.</summary>
[JsonConverter(typeof(CamelCaseNames<FactKind>))]
public enum FactKind
{
    Placed,

    /// <summary>Paid in full, in time or revived.</summary>
    Paid,

    /// <summary>Ended unpaid; perhaps revived later.</summary>
    Cancelled,

    /// <summary>A first parcel left.</summary>
    Shipped,

    /// <summary>Received.</summary>
    Completed,

    /// <summary>A provider took money, kept or not.</summary>
    Captured,

    /// <summary>Money went back.</summary>
    Refunded,
}

/// <summary>
/// Something that happened to an order once. Every later version of the order tells the same facts again, to the letter, so it is no matter which event, or
/// which look at the store, tells of one first; but for a refund that its provider took back after all, which later versions don't tell. Ids only, nothing personal.
/// </summary>
/// <param name="Key">Which fact of its order: the kind, and of money the payment or refund.</param>
/// <param name="At">When, by the clock of whoever saved the change; of a parcel, when it left.</param>
/// <param name="Money">Of the order what it costs; of money how much moved.</param>
/// <param name="Units">Of all lines.</param>
/// <param name="Reason">Why it was cancelled, or the money went back; null for the rest.</param>
/// <param name="After">Of <see cref="FactKind.Paid"/> the time since placing, of <see cref="FactKind.Shipped"/> the time since payment; else null.</param>
/// <param name="Lines">What was bought, by SKU; nothing for movements of money, which are of no line.</param>
public sealed record OrderFact(
    OrderId OrderId, string Key, FactKind Kind, DateTimeOffset At, DateTimeOffset PlacedAt, SaleId? SaleId, Money Money, int Units, string? Reason, TimeSpan? After,
    IReadOnlyList<FactLine> Lines);

/// <summary>Units of one SKU in an order, and what they cost.</summary>
/// <param name="Amount">Minor units of the order's currency.</param>
public sealed record FactLine(Sku Sku, int Quantity, long Amount);
