using System.Text.Json.Serialization;
using Orders.Domain.Checkout;

namespace Orders.Domain.AfterSales;

/// <summary>What the buyer wants.</summary>
public enum CaseType
{
    /// <summary>Money back; nothing is sent back: it was never sent, is lost, or not worth sending.</summary>
    Refund,

    /// <summary>Goods back, then money back.</summary>
    Return,

    /// <summary>Goods back, then other goods; a difference in price is paid or refunded.</summary>
    Exchange,
}

/// <summary>
/// A case about some units of an order after it was paid. It keeps the units and what they are worth to itself from its opening, so that
/// concurrent cases can never give back more than was paid. Immutable; changed by <c>Order.OpenCase</c> and <c>Order.ApplyToCase</c> alone.
/// </summary>
public sealed record AfterSaleCase
{
    /// <summary>The case's number; also its orchestration's.</summary>
    public required CaseId CaseId { get; init; }

    public required CaseType Type { get; init; }

    /// <summary>Why, in the words of who opened it; at most <see cref="OrderLimits.MostReasonCharacters"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Hash of the request that opened it: the same idempotency key with another request is refused.</summary>
    public required string Fingerprint { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>What it is about; no line twice.</summary>
    public required IReadOnlyList<CaseLine> Lines { get; init; }

    /// <summary>Set by this assembly alone.</summary>
    [JsonInclude]
    public CaseState State { get; internal init; } = null!;

    /// <summary>What happened, oldest first; at most <see cref="OrderLimits.MostCaseSteps"/>.</summary>
    public IReadOnlyList<CaseStep> Steps { get; init; } = [];

    /// <summary>The parcel with which the goods come back; null before, and for who brings them.</summary>
    public CaseParcel? SentBack { get; init; }

    /// <summary>The number of the hold of stock with the replacement's units; null when there is none (any more).</summary>
    public int? Hold { get; init; }

    /// <summary>The parcel with the replacement; null before.</summary>
    public CaseParcel? ReplacedWith { get; init; }

    /// <summary>The payment of the difference, and how much it was in minor units of the order's currency.</summary>
    public PaymentId? PaidBy { get; init; }

    public long DifferencePaid { get; init; }

    /// <summary>An exchange that became a refund: no replacement could be had, or it was not paid or sent in time.</summary>
    public bool FellBack { get; init; }

    /// <summary>The order's units could not be had after all: none of them comes back on sale, and their money goes back, so it can be neither rejected nor withdrawn.</summary>
    public bool WithoutStock { get; init; }

    /// <summary>What of it is on sale again since it was completed: units that were not to be shipped any more, and what came back whole. By line.</summary>
    public Units BackOnSale { get; init; } = Units.None;

    [JsonIgnore]
    public CaseStatus Status => State.Status;

    [JsonIgnore]
    public bool IsOpen => State is not CaseState.Closed;

    /// <summary>Whether its units and their worth are not the buyer's any more, or perhaps soon.</summary>
    [JsonIgnore]
    public bool Counts => State is not CaseState.Closed { End: not CaseEnd.Completed };

    /// <summary>Whether other goods go out for these.</summary>
    [JsonIgnore]
    public bool Replaces => Type == CaseType.Exchange && !FellBack;

    /// <summary>All units that it was opened about.</summary>
    [JsonIgnore]
    public Units Units => Units.Of(Lines.Select(line => KeyValuePair.Create(line.LineId, line.Quantity)));

    /// <summary>What the buyer has to pay before the replacement goes out. Cheaper lines don't pay for dearer ones: their difference is refunded.</summary>
    [JsonIgnore]
    public long DifferenceDue => Type == CaseType.Exchange ? Lines.Aggregate(0L, (sum, line) => checked(sum + line.Surcharge)) : 0;

    /// <summary>What goes back to the buyer when all is well, the paid difference of an exchange that fell back included.</summary>
    [JsonIgnore]
    public long RefundDue => Lines.Aggregate(
        Replaces ? 0 : DifferencePaid, (sum, line) => checked(sum + RefundOf(line) + (Replaces ? 0 : line.SettledShipping)));

    /// <summary>What goes back for the goods of a line.</summary>
    public long RefundOf(CaseLine line) => Replaces ? line.Rebate : line.SettledAmount;
}

/// <summary>Units of one line in a case, and what they are worth: amounts are minor units of the order's currency, fixed when it was opened.</summary>
/// <param name="LineId">Of the order's lines or of its replacements.</param>
/// <param name="Quantity">Above 0.</param>
/// <param name="Amount">What was paid for these units after discount.</param>
/// <param name="Shipping">Their share of the shipping fee; 0 where it isn't given back.</param>
public sealed record CaseLine(string LineId, int Quantity, long Amount, long Shipping)
{
    /// <summary>What is to be sent instead; null but for an exchange.</summary>
    public ReplacementItem? Replacement { get; init; }

    /// <summary>How many came back in an acceptable state; null before the goods were looked at. The others stay the buyer's.</summary>
    public int? Received { get; init; }

    /// <summary>How many of those can't be sold again.</summary>
    public int WrittenOff { get; init; }

    /// <summary>The units that the case ends for.</summary>
    [JsonIgnore]
    public int Settled => Received ?? Quantity;

    /// <summary>What was paid for them; all of it when all came back.</summary>
    [JsonIgnore]
    public long SettledAmount => Share(Amount);

    [JsonIgnore]
    public long SettledShipping => Share(Shipping);

    /// <summary>What the replacement costs: what was paid if it is the same, else its price.</summary>
    [JsonIgnore]
    public long ReplacementTotal => Replacement switch
    {
        null => 0,
        { IsSame: true } => SettledAmount,
        { UnitPrice: var price } => checked(price * Settled),
    };

    /// <summary>What the buyer pays more for the replacement; 0 when it isn't dearer.</summary>
    [JsonIgnore]
    public long Surcharge => Replacement is null ? 0 : Math.Max(0, ReplacementTotal - SettledAmount);

    /// <summary>What the buyer gets back because the replacement is cheaper.</summary>
    [JsonIgnore]
    public long Rebate => Replacement is null ? 0 : Math.Max(0, SettledAmount - ReplacementTotal);

    private long Share(long whole) => Settled == Quantity ? whole : (long)((Int128)whole * Settled / Quantity);
}

/// <summary>What is sent instead of a unit.</summary>
/// <param name="UnitPrice">The catalogue's price when the case was opened; of the same SKU the price that was paid.</param>
/// <param name="IsSame">The same SKU: worth what was paid, whatever it costs now.</param>
public sealed record ReplacementItem(Sku Sku, string Name, long UnitPrice, bool IsSame);

/// <summary>Goods that came instead of others, as a line of their own: it can have cases again. Its id is <c>r1</c>, <c>r2</c>, …</summary>
/// <param name="Line">Quantity, price and what it was worth in the exchange.</param>
/// <param name="CaseId">The exchange.</param>
/// <param name="Shipping">The share of the shipping fee that came with it.</param>
public sealed record ReplacementLine(OrderLine Line, CaseId CaseId, long Shipping);

/// <summary>A parcel of a case, in either direction.</summary>
/// <param name="Carrier">1–50 characters.</param>
/// <param name="TrackingNumber">As of a shipment.</param>
public sealed record CaseParcel(string Carrier, string TrackingNumber, DateTimeOffset At);

/// <summary>Something that happened to a case.</summary>
/// <param name="What">The event's name: <c>Opened</c>, <c>Approved</c>, …</param>
/// <param name="By">A word of <c>Actor</c> or a role.</param>
/// <param name="Note">In words, for the buyer; null when the name says it.</param>
public sealed record CaseStep(DateTimeOffset At, string What, string By, string? Note)
{
    /// <summary>In words, for staff alone: what the provider said of a refund that it refused, say. Null when there is nothing.</summary>
    public string? StaffNote { get; init; }
}
