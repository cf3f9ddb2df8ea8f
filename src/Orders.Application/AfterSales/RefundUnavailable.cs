using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// A paid order whose stock can't be had after all: a case by the shop itself about everything that is left of it, approved at once, and people are told. A
/// reservation is for all lines or none, so one that is missing takes the whole order. Its id is derived, so however often it is asked there is one. What
/// is in cases of the buyer's own goes back by these: they are marked and approved, so that nothing of them comes on sale that was never sold.
/// </summary>
public sealed class RefundUnavailable(OrderChanges changes, ApproveCase approve, TimeProvider clock, ILogger<RefundUnavailable> log)
{
    public const string Reason = "Out of stock";

    private const string Note = "Out of stock: the money goes back.";

    /// <summary>No client can send it: it has a space.</summary>
    private const string Key = "out of stock";

    /// <returns>The order; or a refusal when what is left of it can't be given back: it has as many cases as it may, or its goods are under way.</returns>
    /// <exception cref="DependencyUnavailableException">Unknown whether the case exists: repeat.</exception>
    public async Task<Result<Order>> RunAsync(OrderRef order, CancellationToken cancellation)
    {
        var caseId = CaseId.Derive(order.OrderId, Key);
        if (await changes.ChangeAsync(order, read => Open(read, caseId, clock.GetUtcNow()), cancellation).ConfigureAwait(false) is not { } opened)
            return new Refusal.NotFound("order");
        var after = opened.Order;
        foreach (var @case in opened.Order.Cases.Where(@case => @case is { WithoutStock: true, State: CaseState.InReview }))
        {
            log.OrderUnavailable(order.OrderId.Value);
            var approved = await approve.RunAsync(order, new CaseApproval(@case.CaseId, Actor.System, Note), cancellation).ConfigureAwait(false);
            if (!approved.Succeeded)
                return approved.Refusal;
            after = approved.Value.Order;
        }

        if (opened.Outcome is { } refusal)
        {
            log.UnavailableNotRefunded(order.OrderId.Value, refusal.ToString());
            return refusal;
        }

        return after;
    }

    private static Decision<Refusal?> Open(Order order, CaseId caseId, DateTimeOffset at)
    {
        if (order.FindCase(caseId) is not null)
            return new(Outcome: null);
        var lines = Refundable.Of(order).Where(line => line.Units > 0).Select(line => line.Take(line.Units)).ToList();
        var marked = order.WithoutStock();
        if (lines.Count == 0)
        {
            // Given back by cases of money before anything left: nobody got what was never sold. Goods that left unsold are for people.
            var isGoingBack = order.Shipments.Count == 0 || marked.Cases.Any(other => other is { WithoutStock: true, Counts: true });
            return Mark(order, marked, isGoingBack ? null : new Refusal.IllegalInState(order.Status, "nothing is left of it"), at);
        }

        var @case = new AfterSaleCase
        {
            CaseId = caseId,
            Type = CaseType.Refund,
            Reason = Reason,
            Fingerprint = Key,
            OpenedAt = at,
            Lines = lines,
            WithoutStock = true,
        };

        // Due at once: should the approval get lost, the deadline's rule makes up for it.
        return marked.OpenCase(@case, reviewBy: at, Actor.System) switch
        {
            (Transition.Moved, var changed) => new(Outcome: null, changed, EventTypes.CaseOpened, caseId),
            (Transition.Illegal { Because: var because }, _) => Mark(order, marked, new Refusal.IllegalInState(order.Status, because), at),
            _ => throw new InvalidOperationException($"Order {order.OrderId} says that it has case {caseId}, and has not."),
        };
    }

    /// <summary>Saves the marks alone, if there are any: also when the rest can't be refunded and is for people.</summary>
    private static Decision<Refusal?> Mark(Order order, Order marked, Refusal? refusal, DateTimeOffset at) => ReferenceEquals(order, marked)
        ? new(refusal)
        : new(refusal, marked.Changed(at), EventTypes.CaseWithoutStock, marked.Cases.First(@case => @case is { IsOpen: true, WithoutStock: true }).CaseId);
}
