namespace Orders.Domain.AfterSales;

/// <summary>A fact that may move a case. Facts carry the instant at which they happened, and the deadlines that follow from them.</summary>
public abstract record CaseEvent(DateTimeOffset At)
{
    /// <summary>The case may go on. With <paramref name="ByDeadline"/> a rule says so because nobody did in time.</summary>
    /// <param name="ReturnBy">When the goods must have left the buyer.</param>
    /// <param name="Hold">The hold with the replacement's units; null when they can't be had, or none are asked for.</param>
    public sealed record Approved(DateTimeOffset At, DateTimeOffset ReturnBy, int? Hold, bool ByDeadline) : CaseEvent(At);

    /// <summary>The merchant says no: to the request, or to the goods that came. Or the rule, when nobody did in time.</summary>
    public sealed record Rejected(DateTimeOffset At, bool ByDeadline) : CaseEvent(At);

    /// <summary>The buyer takes it back.</summary>
    public sealed record Withdrawn(DateTimeOffset At) : CaseEvent(At);

    /// <summary>The goods left the buyer.</summary>
    public sealed record GoodsSent(DateTimeOffset At, CaseParcel Parcel, DateTimeOffset InspectBy) : CaseEvent(At);

    /// <summary>The goods came and were looked at; or nobody did in time, which counts as received in full.</summary>
    /// <param name="Accepted">How many of each line came in an acceptable state; a line that isn't named came in full.</param>
    /// <param name="WrittenOff">How many of those can't be sold again.</param>
    /// <param name="PayBy">When a difference must be paid.</param>
    /// <param name="ShipBy">When the replacement must leave, if there is no difference to pay.</param>
    public sealed record GoodsReceived(
        DateTimeOffset At, IReadOnlyDictionary<string, int> Accepted, Units WrittenOff, DateTimeOffset PayBy, DateTimeOffset ShipBy, bool ByDeadline) : CaseEvent(At);

    /// <summary>The goods were not sent in time.</summary>
    public sealed record GoodsOverdue(DateTimeOffset At) : CaseEvent(At);

    /// <summary>The buyer paid the difference.</summary>
    public sealed record DifferencePaid(DateTimeOffset At, PaymentId PaymentId, long Amount, DateTimeOffset ShipBy) : CaseEvent(At);

    /// <summary>Nobody paid the difference, or sent the replacement, in time: the money goes back instead.</summary>
    public sealed record ReplacementOverdue(DateTimeOffset At) : CaseEvent(At);

    /// <summary>The replacement left.</summary>
    public sealed record ReplacementSent(DateTimeOffset At, CaseParcel Parcel) : CaseEvent(At);

    /// <summary>All of its money went back; or there was none to send.</summary>
    public sealed record RefundSucceeded(DateTimeOffset At) : CaseEvent(At);

    /// <summary>The provider refused for good.</summary>
    public sealed record RefundRefused(DateTimeOffset At) : CaseEvent(At);

    /// <summary>Staff have the refund sent again.</summary>
    public sealed record RefundRetried(DateTimeOffset At) : CaseEvent(At);
}

/// <summary>What a fact does to a case.</summary>
public abstract record CaseTransition
{
    private CaseTransition()
    {
    }

    /// <summary>The case as it is then.</summary>
    public sealed record Moved(AfterSaleCase To) : CaseTransition;

    /// <summary>The very same fact was applied before: success, unchanged.</summary>
    public sealed record AlreadyApplied : CaseTransition;

    /// <summary>Not a row of the table, or a different fact of the same kind: refused, never ignored.</summary>
    public sealed record Illegal(string Because) : CaseTransition;
}
