using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>A refund in its order, as it is after a use case.</summary>
public sealed record RefundInOrder(Order Order, OrderRefund Refund);

/// <summary>
/// A way on for a refund that failed: it is sent again under a new key, for the provider has refused the old one for good. The failed one keeps standing and
/// names its successor. Success, unchanged, when it was sent again before.
/// </summary>
public sealed class RetryRefund(
    OrderAccess access, OrderChanges changes, RefundOwed refunds, OrderPolicy policy, TimeProvider clock, ILogger<RetryRefund> log)
{
    /// <param name="refundId">The one that failed.</param>
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    /// <returns>The successor.</returns>
    public async Task<Result<RefundInOrder>> RunAsync(
        Caller caller, OrderId orderId, string refundId, long? expectedVersion, CancellationToken cancellation)
    {
        if (await access.LocateForAsync(caller, orderId, [Role.Support, Role.Ops], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var by = caller.ActsAs(place);
        var retried = await changes.ChangeAsync(place, order => Decide(order, refundId, by, expectedVersion), cancellation).ConfigureAwait(false);
        if (retried is not { } done)
            return new Refusal.NotFound("order");
        if (!done.Outcome.Succeeded)
            return done.Outcome.Refusal;
        await SendAsync(place, cancellation).ConfigureAwait(false);
        return new RefundInOrder(done.Order, done.Outcome.Value);
    }

    private Decision<Result<OrderRefund>> Decide(Order order, string refundId, string by, long? expectedVersion)
    {
        if (order.FindRefund(refundId) is not var (payment, refund))
            return new(new Refusal.NotFound("refund"));
        if (refund.RetriedBy is { } before)
            return new(payment.Refunds.First(other => other.RefundId == before));
        if (refund.Status != RefundStatus.Failed)
            return new(new Refusal.RefundNotFailed(refund.Status));
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return new(otherVersion);
        if (order.Payments.Sum(other => other.Refunds.Count) >= OrderLimits.MostRefunds)
            return new(new Refusal.LimitReached("refunds", OrderLimits.MostRefunds));

        var now = clock.GetUtcNow();
        var successor = new OrderRefund(CaseRefund.NextKey(payment), refund.Amount, refund.Reason, RefundStatus.Requested, now) { ForCase = refund.ForCase };
        var failed = refund with { RetriedBy = successor.RefundId, DecidedBy = by };
        var recorded = order.With(payment with { Refunds = [.. payment.Refunds.Select(other => other == refund ? failed : other), successor] });
        var decision = CaseAfterRetry(recorded, refund.ForCase, by, now);
        return new(successor, decision?.Changed ?? recorded.Changed(now), decision?.EventType ?? EventTypes.RefundRequested, refund.ForCase);
    }

    /// <summary>The case goes on once no other part of its money lies there refused.</summary>
    private Decision<Refusal?>? CaseAfterRetry(Order order, CaseId? caseId, string by, DateTimeOffset now) =>
        caseId is { } id && order.FindCase(id) is { State: CaseState.RefundFailed }
        && order.RefundsFor(id).All(refund => refund.Status != RefundStatus.Failed)
            ? order.DecideCase(id, new CaseEvent.RefundRetried(now), by, note: null, EventTypes.CaseRefundRetried, policy)
            : null;

    /// <summary>It is written down: a provider that is away hears of it later, from the order's process or the sweep.</summary>
    private async Task SendAsync(OrderRef order, CancellationToken cancellation)
    {
        try
        {
            await refunds.RunAsync(order, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.RefundNotSentYet(away, order.OrderId.Value);
        }
    }
}

/// <summary>The body of a refund that was paid outside the provider.</summary>
/// <param name="Reference">How it can be found again: the bank's number of the transfer, say. 1 to 100 characters.</param>
/// <param name="Note">In words, for colleagues; at most <see cref="OrderLimits.MostReasonCharacters"/> characters.</param>
public sealed record SettleRefundRequest(string? Reference, string? Note = null);

/// <summary>
/// The other way on: staff have paid the money back outside the provider. It counts as succeeded, and the refund says how. Success, unchanged, when the same
/// was said before.
/// </summary>
public sealed class SettleRefund(OrderAccess access, OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    private const int MostReferenceCharacters = 100;

    /// <param name="refundId">The one that failed.</param>
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<RefundInOrder>> RunAsync(
        Caller caller, OrderId orderId, string refundId, SettleRefundRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        var reference = form.Required("reference", request.Reference, MostReferenceCharacters);
        var note = form.Optional("note", request.Note, OrderLimits.MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Support, Role.Ops], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var by = caller.ActsAs(place);
        var settled = await changes.RunAsync(
            place, order => Decide(order, refundId, (reference, note, by), expectedVersion), cancellation).ConfigureAwait(false);
        return settled.Succeeded ? new RefundInOrder(settled.Value, settled.Value.FindRefund(refundId)!.Value.Refund) : settled.Refusal;
    }

    private Decision<Refusal?> Decide(Order order, string refundId, (string Reference, string? Note, string By) how, long? expectedVersion)
    {
        if (order.FindRefund(refundId) is not var (payment, refund))
            return new(new Refusal.NotFound("refund"));
        if (refund.SettledOutside == how.Reference)
            return new(Outcome: null);
        if (refund is not { Status: RefundStatus.Failed, RetriedBy: null })
            return new(new Refusal.RefundNotFailed(refund.Status));
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return new(otherVersion);
        var now = clock.GetUtcNow();
        var settled = refund with
        {
            Status = RefundStatus.Succeeded,
            SentAt = order.InstantOf(now),
            SettledOutside = how.Reference,
            Note = how.Note,
            DecidedBy = how.By,
        };
        var (changed, eventType, about) = CaseRefund.Saved(
            order.With(payment, settled), settled, EventTypes.Refunded, how.By, policy, now, RefundStepWords.Settled(how.Reference, how.Note));
        return new(Outcome: null, changed, eventType, about);
    }
}
