using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// Settles places in sales that came to nothing: whose request died before its message, or whose message is among the dead letters. The order's document
/// decides, as with stock. A place whose message still waits is left alone, however long the queue is: only those older than the oldest message, by the two
/// minutes that every hold has, can have lost theirs.
/// </summary>
public sealed class SweepSaleUnits(
    ISaleUnits units, ISaleQueue queue, IOrderStore orders, SaleGate gate, OrderPolicy policy, TimeProvider clock, ILogger<SweepSaleUnits> log)
{
    private const int MostPerRun = 500;
    private const string Lost = "The request was lost on its way and nothing was ordered.";

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // The queue first: a message that is sent after this look is younger than what is settled here.
        var now = clock.GetUtcNow();
        var backlog = await queue.LookAsync(cancellation).ConfigureAwait(false);
        var from = backlog.Oldest < now ? backlog.Oldest.Value : now;
        var holds = await units.FindUnkeptAsync(from - policy.HoldWithoutOrder, MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var hold in holds)
            await SettleAsync(hold, cancellation).ConfigureAwait(false);
        if (holds.Count > 0)
            log.SaleUnitsSwept(holds.Count);
        return holds.Count;
    }

    private async Task SettleAsync(AgedSaleHold hold, CancellationToken cancellation)
    {
        try
        {
            var order = await orders.FindAsync(hold.Key.Order, cancellation).ConfigureAwait(false);
            await SettleAsync(hold, order, cancellation).ConfigureAwait(false);
        }
        catch (UnreadableOrderException unreadable)
        {
            // It has its place until people have looked. Younger from now on: those behind it must not wait for that.
            log.UnreadableOrderPassed(unreadable, hold.Key.Order.OrderId.Value, nameof(SweepSaleUnits));
            await units.RenewAsync(hold.Sale, hold.Key, cancellation).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(AgedSaleHold hold, Order? order, CancellationToken cancellation)
    {
        if (order is { State: OrderState.PendingPayment } && order.Hold == hold.Key.Number)
        {
            await units.KeepAsync(hold.Sale, hold.Key, cancellation).ConfigureAwait(false);
        }
        else if (order is { State: not OrderState.Cancelled } && order.Hold == hold.Key.Number)
        {
            var line = order.Lines[0];
            await units.SettleAsync(hold.Sale, hold.Key, line.Sku, line.Quantity, cancellation).ConfigureAwait(false);
        }
        else
        {
            var (end, reason) = order is null ? (SaleEnd.Failed, Lost) : (SaleEnd.Cancelled, null);
            await units.ReleaseAsync(hold.Sale, hold.Key, hold.Generation, end, reason, cancellation).ConfigureAwait(false);
            gate.Forget(hold.Sale);
        }
    }
}
