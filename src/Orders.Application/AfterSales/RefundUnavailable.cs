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
/// is in cases of the buyer's own goes back by these: they are marked, so that nothing of them comes on sale that was never sold.
/// </summary>
public sealed class RefundUnavailable(OrderChanges changes, ApproveCase approve, TimeProvider clock, ILogger<RefundUnavailable> log)
{
    public const string Reason = "Out of stock";

    /// <summary>No client can send it: it has a space.</summary>
    private const string Key = "out of stock";

    /// <returns>The order; or a refusal when all of it was given back before anybody knew, or it has as many cases as it may.</returns>
    /// <exception cref="DependencyUnavailableException">Unknown whether the case exists: repeat.</exception>
    public async Task<Result<Order>> RunAsync(OrderRef order, CancellationToken cancellation)
    {
        var caseId = CaseId.Derive(order.OrderId, Key);
        var opened = await changes.RunAsync(order, read => Open(read, caseId), cancellation).ConfigureAwait(false);
        if (!opened.Succeeded)
        {
            log.UnavailableNotRefunded(order.OrderId.Value, opened.Refusal.ToString());
            return opened;
        }

        var own = opened.Value.FindCase(caseId);
        if (own is { State: not CaseState.InReview })
            return opened;
        log.OrderUnavailable(order.OrderId.Value);
        if (own is null)
            return opened;
        var approved = await approve.RunAsync(order, new CaseApproval(caseId, Actor.System), cancellation).ConfigureAwait(false);
        return approved.Succeeded ? approved.Value.Order : approved.Refusal;
    }

    private Decision<Refusal?> Open(Order order, CaseId caseId)
    {
        if (order.FindCase(caseId) is not null)
            return new(Outcome: null);
        var lines = Refundable.Of(order).Where(line => line.Units > 0).Select(line => line.Take(line.Units)).ToList();
        var at = clock.GetUtcNow();
        var marked = order.WithoutStock();
        if (lines.Count == 0)
        {
            var isGoingBack = marked.Cases.Any(other => other is { WithoutStock: true, Counts: true });
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
