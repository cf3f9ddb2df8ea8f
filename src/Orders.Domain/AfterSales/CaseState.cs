using System.Text.Json.Serialization;

namespace Orders.Domain.AfterSales;

/// <summary>Where a case is, by name, as answered. Derived from the state record, never set.</summary>
public enum CaseStatus
{
    InReview,
    AwaitingGoods,
    AwaitingInspection,
    AwaitingPayment,
    AwaitingReplacement,
    Refunding,
    RefundFailed,
    Completed,
    Rejected,
    Withdrawn,
    Lapsed,
}

/// <summary>How a case ended.</summary>
public enum CaseEnd
{
    /// <summary>The buyer has what it was opened for: money, or other goods.</summary>
    Completed,

    /// <summary>The merchant said no, with a reason.</summary>
    Rejected,

    /// <summary>The buyer took it back.</summary>
    Withdrawn,

    /// <summary>The goods were not sent back in time.</summary>
    Lapsed,
}

/// <summary>
/// Where an after-sale case is, with what that state alone knows. Only <see cref="CaseTable.Next"/> makes a new one from an old one. The type
/// discriminators are a persisted format.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(InReview), nameof(InReview))]
[JsonDerivedType(typeof(AwaitingGoods), nameof(AwaitingGoods))]
[JsonDerivedType(typeof(AwaitingInspection), nameof(AwaitingInspection))]
[JsonDerivedType(typeof(AwaitingPayment), nameof(AwaitingPayment))]
[JsonDerivedType(typeof(AwaitingReplacement), nameof(AwaitingReplacement))]
[JsonDerivedType(typeof(Refunding), nameof(Refunding))]
[JsonDerivedType(typeof(RefundFailed), nameof(RefundFailed))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
public abstract record CaseState
{
    private CaseState()
    {
    }

    /// <summary>The state's name.</summary>
    [JsonIgnore]
    public abstract CaseStatus Status { get; }

    /// <summary>When something happens by itself unless something else happens first; null when only people can move it, or nobody.</summary>
    [JsonIgnore]
    public virtual DateTimeOffset? Deadline => null;

    /// <summary>The merchant decides; if nobody does by <paramref name="ReviewBy"/>, a rule does.</summary>
    public sealed record InReview(DateTimeOffset ReviewBy) : CaseState
    {
        public override CaseStatus Status => CaseStatus.InReview;
        public override DateTimeOffset? Deadline => ReviewBy;
    }

    /// <summary>Approved; the buyer sends the goods back by <paramref name="ReturnBy"/>, or the case lapses.</summary>
    public sealed record AwaitingGoods(DateTimeOffset ReturnBy) : CaseState
    {
        public override CaseStatus Status => CaseStatus.AwaitingGoods;
        public override DateTimeOffset? Deadline => ReturnBy;
    }

    /// <summary>The goods are on their way back; if nobody has looked at them by <paramref name="InspectBy"/>, they count as received in full.</summary>
    public sealed record AwaitingInspection(DateTimeOffset InspectBy) : CaseState
    {
        public override CaseStatus Status => CaseStatus.AwaitingInspection;
        public override DateTimeOffset? Deadline => InspectBy;
    }

    /// <summary>The replacement is dearer: the buyer pays the difference by <paramref name="PayBy"/>, or gets the money instead.</summary>
    public sealed record AwaitingPayment(DateTimeOffset PayBy) : CaseState
    {
        public override CaseStatus Status => CaseStatus.AwaitingPayment;
        public override DateTimeOffset? Deadline => PayBy;
    }

    /// <summary>The merchant sends the replacement by <paramref name="ShipBy"/>, or the buyer gets the money instead.</summary>
    public sealed record AwaitingReplacement(DateTimeOffset ShipBy) : CaseState
    {
        public override CaseStatus Status => CaseStatus.AwaitingReplacement;
        public override DateTimeOffset? Deadline => ShipBy;
    }

    /// <summary>The money is on its way back since <paramref name="Since"/>.</summary>
    public sealed record Refunding(DateTimeOffset Since) : CaseState
    {
        public override CaseStatus Status => CaseStatus.Refunding;
        public override DateTimeOffset? Deadline => Since;
    }

    /// <summary>The provider refused the refund for good: staff send it again or pay another way.</summary>
    public sealed record RefundFailed(DateTimeOffset Since) : CaseState
    {
        public override CaseStatus Status => CaseStatus.RefundFailed;
    }

    /// <summary>Over.</summary>
    public sealed record Closed(DateTimeOffset At, CaseEnd End) : CaseState
    {
        public override CaseStatus Status => End switch
        {
            CaseEnd.Completed => CaseStatus.Completed,
            CaseEnd.Rejected => CaseStatus.Rejected,
            CaseEnd.Withdrawn => CaseStatus.Withdrawn,
            _ => CaseStatus.Lapsed,
        };
    }
}
