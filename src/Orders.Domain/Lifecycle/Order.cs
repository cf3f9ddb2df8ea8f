using System.Text.Json.Serialization;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Payments;
using Orders.Domain.Shipping;

namespace Orders.Domain.Lifecycle;

/// <summary>
/// An order as it is stored: the one truth about it. Immutable; <see cref="Apply"/> is the only way to another state, and every saved change
/// is one version and one event.
/// </summary>
public sealed record Order
{
    /// <summary>The order's number.</summary>
    public required OrderId OrderId { get; init; }

    /// <summary>The buyer, and the partition.</summary>
    public required UserId UserId { get; init; }

    /// <summary>1 when placed, one more with every save: the ETag, and the sequence of the event that tells of the save.</summary>
    public required long Version { get; init; }

    /// <summary>Currency of all its amounts but foreign captures.</summary>
    public required Currency Currency { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }

    public required OrderTotals Totals { get; init; }

    /// <summary>Set here alone; no other assembly can.</summary>
    [JsonInclude]
    public OrderState State { get; internal init; } = null!;

    public string? CouponCode { get; init; }

    /// <summary>The flash sale whose units it took; null for an order like any other.</summary>
    public SaleId? SaleId { get; init; }

    public required Address ShippingAddress { get; init; }

    public string? Note { get; init; }

    /// <summary>State changes only, oldest first.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    public IReadOnlyList<Shipment> Shipments { get; init; } = [];

    public IReadOnlyList<OrderPayment> Payments { get; init; } = [];

    /// <summary>After-sale cases, open and closed, in the order of their opening; at most <see cref="OrderLimits.MostCases"/>.</summary>
    public IReadOnlyList<AfterSaleCase> Cases { get; init; } = [];

    /// <summary>What was sent in exchanges instead of lines.</summary>
    public IReadOnlyList<ReplacementLine> Replacements { get; init; } = [];

    /// <summary>Hash of the request that placed it: the same key with another body is refused by it for as long as the order lives.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>
    /// Which hold of stock is the order's: 0 the first, one more with each revival. A late release of an old hold can't free a new one.
    /// </summary>
    public int Hold { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the last thing that could happen by itself had happened; null while the order's life goes on.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    [JsonIgnore]
    public OrderStatus Status => State.Status;

    [JsonIgnore]
    public OrderRef Ref => new(UserId, OrderId);

    [JsonIgnore]
    public Money Total => new(Totals.Total, Currency);

    /// <summary>All that was bought.</summary>
    [JsonIgnore]
    public Units AllUnits => Units.Of(Lines.Select(line => KeyValuePair.Create(line.LineId, line.Quantity)));

    /// <summary>When the payment deadline is, or was.</summary>
    public required DateTimeOffset PayBy { get; init; }

    /// <summary>
    /// When somebody must look at it again though nothing happened: the state's own deadline or that of a case, or at once if money is to go back
    /// or a paid order waits for automatic acceptance. Null when only people can move it. Sweeps find orders by this.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? Deadline =>
        ClosedAt is not null ? null
        : State is OrderState.Cancelled or OrderState.AfterSaleCompleted || AwaitsAcceptance ? UpdatedAt
        : OwesMoney ? UpdatedAt
        : Cases.Where(c => c.IsOpen).Select(c => c.State.Deadline).Append(State.Deadline).Min();

    /// <summary>
    /// Whether the merchant is to take it on: paid, and something is left to ship that no open case is about. What is all in cases waits for their end.
    /// </summary>
    [JsonIgnore]
    public bool AwaitsAcceptance => State switch
    {
        OrderState.Paid => true,
        OrderState.AfterSale { Beneath: OrderState.Paid, OpenCases: var cases } =>
            Refundable.OpenUnits(this).Lines.Any(line => cases.Values.All(inCase => inCase[line] == 0)),
        _ => false,
    };

    /// <summary>
    /// Whether captured money has to go back now. Short money of an order, or a case, that waits for payment stays until the deadline.
    /// </summary>
    [JsonIgnore]
    public bool OwesMoney => Payments.Any(OwesOn) || Payments.Any(payment => payment.Refunds.Any(refund => refund.Status == RefundStatus.Requested));

    /// <summary>Whether a buyer may still be paying: an attempt is open at the provider, or perhaps is.</summary>
    [JsonIgnore]
    public bool HasOpenAttempt => Payments.Any(payment => payment.Status is PaymentStatus.Opening or PaymentStatus.Open);

    /// <summary>
    /// Whether nothing more can happen by itself at <paramref name="at"/>: an end state or a completed order past its after-sale window, no
    /// attempt unresolved at the provider, no money to go back. Late money may still reopen it.
    /// </summary>
    public bool IsOverAt(DateTimeOffset at) =>
        !OwesMoney
        && !HasOpenAttempt
        && (State is OrderState.Cancelled or OrderState.AfterSaleCompleted || (State is OrderState.Completed completed && at >= completed.AfterSaleUntil));

    /// <summary>
    /// Whether an attempt is open that nobody should pay any more: of an order that is paid or over, or for a case that does not wait for its difference (any more).
    /// </summary>
    [JsonIgnore]
    public bool HasStrayAttempt => Payments.Any(payment => payment.Status is PaymentStatus.Opening or PaymentStatus.Open && !Awaits(payment));

    /// <summary>Whether money of this payment is what the order, or the case that it is for, waits for.</summary>
    public bool Awaits(OrderPayment payment) => payment.ForCase is { } caseId
        ? Cases.Any(c => c.CaseId == caseId && c.State is CaseState.AwaitingPayment)
        : State is OrderState.PendingPayment;

    /// <summary>What a payment has to bring: the order's total, or the difference of its case.</summary>
    public long DueOn(OrderPayment payment) =>
        payment.ForCase is { } caseId ? Cases.First(c => c.CaseId == caseId).DifferenceDue : Totals.Total;

    /// <summary>Units of a line that left.</summary>
    public int ShippedQuantity(string lineId) => Shipments.Sum(shipment => shipment.Lines[lineId]);

    /// <summary>Whether this payment's unkept money has to go back now.</summary>
    public bool OwesOn(OrderPayment payment) =>
        payment.Owed > 0 && !(Awaits(payment) && payment.Captured!.Value.Currency == Currency && payment.Captured.Value.Amount < DueOn(payment));

    /// <summary>A new order: its stock is held, its money is awaited until <paramref name="payBy"/>.</summary>
    public static Order Place(
        OrderRef order, PricedBasket basket, Address shippingAddress, string? note, string? couponCode, string fingerprint, DateTimeOffset at, DateTimeOffset payBy) => new()
        {
            OrderId = order.OrderId,
            UserId = order.UserId,
            Version = 1,
            Currency = basket.Currency,
            Lines = basket.Lines,
            Totals = basket.Totals,
            State = new OrderState.PendingPayment(payBy),
            CouponCode = couponCode,
            ShippingAddress = shippingAddress,
            Note = note,
            Timeline = [new TimelineEntry(at, From: null, OrderStatus.PendingPayment, Actor.Customer, "Order placed")],
            Fingerprint = fingerprint,
            PlacedAt = at,
            UpdatedAt = at,
            PayBy = payBy,
        };

    /// <summary>
    /// The order as it was when it was placed, to the letter: what the answer to its placing showed can be shown again without being kept.
    /// </summary>
    public Order AsPlaced() => this with
    {
        Version = 1,
        State = new OrderState.PendingPayment(PayBy),
        Timeline = [Timeline[0]],
        Shipments = [],
        Payments = [],
        Cases = [],
        Replacements = [],
        Hold = 0,
        Lines = [.. Lines.Select(line => line with { ReturnedQuantity = 0, Refunded = 0 })],
        Totals = Totals with { Paid = 0, Refunded = 0 },
        UpdatedAt = PlacedAt,
        ClosedAt = null,
    };

    /// <summary>
    /// What the event makes of the order. On <see cref="Transition.Moved"/> the second value is the order in its new state, with its timeline
    /// if the status changed, in the next version; else it is this order.
    /// </summary>
    /// <param name="event">The fact.</param>
    /// <param name="by">Who: a word of <see cref="Actor"/> or a role.</param>
    /// <param name="reason">In words, for the timeline.</param>
    public (Transition Transition, Order Order) Apply(OrderEvent @event, string by, string reason)
    {
        var transition = OrderLifecycleTable.Next(State, @event);
        if (transition is not Transition.Moved { To: var to })
            return (transition, this);
        // A provider's clock may be behind ours: the timeline never goes back. The table bounds its length (at most 20 cases).
        var changed = Changed(@event.At);
        var entry = new TimelineEntry(changed.UpdatedAt, Status, to.Status, by, reason);
        return (transition, changed with { State = to, Timeline = to.Status == Status ? Timeline : [.. Timeline, entry] });
    }

    /// <summary>The next version, for a change that leaves the state alone: a payment attempt, a report of a carrier, a refund.</summary>
    public Order Changed(DateTimeOffset at) => this with { Version = Version + 1, UpdatedAt = InstantOf(at) };

    /// <summary>The instant of a change that is made now: never before the last one's.</summary>
    public DateTimeOffset InstantOf(DateTimeOffset now) => now > UpdatedAt ? now : UpdatedAt;
}
