using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <param name="Caller">The buyer, a merchant or support.</param>
/// <param name="IdempotencyKey">1 to 255 visible ASCII characters, checked by the caller; the same key is the same case.</param>
/// <param name="ExpectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
public sealed record OpenCaseCommand(Caller Caller, OrderId OrderId, string IdempotencyKey, CaseRequest Request, long? ExpectedVersion = null);

/// <summary>
/// Opens an after-sale case about some units of a paid order. The case's id is derived from order and key, so a repeat finds it again. It is approved in the
/// same breath, by a step and a save of its own, when the merchant opened it, and by rule when all of an order that nothing was shipped of is refunded.
/// </summary>
public sealed class OpenCase(OrderAccess access, OrderChanges changes, ICatalogue catalogue, ApproveCase approve, OrderPolicy policy, TimeProvider clock)
{
    private const string ByRule = "Nothing is shipped: approved by rule.";

    /// <returns>The case; or a refusal that says which line can't be in it, and why.</returns>
    /// <exception cref="DependencyUnavailableException">Unknown whether the case exists: repeat with the same key.</exception>
    public async Task<Result<CaseInOrder>> RunAsync(OpenCaseCommand command, CancellationToken cancellation)
    {
        var wanted = CheckedCase.Check(command.Request);
        if (!wanted.Succeeded)
            return wanted.Refusal;
        if (await LocateAsync(command, cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var items = await catalogue.FindAsync(wanted.Value.Replacements, cancellation).ConfigureAwait(false);
        var caseId = CaseId.Derive(command.OrderId, command.IdempotencyKey);
        var by = command.Caller.ActsAs(place);
        var opened = await changes.RunAsync(
            place, caseId, order => Decide(order, caseId, wanted.Value, items, command.ExpectedVersion, by), cancellation).ConfigureAwait(false);
        if (!opened.Succeeded || ApprovalOf(opened.Value) is not { } approval)
            return opened;
        return await approve.RunAsync(place, approval, cancellation).ConfigureAwait(false);
    }

    /// <summary>Merchants and support open cases of any order, buyers of their own.</summary>
    private async Task<OrderRef?> LocateAsync(OpenCaseCommand command, CancellationToken cancellation) =>
        command.Caller.Is(Role.Merchant) || command.Caller.Is(Role.Support)
            ? await access.LocateForAsync(command.Caller, command.OrderId, [Role.Merchant, Role.Support], cancellation).ConfigureAwait(false)
            : new OrderRef(command.Caller.UserId, command.OrderId);

    private Decision<Refusal?> Decide(
        Order order, CaseId caseId, CheckedCase wanted, IReadOnlyDictionary<Sku, Domain.Checkout.CatalogueItem> items, long? expectedVersion, string by)
    {
        if (order.FindCase(caseId) is { } earlier)
            return new(earlier.Fingerprint == wanted.Fingerprint ? null : new Refusal.OtherRequestWithKey());
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return new(otherVersion);
        var at = clock.GetUtcNow();
        if (CaseTaking.RefusalFor(order, at) is { } impossible)
            return new(impossible);
        var lines = CaseTaking.LinesFor(order, wanted, items, policy.AfterSales);
        if (!lines.Succeeded)
            return new(lines.Refusal);
        if (CaseTaking.RefusalByBounds(order, wanted.Type, lines.Value.Count) is { } tooMuch)
            return new(tooMuch);
        var @case = new AfterSaleCase
        {
            CaseId = caseId,
            Type = wanted.Type,
            Reason = wanted.Reason,
            Fingerprint = wanted.Fingerprint,
            OpenedAt = at,
            Lines = lines.Value,
        };
        return order.OpenCase(@case, Deadlines.After(at, policy.AfterSales.ReviewWindow), by) switch
        {
            (Transition.Moved, var changed) => new(Outcome: null, changed, EventTypes.CaseOpened, caseId),
            (Transition.Illegal { Because: var because }, _) => new(new Refusal.IllegalInState(order.Status, because)),
            _ => throw new InvalidOperationException($"Order {order.OrderId} says that it has case {caseId}, and has not."),
        };
    }

    /// <summary>Who approves the case at once; null when it is to be reviewed, or was. Asked of a repeat too: a crash may have come between.</summary>
    private CaseApproval? ApprovalOf(CaseInOrder opened) => opened.Case switch
    {
        { State: not CaseState.InReview } => null,
        { Steps: [{ By: "merchant" }, ..] } => new CaseApproval(opened.Case.CaseId, "merchant"),
        _ when policy.AfterSales.ApproveUnshippedInFull && IsAllOfAnUnshippedOrder(opened) => new CaseApproval(opened.Case.CaseId, Actor.System, ByRule),
        _ => null,
    };

    private static bool IsAllOfAnUnshippedOrder(CaseInOrder opened) =>
        opened.Case.Type == CaseType.Refund
        && opened.Order.Shipments.Count == 0
        && opened.Order.Cases.All(other => other.CaseId == opened.Case.CaseId || !other.IsOpen)
        && Refundable.Of(opened.Order).All(line => line.Units == 0);
}
