using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// A paid order whose stock can't be had after all: a case by the shop itself about everything that is left of it, approved at once, and people are told. A
/// reservation is for all lines or none, so one that is missing takes the whole order. Its id is derived, so however often it is asked there is one.
/// </summary>
public sealed class RefundUnavailable(OrderChanges changes, ApproveCase approve, TimeProvider clock, ILogger<RefundUnavailable> log)
{
    public const string Reason = "Out of stock";

    /// <summary>No client can send it: it has a space.</summary>
    private const string Key = "out of stock";

    /// <returns>The case; or a refusal when nothing is left to give back, or the order has as many cases as it may.</returns>
    /// <exception cref="DependencyUnavailableException">Unknown whether the case exists: repeat.</exception>
    public async Task<Result<CaseInOrder>> RunAsync(OrderRef order, CancellationToken cancellation)
    {
        var caseId = CaseId.Derive(order.OrderId, Key);
        var opened = await changes.RunAsync(order, caseId, read => Open(read, caseId), cancellation).ConfigureAwait(false);
        if (!opened.Succeeded)
        {
            log.UnavailableNotRefunded(order.OrderId.Value, opened.Refusal.ToString());
            return opened;
        }

        if (opened.Value.Case.State is not CaseState.InReview)
            return opened;
        log.OrderUnavailable(order.OrderId.Value);
        return await approve.RunAsync(order, new CaseApproval(caseId, Actor.System), cancellation).ConfigureAwait(false);
    }

    private Decision<Refusal?> Open(Order order, CaseId caseId)
    {
        if (order.FindCase(caseId) is not null)
            return new(Outcome: null);
        var lines = Refundable.Of(order).Where(line => line.Units > 0).Select(line => line.Take(line.Units)).ToList();
        if (lines.Count == 0)
            return new(new Refusal.IllegalInState(order.Status, "nothing is left of it"));
        var at = clock.GetUtcNow();
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
        return order.OpenCase(@case, reviewBy: at, Actor.System) switch
        {
            (Transition.Moved, var changed) => new(Outcome: null, changed, EventTypes.CaseOpened, caseId),
            (Transition.Illegal { Because: var because }, _) => new(new Refusal.IllegalInState(order.Status, because)),
            _ => throw new InvalidOperationException($"Order {order.OrderId} says that it has case {caseId}, and has not."),
        };
    }
}
