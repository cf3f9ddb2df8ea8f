using System.Globalization;
using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// The second layer of what the event of a completed case does: its units are on sale again, and the coupon of an order that nothing is left of is given
/// back. Every completion is looked at once, a quarter of an hour later, under the keys that the event has; so what was done is not done again.
/// </summary>
public sealed class SweepCompletedCases(
    ICompletedCases completed, IOrderStore orders, PutBackOnSale putBack, ICoupons coupons, IWatermarks watermarks, OrderPolicy policy, TimeProvider clock,
    ILogger<SweepCompletedCases> log)
{
    private const string Watermark = "sweep-completed-cases";
    private const int OrdersPerPage = 100;
    private const int MostPages = 10;

    /// <summary>Returns how many orders were looked at. Where a dependency is away it stops, and the next run goes on there.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - policy.HoldPatience;
        var place = Read(await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false));
        var looked = 0;
        for (var page = 0; page < MostPages; page++)
        {
            var found = await completed.FindAsync(place, before, OrdersPerPage, cancellation).ConfigureAwait(false);
            var done = await SettleAsync(found, cancellation).ConfigureAwait(false);
            looked += done;
            if (done > 0)
                await watermarks.SetAsync(Watermark, Write(place = found[done - 1]), cancellation).ConfigureAwait(false);
            if (done < OrdersPerPage)
                break;
        }

        return looked;
    }

    /// <summary>How many were settled before something was away.</summary>
    private async Task<int> SettleAsync(IReadOnlyList<CompletedOrder> found, CancellationToken cancellation)
    {
        for (var i = 0; i < found.Count; i++)
        {
            try
            {
                if (await orders.FindAsync(found[i].Order, cancellation).ConfigureAwait(false) is { } order)
                    await SettleAsync(order, cancellation).ConfigureAwait(false);
            }
            catch (UnreadableOrderException unreadable)
            {
                log.UnreadableOrderPassed(unreadable, found[i].Order.OrderId.Value, nameof(SweepCompletedCases));
            }
            catch (DependencyUnavailableException away)
            {
                log.CompletedCasesNotSwept(away, found[i].Order.OrderId.Value);
                return i;
            }
        }

        return found.Count;
    }

    private async Task SettleAsync(Order order, CancellationToken cancellation)
    {
        // What is more than a stock may be is told by its log: no repetition would change it.
        foreach (var @case in order.Cases.Where(@case => @case.Status == CaseStatus.Completed))
            await putBack.RunAsync(order, @case, cancellation).ConfigureAwait(false);
        if (order is { CouponCode: { } code, State: OrderState.AfterSaleCompleted })
            await coupons.GiveBackAsync(new HoldKey(order.Ref, order.Hold), Id.Parse<CouponCode>(code), cancellation).ConfigureAwait(false);
    }

    private static string Write(CompletedOrder place) => string.Create(
        CultureInfo.InvariantCulture, $"{place.At.UtcTicks} {place.Order.OrderId} {place.Order.UserId}");

    private static CompletedOrder? Read(string? text) => text?.Split(' ', 3) is [var ticks, var order, var user]
        ? new CompletedOrder(
            new OrderRef(Id.Parse<UserId>(user), Id.Parse<OrderId>(order)), new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero))
        : null;
}
