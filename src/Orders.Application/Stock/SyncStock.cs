using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// Brings what the counters of stock have counted to the ledger; and when they have lost it (a failover, an empty server) builds them anew in a
/// new epoch, from the ledger and the open orders. Until then the stock refuses everything, so nothing is oversold meanwhile.
/// </summary>
public sealed class SyncStock(IStockBooks books, ILeases leases, IOrderStore orders, OrderPolicy policy, TimeProvider clock, ILogger<SyncStock> log)
{
    private const string LeaseName = "sync-stock";
    private const int Batch = 500;
    private const int MostBatches = 200;
    private const int OrdersPerPage = 100;

    /// <summary>
    /// Renewed after each batch. Two runs at once do no harm (bookings have numbers, and of two builds only the later counts), but builds that overtake each
    /// other would never end.
    /// </summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    /// <summary>Returns how many movements were booked: none while another run is at it.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(LeaseName, LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return 0;
        try
        {
            return await RunAloneAsync(new LeaseTurn(leases, lease, LeaseTime, clock), cancellation).ConfigureAwait(false);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<int> RunAloneAsync(LeaseTurn turn, CancellationToken cancellation)
    {
        if (await books.AreLostAsync(cancellation).ConfigureAwait(false))
        {
            log.StockCountersLost();
            if (await books.RebuildAsync(() => FindInFlightAsync(cancellation), () => turn.GoesOnAsync(cancellation), cancellation).ConfigureAwait(false))
                log.StockCountersBuilt();
        }

        var total = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var booked = await books.BookAsync(Batch, cancellation).ConfigureAwait(false);
            total += booked;
            if (booked < Batch || !await turn.GoesOnAsync(cancellation).ConfigureAwait(false))
                break;
        }

        return total;
    }

    /// <summary>
    /// The holds of all open orders and of their cases. Not only of those that wait for their money: one that is paid while the counters are away may be sold by nobody yet, and
    /// the movement that held its units lost with them.
    /// </summary>
    private async IAsyncEnumerable<IReadOnlyList<HoldInFlight>> FindInFlightAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await orders.ListOpenAsync(OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            var holds = await Task.WhenAll(page.Items.Select(order => FindHoldsAsync(order.Ref, cancellation))).ConfigureAwait(false);
            yield return [.. holds.SelectMany(ofOrder => ofOrder)];
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async Task<IReadOnlyList<HoldInFlight>> FindHoldsAsync(OrderRef open, CancellationToken cancellation)
    {
        try
        {
            return await orders.FindAsync(open, cancellation).ConfigureAwait(false) is { } order
                ? [.. HoldUse.NumbersOf(order).Select(number => InFlight(order, number)).OfType<HoldInFlight>()]
                : [];
        }
        catch (UnreadableOrderException unreadable)
        {
            // What it holds is there if the ledger has it. The shop must not stay closed until people have looked.
            log.UnreadableOrderPassed(unreadable, open.OrderId.Value, nameof(SyncStock));
            return [];
        }
    }

    /// <summary>What is paid, or was sent as a replacement, is sold by the sweep if nobody else does. Null for what holds nothing.</summary>
    private HoldInFlight? InFlight(Order order, int number) => HoldUse.Of(order, number) switch
    {
        HoldUse.Awaited awaited => new(new HoldKey(order.Ref, number), HeldUnits.Of(awaited.Lines), policy.NextLook(awaited.Until, clock.GetUtcNow())),
        HoldUse.Sold sold when order.State is not OrderState.AfterSaleCompleted || number >= ApproveCase.FirstHold =>
            new(new HoldKey(order.Ref, number), HeldUnits.Of(sold.Lines), clock.GetUtcNow()),
        _ => null,
    };
}
