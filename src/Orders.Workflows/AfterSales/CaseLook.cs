using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Workflows.AfterSales;

/// <summary>What a case needs next. The names are a persisted format: append, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseNeed>))]
public enum CaseNeed
{
    /// <summary>It is over, or not there: who opens one signals its process after that.</summary>
    Nothing,

    /// <summary>The merchant's decision by the deadline; then the rule's.</summary>
    Review,

    /// <summary>The goods, sent by the deadline.</summary>
    Goods,

    /// <summary>The merchant's look at the goods by the deadline.</summary>
    Inspection,

    /// <summary>The difference in price by the deadline.</summary>
    Difference,

    /// <summary>The replacement, sent by the deadline.</summary>
    Replacement,

    /// <summary>Its money is to go back.</summary>
    Refund,

    /// <summary>The provider's word on money that is under way: it may take days.</summary>
    ProviderWord,

    /// <summary>Only people can move it: the provider refused the refund for good.</summary>
    People,
}

/// <summary>What a look at a case found: all that steers its process, and nothing else. A persisted format: it stands in histories.</summary>
/// <param name="Need">What it needs next.</param>
/// <param name="Until">The deadline of that, if it has one.</param>
public sealed record CaseLook(CaseNeed Need, DateTimeOffset? Until = null)
{
    public static CaseLook Of(Order? order, CaseId caseId) => order?.FindCase(caseId)?.State switch
    {
        CaseState.InReview review => new(CaseNeed.Review, review.ReviewBy),
        CaseState.AwaitingGoods goods => new(CaseNeed.Goods, goods.ReturnBy),
        CaseState.AwaitingInspection inspection => new(CaseNeed.Inspection, inspection.InspectBy),
        CaseState.AwaitingPayment difference => new(CaseNeed.Difference, difference.PayBy),
        CaseState.AwaitingReplacement replacement => new(CaseNeed.Replacement, replacement.ShipBy),
        CaseState.Refunding => new(IsAllUnderWay(order!, caseId) ? CaseNeed.ProviderWord : CaseNeed.Refund),
        CaseState.RefundFailed => new(CaseNeed.People),
        null or CaseState.Closed => new(CaseNeed.Nothing),
        var state => throw new InvalidOperationException($"A case in {state.Status} needs something that nobody has thought of."),
    };

    private static bool IsAllUnderWay(Order order, CaseId caseId)
    {
        var refunds = order.RefundsFor(caseId);
        return refunds.Any(refund => refund.Status == RefundStatus.Pending) && !refunds.Any(refund => refund.Status == RefundStatus.Requested);
    }
}
