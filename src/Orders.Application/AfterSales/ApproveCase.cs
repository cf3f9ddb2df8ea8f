using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>The body of an approval, as a client sends it; it may be left out.</summary>
/// <param name="Note">In words, for the buyer; at most <see cref="OrderLimits.MostReasonCharacters"/> characters.</param>
public sealed record ApproveCaseRequest(string? Note = null);

/// <summary>
/// A case may go on: the merchant says so, or a rule. For an exchange the replacement is reserved first, under a hold of its own; one that can't be had
/// makes the case a return, and the buyer is told. The undo of a reservation without an approval is the sweep of unkept holds, which asks the document.
/// </summary>
public sealed class ApproveCase(OrderAccess access, IOrderStore orders, OrderChanges changes, IStock stock, OrderPolicy policy, TimeProvider clock)
{
    private const int MostReservations = 3;
    private const string OutOfStock = "The replacement is out of stock: send the goods back, and the money goes back to you.";

    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    /// <exception cref="DependencyUnavailableException">Unknown whether it is approved: repeat.</exception>
    public async Task<Result<CaseInOrder>> RunAsync(
        Caller caller, OrderId orderId, CaseId caseId, ApproveCaseRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        var note = form.Optional("note", request.Note, OrderLimits.MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        return await access.LocateForAsync(caller, orderId, [Role.Merchant, Role.Support], cancellation).ConfigureAwait(false) is { } place
            ? await RunAsync(place, new CaseApproval(caseId, caller.ActsAs(place), note, ExpectedVersion: expectedVersion), cancellation).ConfigureAwait(false)
            : new Refusal.NotFound("order");
    }

    /// <summary>The same for who decides by rule. Success, unchanged, when it was approved before.</summary>
    public async Task<Result<CaseInOrder>> RunAsync(OrderRef order, CaseApproval approval, CancellationToken cancellation)
    {
        for (var asked = 0; asked < MostReservations; asked++)
        {
            var reservedAt = clock.GetUtcNow();
            var reserved = await ReserveAsync(order, approval, cancellation).ConfigureAwait(false);
            if (!reserved.Succeeded)
                return reserved.Refusal;
            var done = await changes.ChangeAsync(
                order, read => Decide(read, approval, reserved.Value.Hold, reservedAt), cancellation).ConfigureAwait(false);
            if (done is not { } changed)
                return new Refusal.NotFound("order");
            if (changed.Outcome is { Refusal: { } refusal })
                return refusal;
            if (changed.Outcome is { IsTooLate: false })
                return new CaseInOrder(changed.Order, changed.Order.FindCase(approval.CaseId)!);
        }

        throw new DependencyUnavailableException("The stock, whose holds were too old to be built on,");
    }

    /// <summary>The number of a case's hold of stock: far from those of the order itself, and the same however often it is asked.</summary>
    public static int HoldNumber(Order order, CaseId caseId) => FirstHold + order.Cases.TakeWhile(other => other.CaseId != caseId).Count();

    /// <summary>Holds of orders count from 0, one more with each revival; those of their cases from here.</summary>
    public const int FirstHold = 1_000;

    private async Task<Result<Reservation>> ReserveAsync(OrderRef place, CaseApproval approval, CancellationToken cancellation)
    {
        if (await orders.FindAsync(place, cancellation).ConfigureAwait(false) is not { } order)
            return new Refusal.NotFound("order");

        // What would be refused or was approved before needs no stock.
        var decision = Approve(order, approval, hold: null);
        if (decision.Outcome is { } refusal)
            return refusal;
        if (decision.Changed is null || order.FindCase(approval.CaseId) is not { Type: CaseType.Exchange } exchange)
            return new Reservation(Hold: null);
        var number = HoldNumber(order, exchange.CaseId);
        var answer = await stock.ReserveAsync(new HoldKey(place, number), StockLines.OfReplacement(exchange), cancellation).ConfigureAwait(false);
        return new Reservation(answer is ReserveResult.Reserved or ReserveResult.AlreadySold ? number : null);
    }

    private Decision<Outcome> Decide(Order order, CaseApproval approval, int? hold, DateTimeOffset reservedAt)
    {
        // A hold without a case is swept. Half of its time is left to the write, which its own time-out ends long before.
        if (hold is not null && clock.GetUtcNow() - reservedAt > policy.HoldWithoutOrder / 2)
            return new(new Outcome(Refusal: null, IsTooLate: true));
        var decision = Approve(order, approval, hold);
        return new(new Outcome(decision.Outcome, IsTooLate: false), decision.Changed, decision.EventType, decision.About);
    }

    private Decision<Refusal?> Approve(Order order, CaseApproval approval, int? hold)
    {
        var at = clock.GetUtcNow();
        var note = order.FindCase(approval.CaseId) is { Type: CaseType.Exchange } && hold is null ? OutOfStock : approval.Note;
        var approved = new CaseEvent.Approved(at, Deadlines.After(at, policy.AfterSales.GoodsWindow), hold, approval.ByDeadline);
        return order
            .DecideCase(approval.CaseId, approved, approval.By, note, EventTypes.CaseApproved, policy)
            .IfVersionIs(order, approval.ExpectedVersion);
    }

    private readonly record struct Reservation(int? Hold);

    private readonly record struct Outcome(Refusal? Refusal, bool IsTooLate);
}

/// <summary>Who approves which case, and why.</summary>
/// <param name="By">A word of <see cref="Actor"/> or a role.</param>
/// <param name="Note">In words, for the buyer; null when nothing is to be said.</param>
/// <param name="ByDeadline">A rule does because nobody did in time: refused before the deadline.</param>
public sealed record CaseApproval(CaseId CaseId, string By, string? Note = null, bool ByDeadline = false, long? ExpectedVersion = null);
