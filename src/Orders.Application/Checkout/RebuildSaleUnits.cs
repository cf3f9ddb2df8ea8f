using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// Builds a sale's counters anew when they have lost something, from the sale's orders: who waits for money holds, who has paid has bought. Run by whoever has
/// the sale's lease. What waited in the queue without an order takes its units anew when its turn comes (<see cref="PlaceSaleOrder"/>).
/// </summary>
public sealed class RebuildSaleUnits(ISaleBooks books, IOrderStore orders, SaleGate gate, ILogger<RebuildSaleUnits> log)
{
    private const int OrdersPerPage = 100;

    /// <summary>Returns whether they had been lost and are there again.</summary>
    internal async Task<bool> RunAsync(FlashSale terms, LeaseTurn turn, CancellationToken cancellation)
    {
        var sale = terms.SaleId;
        if (!await books.AreLostAsync(sale, cancellation).ConfigureAwait(false))
            return false;
        log.SaleCountersLost(sale.Value);
        var built = await books.RebuildAsync(
            sale, terms.Quantity, terms.PerUser, () => FindPlacedAsync(terms, cancellation), turn.Fence, () => turn.GoesOnAsync(cancellation), cancellation)
            .ConfigureAwait(false);
        if (!built)
            return false;
        log.SaleCountersBuilt(sale.Value);
        gate.Forget(sale);
        return true;
    }

    private async IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>> FindPlacedAsync(FlashSale terms, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await orders.ListOfSaleAsync(terms.SaleId, OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            var holds = await Task.WhenAll(page.Items.Select(order => FindHoldsAsync(terms, order, cancellation))).ConfigureAwait(false);
            yield return [.. holds.SelectMany(found => found)];
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async Task<IReadOnlyList<PlacedSaleHold>> FindHoldsAsync(FlashSale terms, OrderRef placed, CancellationToken cancellation)
    {
        try
        {
            return await orders.FindAsync(placed, cancellation).ConfigureAwait(false) is { } order ? HoldsOf(order) : [];
        }
        catch (UnreadableOrderException unreadable)
        {
            // Nobody knows what it has, so it has as much as it may have until people have looked: rather unsold than sold twice.
            log.UnreadableOrderPassed(unreadable, placed.OrderId.Value, nameof(RebuildSaleUnits));
            return [new PlacedSaleHold(new HoldKey(placed, Number: 0), terms.Skus[0], terms.PerUser, SaleHoldState.Kept, terms.StartsAt)];
        }
    }

    /// <summary>The order's own, and those that it had before it was revived: what was given back stays given back.</summary>
    private static IReadOnlyList<PlacedSaleHold> HoldsOf(Order order)
    {
        var line = order.Lines[0];
        PlacedSaleHold Of(int number, SaleHoldState state) => new(new HoldKey(order.Ref, number), line.Sku, line.Quantity, state, order.PlacedAt);
        return [.. Enumerable.Range(0, order.Hold).Select(former => Of(former, SaleHoldState.Released)), Of(order.Hold, StateOf(order.State))];
    }

    private static SaleHoldState StateOf(OrderState state) => state switch
    {
        OrderState.PendingPayment => SaleHoldState.Kept,
        OrderState.Cancelled => SaleHoldState.Released,
        _ => SaleHoldState.Sold,
    };
}
