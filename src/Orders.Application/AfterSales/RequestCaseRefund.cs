using System.Globalization;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.AfterSales;

/// <summary>
/// Writes down the refunds of a case that is to be refunded: what it came to is taken from what payments keep, in one save, so that two cases never take
/// the same money. Asked again, it tells the case how its refunds ended.
/// </summary>
public sealed class RequestCaseRefund(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    public Task RunAsync(CaseRef @case, CancellationToken cancellation) =>
        changes.ChangeAsync(@case.Order, order => Decide(order, @case.CaseId), cancellation);

    private Decision<Refusal?> Decide(Order order, CaseId caseId)
    {
        if (order.FindCase(caseId) is not { State: CaseState.Refunding } @case)
            return new(Outcome: null);
        var now = clock.GetUtcNow();
        var standing = order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.ForCase == caseId && refund.RetriedBy is null).ToList();
        if (standing.Exists(refund => refund.Status == RefundStatus.Failed && refund.SettledOutside is null))
            return order.DecideCase(caseId, new CaseEvent.RefundRefused(now), Actor.Provider, note: null, EventTypes.CaseRefundFailed, policy);
        if (standing.TrueForAll(refund => refund.Status == RefundStatus.Succeeded) && (standing.Count > 0 || @case.RefundDue == 0))
            return order.DecideCase(caseId, new CaseEvent.RefundSucceeded(now), Actor.System, note: null, EventTypes.CaseCompleted, policy);
        return standing.Count > 0
            ? new(Outcome: null)
            : new(Outcome: null, order.Changed(now) with { Payments = [.. Take(order, @case, now)] }, EventTypes.RefundRequested, caseId);
    }

    private static IEnumerable<OrderPayment> Take(Order order, AfterSaleCase @case, DateTimeOffset now)
    {
        var left = @case.RefundDue;
        foreach (var payment in order.Payments)
        {
            var part = Math.Min(left, payment.Kept);
            left -= part;
            yield return part == 0 ? payment : payment with { Kept = payment.Kept - part, Refunds = [.. payment.Refunds, RefundOf(payment, @case, part, now)] };
        }

        if (left > 0)
            throw new InvalidOperationException($"Case {@case.CaseId} is to give back {left} more than was kept.");
    }

    private static OrderRefund RefundOf(OrderPayment payment, AfterSaleCase @case, long amount, DateTimeOffset now)
    {
        var number = (payment.Refunds.Count + 1).ToString(CultureInfo.InvariantCulture);
        var reason = @case.WithoutStock ? RefundReason.OutOfStock : RefundReason.AfterSale;
        return new($"{payment.PaymentId}-r{number}", amount, reason, RefundStatus.Requested, now) { ForCase = @case.CaseId };
    }
}
