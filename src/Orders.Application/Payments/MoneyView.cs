using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>What an entry of the money page tells of. Written in camelCase; append, never rename.</summary>
[JsonConverter(typeof(CamelCaseNames<MoneyEntryKind>))]
public enum MoneyEntryKind
{
    /// <summary>An attempt to pay was opened.</summary>
    Intent,

    /// <summary>The provider told us something.</summary>
    Webhook,

    /// <summary>We asked the provider.</summary>
    Query,

    /// <summary>Money of the buyer's, as the order has it.</summary>
    Capture,

    /// <summary>A line of the provider's statement.</summary>
    Statement,

    /// <summary>Money on its way back, or back.</summary>
    Refund,

    /// <summary>A difference that the reconciliation found.</summary>
    Difference,
}

/// <summary>One thing that happened to the money of an order, or that was said of it.</summary>
/// <param name="PaymentId">Of which payment; null where a statement names none of ours.</param>
/// <param name="Text">One sentence, without personal data.</param>
/// <param name="Amount">Minor units of <paramref name="Currency"/>; null where no amount is told.</param>
/// <param name="Reference">The provider's number, or ours of a refund.</param>
/// <param name="State">Where it stands, in a word.</param>
public sealed record MoneyEntryView(
    DateTime At, MoneyEntryKind Kind, PaymentId? PaymentId, string Text, long? Amount, Currency? Currency, string? Reference, string? State);

/// <summary>Where the money of one currency is: captured = refunded + kept + pending + owed, always.</summary>
/// <param name="Captured">What arrived.</param>
/// <param name="Refunded">What went back.</param>
/// <param name="Kept">What the order keeps, or waits with for the rest.</param>
/// <param name="Pending">What is on its way back.</param>
/// <param name="Owed">What is to go back and isn't on its way, failed refunds among it.</param>
public sealed record MoneySumView(Currency Currency, long Captured, long Refunded, long Kept, long Pending, long Owed);

/// <summary>Where is my money: all that happened, in order, the sums, and what explains them.</summary>
public sealed record MoneyView(OrderId OrderId, IReadOnlyList<MoneySumView> Sums, string Explanation, IReadOnlyList<MoneyEntryView> Entries)
{
    public static MoneyView Of(MoneyFacts facts)
    {
        var sums = MoneySums.Of(facts.Order);
        return new MoneyView(facts.Order.OrderId, sums, MoneyExplanation.Of(facts, sums), MoneyEntries.Of(facts));
    }
}
