using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Orders.Domain.Lifecycle;

/// <summary>
/// Where an order is in its life, with what that state alone knows. Only <see cref="OrderLifecycleTable.Next"/> makes a new one from an old one.
/// The type discriminators are a persisted format.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(PendingPayment), nameof(PendingPayment))]
[JsonDerivedType(typeof(Paid), nameof(Paid))]
[JsonDerivedType(typeof(PendingShipment), nameof(PendingShipment))]
[JsonDerivedType(typeof(Shipped), nameof(Shipped))]
[JsonDerivedType(typeof(Completed), nameof(Completed))]
[JsonDerivedType(typeof(Cancelled), nameof(Cancelled))]
[JsonDerivedType(typeof(AfterSale), nameof(AfterSale))]
[JsonDerivedType(typeof(AfterSaleCompleted), nameof(AfterSaleCompleted))]
public abstract record OrderState
{
    private OrderState()
    {
    }

    /// <summary>The state's name.</summary>
    [JsonIgnore]
    public abstract OrderStatus Status { get; }

    /// <summary>When something happens by itself unless something else happens first; null when nothing does.</summary>
    [JsonIgnore]
    public virtual DateTimeOffset? Deadline => null;

    /// <summary>Placed, its stock held, waiting for money until <paramref name="PayBy"/>.</summary>
    public sealed record PendingPayment(DateTimeOffset PayBy) : OrderState
    {
        public override OrderStatus Status => OrderStatus.PendingPayment;
        public override DateTimeOffset? Deadline => PayBy;
    }

    /// <summary>
    /// What the four states of a paid order share, from payment to completion: everything that a repeated message could tell again is kept, so
    /// that it is recognized as already applied.
    /// </summary>
    [JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
    [JsonDerivedType(typeof(Paid), nameof(Paid))]
    [JsonDerivedType(typeof(PendingShipment), nameof(PendingShipment))]
    [JsonDerivedType(typeof(Shipped), nameof(Shipped))]
    [JsonDerivedType(typeof(Completed), nameof(Completed))]
    public abstract record Settled(PaymentId PaymentId) : OrderState
    {
        /// <summary>What was accepted; nothing before.</summary>
        public Units ToShip { get; init; } = Units.None;

        /// <summary>What left, by shipment id.</summary>
        public ImmutableSortedDictionary<string, Units> Sent { get; init; } = NoParcels;

        /// <summary>After-sale cases that are over, by case id.</summary>
        public ImmutableSortedDictionary<string, ClosedCase> ClosedCases { get; init; } = NoClosedCases;

        public virtual bool Equals(Settled? other) =>
            base.Equals(other) && PaymentId == other!.PaymentId && ToShip.Equals(other.ToShip)
            && Sent.SequenceEqual(other.Sent) && ClosedCases.SequenceEqual(other.ClosedCases);

        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), PaymentId, ToShip, Sent.Count, ClosedCases.Count);
    }

    /// <summary>Settled in full by that payment; the merchant has not accepted yet.</summary>
    public sealed record Paid(PaymentId PaymentId, DateTimeOffset At) : Settled(PaymentId)
    {
        public override OrderStatus Status => OrderStatus.Paid;
    }

    /// <summary>Accepted; <paramref name="Open"/> is still to be shipped, what was sent is on its way, parcel by parcel.</summary>
    public sealed record PendingShipment(PaymentId PaymentId, Units Open) : Settled(PaymentId)
    {
        public override OrderStatus Status => OrderStatus.PendingShipment;
    }

    /// <summary>Nothing is left to ship; received by confirmation or at <paramref name="ReceiptBy"/>.</summary>
    public sealed record Shipped(PaymentId PaymentId, DateTimeOffset ReceiptBy) : Settled(PaymentId)
    {
        public override OrderStatus Status => OrderStatus.Shipped;
        public override DateTimeOffset? Deadline => ReceiptBy;
    }

    /// <summary>Received; after-sale cases may be opened until <paramref name="AfterSaleUntil"/>.</summary>
    public sealed record Completed(PaymentId PaymentId, DateTimeOffset At, DateTimeOffset AfterSaleUntil) : Settled(PaymentId)
    {
        public override OrderStatus Status => OrderStatus.Completed;
        public override DateTimeOffset? Deadline => AfterSaleUntil;
    }

    /// <summary>Ended unpaid. By the payment deadline it can be revived until <paramref name="RevivableUntil"/>, else never (null).</summary>
    public sealed record Cancelled(DateTimeOffset At, CancelCause Cause, DateTimeOffset? RevivableUntil) : OrderState
    {
        public override OrderStatus Status => OrderStatus.Cancelled;
    }

    /// <summary>A layer over the state <paramref name="Beneath"/>, as long as a case is open; lines without a case go on beneath.</summary>
    public sealed record AfterSale(Settled Beneath, ImmutableSortedDictionary<string, Units> OpenCases) : OrderState
    {
        public override OrderStatus Status => OrderStatus.AfterSale;
        public override DateTimeOffset? Deadline => Beneath is Shipped ? Beneath.Deadline : null;

        public bool Equals(AfterSale? other) =>
            other is not null && Beneath.Equals(other.Beneath) && OpenCases.SequenceEqual(other.OpenCases);

        public override int GetHashCode() => HashCode.Combine(Beneath, OpenCases.Count);
    }

    /// <summary>Every case is closed and nothing is left to deliver or keep. What was <paramref name="Beneath"/> only answers repeated messages.</summary>
    public sealed record AfterSaleCompleted(DateTimeOffset At, Settled Beneath) : OrderState
    {
        public override OrderStatus Status => OrderStatus.AfterSaleCompleted;
    }

    internal static readonly ImmutableSortedDictionary<string, Units> NoParcels =
        ImmutableSortedDictionary.Create<string, Units>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, ClosedCase> NoClosedCases =
        ImmutableSortedDictionary.Create<string, ClosedCase>(StringComparer.Ordinal);
}

/// <summary>An after-sale case that is over: what it was about, and what of it will not be shipped any more.</summary>
public sealed record ClosedCase(Units Lines, Units NoLongerToShip);

/// <summary>Why an order ended unpaid. Only the deadline can be revived.</summary>
public enum CancelCause
{
    Buyer,
    Merchant,
    Support,
    PaymentDeadline,
}
