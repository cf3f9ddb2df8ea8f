using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.Events;

/// <summary>
/// What after-sale cases do to the stock, as a part of <see cref="InventoryConsumer"/>: the hold of a replacement is kept, sold or freed; what a completed
/// case brought back is on sale again (<see cref="PutBackOnSale"/>).
/// </summary>
public sealed class InventoryOfCases(
    IStock stock, IOrderStore orders, PutBackOnSale putBack, OrderPolicy policy, TimeProvider clock, ILogger<InventoryOfCases> log)
{
    public static readonly IReadOnlyList<string> Types =
    [
        EventTypes.CaseApproved, EventTypes.CaseRejected, EventTypes.CaseWithdrawn, EventTypes.CaseLapsed, EventTypes.CaseReplacementSent,
        EventTypes.CaseFellBack, EventTypes.CaseCompleted,
    ];

    /// <param name="envelope">About a case.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null when the event is done with.</returns>
    public async Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var @case = envelope.Data.Case!;
        if (@case.Type == CaseType.Exchange && await SettleHoldAsync(envelope, @case, cancellation).ConfigureAwait(false) is { } rejection)
            return rejection;
        return @case.Status == CaseStatus.Completed ? await PutBackAsync(envelope, @case.CaseId, cancellation).ConfigureAwait(false) : null;
    }

    private async Task<Rejection?> SettleHoldAsync(OrderEventEnvelope envelope, SnapshotCase @case, CancellationToken cancellation)
    {
        // A case that fell back does not know its hold any more, but it never has another number.
        var number = @case.Hold ?? ApproveCase.FirstHold + envelope.Data.Cases!.TakeWhile(other => other.CaseId != @case.CaseId).Count();
        var key = new HoldKey(envelope.Order, number);
        if (@case is { Hold: not null, ReplacedWith: not null })
            return Check(key, "sold", await stock.CommitAsync(key, Replacement(@case), cancellation).ConfigureAwait(false));
        if (@case is { Hold: not null, IsOver: false })
        {
            // False: sold or freed by a later event that was faster. The look is the second layer of the event that ends the hold.
            await stock.KeepAsync(key, policy.NextLook(@case.Deadline ?? clock.GetUtcNow(), clock.GetUtcNow()), cancellation).ConfigureAwait(false);
            return null;
        }

        var freed = await stock.ReleaseAsync(key, generation: null, cancellation).ConfigureAwait(false);
        return freed == HoldOutcome.NothingHeld ? null : Check(key, "freed", freed);
    }

    /// <summary>By the order's document: what was sold under which hold is not in the event.</summary>
    private async Task<Rejection?> PutBackAsync(OrderEventEnvelope envelope, CaseId caseId, CancellationToken cancellation) =>
        await orders.FindAsync(envelope.Order, cancellation).ConfigureAwait(false) is { } order && order.FindCase(caseId) is { Status: CaseStatus.Completed } @case
            ? await putBack.RunAsync(order, @case, cancellation).ConfigureAwait(false)
            : new Rejection("NoSuchCase", $"Order {envelope.Order.OrderId} has no completed case {caseId}.");

    private static IReadOnlyList<StockLine> Replacement(SnapshotCase @case) =>
    [
        .. @case.Lines!.Where(line => line.ReplacementSku is not null && (line.Received ?? line.Quantity) > 0)
            .Select(line => new StockLine(line.ReplacementSku!.Value, line.Received ?? line.Quantity)),
    ];

    private Rejection? Check(HoldKey key, string become, HoldOutcome outcome)
    {
        if (outcome is HoldOutcome.Done or HoldOutcome.AlreadyDone)
            return null;
        log.HoldNotSettled(key.ToString(), become, outcome);
        return new Rejection($"Stock{outcome}", $"Hold {key} could not be {become}: {outcome}.");
    }
}
