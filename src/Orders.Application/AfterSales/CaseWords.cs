using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>What is next in a case, in words for whoever looks at it: who does what, and what happens if nobody does.</summary>
internal static class CaseWords
{
    /// <summary>Null when the case is over.</summary>
    public static string? Next(Order order, AfterSaleCase @case) => @case.State switch
    {
        CaseState.InReview => "The shop decides on the request; when it has not by then, a rule does.",
        CaseState.AwaitingGoods => "The buyer sends the goods back and tells the parcel's number; when they have not by then, the case ends.",
        CaseState.AwaitingInspection => "The shop looks at the goods; when it has not by then, they count as received in full.",
        CaseState.AwaitingPayment =>
            $"The buyer pays the difference of {MoneyText.Of(new Money(@case.DifferenceDue, order.Currency))}; when they have not by then, the money for the goods goes back instead.",
        CaseState.AwaitingReplacement => "The shop sends the replacement; when it has not by then, the money goes back instead.",
        CaseState.Refunding => "The money goes back to the buyer.",
        CaseState.RefundFailed => "The provider refused the refund: the shop sends it again or pays another way.",
        _ => null,
    };
}
