using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// Brings what the counters of stock have counted to the ledger; and when they have lost it (a failover, an empty server) builds them anew in a
/// new epoch, from the ledger and the orders that wait for their money. Until then the stock refuses everything, so nothing is oversold meanwhile.
/// </summary>
public sealed class SyncStock(IStockBooks books, ILeases leases, IOrderStore orders, OrderPolicy policy, TimeProvider clock, ILogger<SyncStock> log)
{
    private const string LeaseName = "sync-stock";
    private const int Batch = 500;
    private const int MostBatches = 200;
    private const int OrdersPerPage = 100;

    /// <summary>Two runs at once would waste work and no more: bookings have numbers, and of two builds only the later counts.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    /// <summary>Returns how many movements were booked: none while another run is at it.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(LeaseName, LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return 0;
        try
        {
            return await RunAloneAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<int> RunAloneAsync(CancellationToken cancellation)
    {
        if (await books.AreLostAsync(cancellation).ConfigureAwait(false))
        {
            log.StockCountersLost();
            if (await books.RebuildAsync(() => FindInFlightAsync(cancellation), cancellation).ConfigureAwait(false))
                log.StockCountersBuilt();
        }

        var total = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var booked = await books.BookAsync(Batch, cancellation).ConfigureAwait(false);
            total += booked;
            if (booked < Batch)
                break;
        }

        return total;
    }

    /// <summary>
    /// The holds of orders that wait for their money: by the deadline, which each has, so that it is not all open orders that are read. What is paid
    /// and not sold yet the ledger holds.
    /// </summary>
    private async IAsyncEnumerable<HoldInFlight> FindInFlightAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var latest = clock.GetUtcNow() + policy.PaymentWindow + policy.HoldPatience;
        string? cursor = null;
        do
        {
            var page = await orders.FindOverdueAsync(latest, OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var found in page.Items)
            {
                if (await orders.FindAsync(found, cancellation).ConfigureAwait(false) is { State: OrderState.PendingPayment pending } order)
                    yield return new HoldInFlight(new HoldKey(order.Ref, order.Hold), HeldUnits.Of(StockLines.Of(order)), policy.NextLook(pending.PayBy, clock.GetUtcNow()));
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
