using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// The second layer of a kept place's end: its order is over or paid, and the event that says so is late or lies among the dead letters. All places of the
/// sales that are not long over are held against their orders; a lease, renewed page by page, keeps two processes from doing it at once, and would do no harm if
/// it failed to.
/// </summary>
public sealed class ReconcileSaleUnits(
    ISales sales, ISaleUnits units, IOrderStore orders, ILeases leases, SaleGate gate, OrderPolicy policy, TimeProvider clock, ILogger<ReconcileSaleUnits> log)
{
    private const string LeaseName = "reconcile-sale-units";
    private const int SalesPerPage = 100;
    private const int HoldsPerPage = 500;

    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(4);

    /// <summary>Returns how many places were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(LeaseName, LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return 0;
        try
        {
            var settled = await ReconcileAllAsync(new LeaseTurn(leases, lease, LeaseTime, clock), cancellation).ConfigureAwait(false);
            if (settled > 0)
                log.SaleUnitsReconciled(settled);
            return settled;
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<int> ReconcileAllAsync(LeaseTurn turn, CancellationToken cancellation)
    {
        var settled = 0;
        string? cursor = null;
        do
        {
            var page = await sales.ListAsync(SalesPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var sale in page.Items.Where(IsRecent))
            {
                if (!await turn.GoesOnAsync(cancellation).ConfigureAwait(false))
                    return settled;
                settled += await TryReconcileAsync(sale, turn, cancellation).ConfigureAwait(false);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return settled;
    }

    /// <summary>A sale whose counters wait to be built anew keeps no other waiting.</summary>
    private async Task<int> TryReconcileAsync(FlashSale sale, LeaseTurn turn, CancellationToken cancellation)
    {
        try
        {
            return await ReconcileAsync(sale, turn, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.SaleNotLookedAt(away, sale.SaleId.Value);
            return 0;
        }
    }

    /// <summary>Orders of a sale live on after its end: until their deadline, and until they can't be revived any more.</summary>
    private bool IsRecent(FlashSale sale)
    {
        var now = clock.GetUtcNow();
        return sale.HasStarted(now) && now < sale.EndsAt + policy.PaymentWindow + policy.RevivalWindow + policy.HoldPatience;
    }

    private async Task<int> ReconcileAsync(FlashSale sale, LeaseTurn turn, CancellationToken cancellation)
    {
        // Younger ones are still waiting for their money, or for their event.
        var before = clock.GetUtcNow() - policy.PaymentWindow - policy.HoldPatience;
        var settled = 0;
        string? cursor = null;
        do
        {
            var page = await units.ListHoldsAsync(sale.SaleId, HoldsPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var hold in page.Items.Where(hold => hold.State == SaleHoldState.Kept && hold.ReservedAt < before))
                settled += await SettleAsync(sale, hold, cancellation).ConfigureAwait(false) ? 1 : 0;
            cursor = page.NextCursor;
        }
        while (cursor is not null && await turn.GoesOnAsync(cancellation).ConfigureAwait(false));
        return settled;
    }

    private async Task<bool> SettleAsync(FlashSale sale, SaleHold hold, CancellationToken cancellation)
    {
        try
        {
            var order = await orders.FindAsync(hold.Claim.Key.Order, cancellation).ConfigureAwait(false);
            return await SettleAsync(sale, hold, order, cancellation).ConfigureAwait(false);
        }
        catch (UnreadableOrderException unreadable)
        {
            // It has its place until people have looked; those behind it must not wait for that.
            log.UnreadableOrderPassed(unreadable, hold.Claim.Key.Order.OrderId.Value, nameof(ReconcileSaleUnits));
            return false;
        }
    }

    private async Task<bool> SettleAsync(FlashSale sale, SaleHold hold, Order? order, CancellationToken cancellation)
    {
        var key = hold.Claim.Key;
        if (order is { State: OrderState.PendingPayment })
            return false;
        if (order is { State: not OrderState.Cancelled } && order.Hold == key.Number)
            return await units.SettleAsync(sale.SaleId, key, hold.Claim.Sku, hold.Claim.Quantity, cancellation).ConfigureAwait(false) == HoldOutcome.Done;
        var end = order is null ? SaleEnd.Failed : SaleEnd.Cancelled;
        var released = await units.ReleaseAsync(sale.SaleId, key, hold.Generation, end, reason: null, cancellation).ConfigureAwait(false);
        gate.Forget(sale.SaleId);
        return released == HoldOutcome.Done;
    }
}
