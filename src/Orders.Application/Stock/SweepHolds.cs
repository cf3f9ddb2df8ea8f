using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// Settles holds whose look is due: nobody kept them for two minutes (a checkout or a revival died half-way, or its event is late), or they outlived
/// their order's payment deadline by a quarter of an hour (the event that ends them is late, or lies among the dead letters). The order's document
/// decides. A release names the generation that was found, so a retry that holds anew meanwhile keeps what it holds. A hold of an order that
/// goes on waiting gets a later look: it is not looked at at every run.
/// </summary>
public sealed class SweepHolds(
    IStock stock, IOrderStore orders, RefundUnavailable refundUnavailable, OrderPolicy policy, TimeProvider clock, ILogger<SweepHolds> log)
{
    private const int MostPerRun = 500;

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var holds = await stock.FindDueAsync(clock.GetUtcNow(), MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var hold in holds)
            await SettleAsync(hold, cancellation).ConfigureAwait(false);
        if (holds.Count > 0)
            log.HoldsSwept(holds.Count);
        return holds.Count;
    }

    private async Task SettleAsync(DueHold hold, CancellationToken cancellation)
    {
        try
        {
            var order = await orders.FindAsync(hold.Key.Order, cancellation).ConfigureAwait(false);
            await SettleAsync(hold, order, cancellation).ConfigureAwait(false);
        }
        catch (UnreadableOrderException unreadable)
        {
            // Perhaps somebody's: what it holds is nobody else's until people have looked. Those behind it must not wait for that.
            log.UnreadableOrderPassed(unreadable, hold.Key.Order.OrderId.Value, nameof(SweepHolds));
            await stock.KeepAsync(hold.Key, clock.GetUtcNow() + policy.HoldPatience, cancellation).ConfigureAwait(false);
        }
    }

    private Task SettleAsync(DueHold hold, Order? order, CancellationToken cancellation) => (order is null ? null : HoldUse.Of(order, hold.Key.Number)) switch
    {
        null or HoldUse.Nothing => stock.ReleaseAsync(hold.Key, hold.Generation, cancellation),
        HoldUse.Unpaid ended => stock.ExpireAsync(hold.Key, hold.Generation, ended.At, cancellation),
        HoldUse.Awaited awaited => stock.KeepAsync(hold.Key, policy.NextLook(awaited.Until, clock.GetUtcNow()), cancellation),
        HoldUse.Sold sold => SellAsync(hold.Key, sold, cancellation),
        _ => throw new InvalidOperationException("A hold has a use that nobody has thought of."),
    };

    private async Task SellAsync(HoldKey key, HoldUse.Sold sold, CancellationToken cancellation)
    {
        if (await stock.CommitAsync(key, sold.Lines, cancellation).ConfigureAwait(false) != HoldOutcome.NothingHeld)
            return;
        log.HoldNotSettled(key.ToString(), "sold", HoldOutcome.NothingHeld);
        if (key.Number < ApproveCase.FirstHold)
            await refundUnavailable.RunAsync(key.Order, cancellation).ConfigureAwait(false);
    }
}
