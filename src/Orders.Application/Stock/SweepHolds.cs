using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// Settles holds that nobody kept for two minutes: of a checkout or a revival that died half-way, or whose event is late. The order's
/// document decides. A release names the generation that was found, so a retry that holds anew meanwhile keeps what it holds.
/// </summary>
public sealed class SweepHolds(IStock stock, IOrderStore orders, OrderPolicy policy, TimeProvider clock, ILogger<SweepHolds> log)
{
    private const int MostPerRun = 500;

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var holds = await stock.FindUnkeptAsync(clock.GetUtcNow() - policy.HoldWithoutOrder, MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var hold in holds)
        {
            var order = await orders.FindAsync(hold.Key.Order, cancellation).ConfigureAwait(false);
            await SettleAsync(hold, order, cancellation).ConfigureAwait(false);
        }

        if (holds.Count > 0)
            log.HoldsSwept(holds.Count);
        return holds.Count;
    }

    private async Task SettleAsync(AgedHold hold, Order? order, CancellationToken cancellation)
    {
        // Of an order that isn't there, of a revival that didn't happen, or of the time before one that did.
        if (order is null || order.Hold != hold.Key.Number || order.State is OrderState.Cancelled)
            await stock.ReleaseAsync(hold.Key, hold.Generation, cancellation).ConfigureAwait(false);
        else if (order.State is OrderState.PendingPayment)
            await stock.KeepAsync(hold.Key, cancellation).ConfigureAwait(false);
        else if (await stock.CommitAsync(hold.Key, StockLines.Of(order), cancellation).ConfigureAwait(false) == HoldOutcome.NothingHeld)
            log.HoldNotSettled(hold.Key.ToString(), "sold", HoldOutcome.NothingHeld);
    }
}
