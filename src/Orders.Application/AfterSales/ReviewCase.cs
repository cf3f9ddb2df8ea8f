using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>The body of a rejection, as a client sends it.</summary>
/// <param name="Reason">In words, for the buyer, 1 to <see cref="OrderLimits.MostReasonCharacters"/> characters.</param>
public sealed record RejectCaseRequest(string? Reason);

/// <summary>
/// The merchant says no, to the request or to the goods that came; the buyer is told why. The order returns to where it was. What is reserved for an
/// exchange is freed by the inventory subscription.
/// </summary>
public sealed class RejectCase(OrderAccess access, OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<CaseInOrder>> RunAsync(
        Caller caller, OrderId orderId, CaseId caseId, RejectCaseRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        var reason = form.Required("reason", request.Reason, OrderLimits.MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Merchant, Role.Support], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        return await RunAsync(place, caseId, caller.ActsAs(place), reason, byDeadline: false, expectedVersion, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same by rule: refused before the review deadline, and once anybody decided.</summary>
    public Task<Result<CaseInOrder>> RunAsync(OrderRef order, CaseId caseId, string reason, CancellationToken cancellation) =>
        RunAsync(order, caseId, Actor.System, reason, byDeadline: true, expectedVersion: null, cancellation);

    private Task<Result<CaseInOrder>> RunAsync(
        OrderRef order, CaseId caseId, string by, string reason, bool byDeadline, long? expectedVersion, CancellationToken cancellation) => changes.RunAsync(
        order,
        caseId,
        read => read
            .DecideCase(caseId, new CaseEvent.Rejected(clock.GetUtcNow(), byDeadline), by, reason, EventTypes.CaseRejected, policy)
            .IfVersionIs(read, expectedVersion),
        cancellation);
}

/// <summary>The buyer, and nobody else, takes a request back, as long as nothing was sent. The order returns to where it was.</summary>
public sealed class WithdrawCase(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public Task<Result<CaseInOrder>> RunAsync(Caller caller, OrderId orderId, CaseId caseId, long? expectedVersion, CancellationToken cancellation) => changes.RunAsync(
        new OrderRef(caller.UserId, orderId),
        caseId,
        read => read
            .DecideCase(caseId, new CaseEvent.Withdrawn(clock.GetUtcNow()), Actor.Customer, note: null, EventTypes.CaseWithdrawn, policy)
            .IfVersionIs(read, expectedVersion),
        cancellation);
}
