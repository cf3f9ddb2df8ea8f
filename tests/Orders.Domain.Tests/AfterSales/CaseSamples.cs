using Orders.Domain.AfterSales;
using static Orders.Domain.AfterSales.CaseEvent;

namespace Orders.Domain.Tests.AfterSales;

/// <summary>Cases about two mugs of 12.50 €, each reached by the table itself, and facts about them.</summary>
internal static class CaseSamples
{
    private static readonly DateTimeOffset At = Samples.Start;
    private static readonly DateTimeOffset ReviewBy = At.AddHours(48);
    private static readonly DateTimeOffset ReturnBy = At.AddDays(14);
    private static readonly DateTimeOffset InspectBy = At.AddDays(28);
    private static readonly DateTimeOffset PayBy = At.AddDays(31);
    private static readonly DateTimeOffset ShipBy = At.AddDays(42);

    private static readonly Approved Approves = new(At, ReturnBy, Hold: 1_000, ByDeadline: false);
    private static readonly GoodsSent Sends = new(At, new CaseParcel("DHL", "1", At), InspectBy);
    private static readonly GoodsReceived Receives = new(At, new Dictionary<string, int>(), Units.None, PayBy, ShipBy, ByDeadline: false);
    private static readonly DifferencePaid Pays = new(At, Samples.OtherPayment, 500, ShipBy);
    private static readonly ReplacementSent Replaces = new(At, new CaseParcel("DHL", "2", At));
    private static readonly RefundSucceeded Refunded = new(At);

    public static readonly IReadOnlyList<(string Name, AfterSaleCase Case)> Cases =
    [
        ("Refund, InReview", After(CaseType.Refund)),
        ("Refund, Refunding", After(CaseType.Refund, Approves)),
        ("Refund, RefundFailed", After(CaseType.Refund, Approves, new RefundRefused(At))),
        ("Refund, Completed", After(CaseType.Refund, Approves, Refunded)),
        ("Return, AwaitingGoods", After(CaseType.Return, Approves)),
        ("Return, AwaitingInspection", After(CaseType.Return, Approves, Sends)),
        ("Return, Refunding", After(CaseType.Return, Approves, Sends, Receives)),
        ("Return, Rejected", After(CaseType.Return, new Rejected(At, ByDeadline: false))),
        ("Return, Withdrawn", After(CaseType.Return, new Withdrawn(At))),
        ("Return, Lapsed", After(CaseType.Return, Approves, new GoodsOverdue(ReturnBy))),
        ("Exchange for the same, InReview", After(CaseType.Exchange)),
        ("Exchange for the same, AwaitingGoods", After(CaseType.Exchange, Approves)),
        ("Exchange for the same, AwaitingGoods, no replacement", After(CaseType.Exchange, Approves with { Hold = null })),
        ("Exchange for the same, AwaitingReplacement", After(CaseType.Exchange, Approves, Sends, Receives)),
        ("Exchange for the same, Completed", After(CaseType.Exchange, Approves, Sends, Receives, Replaces)),
        ("Exchange for dearer goods, AwaitingPayment", Dearer(Approves, Sends, Receives)),
        ("Exchange for dearer goods, AwaitingReplacement", Dearer(Approves, Sends, Receives, Pays)),
        ("Exchange for dearer goods, Refunding since nobody paid", Dearer(Approves, Sends, Receives, new ReplacementOverdue(PayBy))),
        ("Exchange for cheaper goods, Refunding", Cheaper(Approves, Sends, Receives, Replaces)),
        ("Refund of what could not be had, InReview", After(CaseType.Refund) with { WithoutStock = true }),
    ];

    public static readonly IReadOnlyList<(string Name, CaseEvent Fact)> Facts =
    [
        ("Approved", Approves),
        ("Approved by rule a tick too early", Approves with { At = ReviewBy.AddTicks(-1), ByDeadline = true }),
        ("Approved by rule", Approves with { At = ReviewBy, ByDeadline = true }),
        ("Rejected", new Rejected(At, ByDeadline: false)),
        ("Rejected by rule a tick too early", new Rejected(ReviewBy.AddTicks(-1), ByDeadline: true)),
        ("Rejected by rule", new Rejected(ReviewBy, ByDeadline: true)),
        ("Withdrawn", new Withdrawn(At)),
        ("GoodsSent", Sends),
        ("GoodsSent with another parcel", Sends with { Parcel = new CaseParcel("DHL", "3", At) }),
        ("GoodsReceived in full", Receives),
        ("GoodsReceived, one of two", Receives with { Accepted = new Dictionary<string, int> { ["1"] = 1 } }),
        ("GoodsReceived, three of two", Receives with { Accepted = new Dictionary<string, int> { ["1"] = 3 } }),
        ("GoodsReceived, none", Receives with { Accepted = new Dictionary<string, int> { ["1"] = 0 } }),
        ("GoodsReceived, more written off than came", Receives with { WrittenOff = Units.Of(("1", 3)) }),
        ("GoodsReceived, of another line", Receives with { Accepted = new Dictionary<string, int> { ["2"] = 1 } }),
        ("GoodsReceived by the deadline a tick too early", Receives with { At = InspectBy.AddTicks(-1), ByDeadline = true }),
        ("GoodsReceived by the deadline", Receives with { At = InspectBy, ByDeadline = true }),
        ("GoodsOverdue a tick too early", new GoodsOverdue(ReturnBy.AddTicks(-1))),
        ("GoodsOverdue", new GoodsOverdue(ReturnBy)),
        ("DifferencePaid", Pays),
        ("DifferencePaid, too little", Pays with { Amount = 499 }),
        ("DifferencePaid by another payment", Pays with { PaymentId = Samples.Payment }),
        ("ReplacementOverdue a tick before the payment's deadline", new ReplacementOverdue(PayBy.AddTicks(-1))),
        ("ReplacementOverdue", new ReplacementOverdue(ShipBy)),
        ("ReplacementSent", Replaces),
        ("ReplacementSent with another parcel", Replaces with { Parcel = new CaseParcel("DHL", "4", At) }),
        ("RefundSucceeded", Refunded),
        ("RefundRefused", new RefundRefused(At)),
        ("RefundRetried", new RefundRetried(At)),
    ];

    private static AfterSaleCase After(CaseType type, params CaseEvent[] facts) => Of(type, unitPrice: 1_250, isSame: true, facts);

    private static AfterSaleCase Dearer(params CaseEvent[] facts) => Of(CaseType.Exchange, unitPrice: 1_500, isSame: false, facts);

    private static AfterSaleCase Cheaper(params CaseEvent[] facts) => Of(CaseType.Exchange, unitPrice: 1_000, isSame: false, facts);

    private static AfterSaleCase Of(CaseType type, long unitPrice, bool isSame, CaseEvent[] facts)
    {
        var line = new CaseLine("1", 2, Amount: 2_500, Shipping: 0)
        {
            Replacement = type == CaseType.Exchange ? new ReplacementItem(Id.Parse<Sku>("MUG"), "Mug", unitPrice, isSame) : null,
        };
        var @case = new AfterSaleCase { CaseId = Samples.Case1, Type = type, Reason = "Chipped", Fingerprint = "f", OpenedAt = At, Lines = [line] };
        var (_, order) = Samples.After(Samples.Pays, Samples.Accepts, Samples.ShipsA, Samples.ShipsB, Samples.Confirms).OpenCase(@case, ReviewBy, "customer");
        return facts.Aggregate(order.Cases[0], (of, fact) => CaseTable.Next(of, fact) is CaseTransition.Moved { To: var to }
            ? to
            : throw new InvalidOperationException($"{fact} does not move {of.State}."));
    }
}
