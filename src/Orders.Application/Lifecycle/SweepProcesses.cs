using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application.Lifecycle;

/// <summary>
/// The second layer of every start: goes round all open orders, a piece at each run, and starts the process of those that have none (a lost
/// start, or one that failed for good).
/// </summary>
public sealed class SweepProcesses(IOrderStore orders, IWatermarks watermarks, ILogger<SweepProcesses> log)
{
    private const string Watermark = "sweep-processes";
    private const int OrdersPerPage = 100;
    private const int MostPages = 20;

    /// <summary>Returns how many were started.</summary>
    public async Task<int> RunAsync(IOrderProcess process, CancellationToken cancellation)
    {
        var cursor = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false);
        var started = 0;
        for (var page = 0; page < MostPages; page++)
        {
            var open = await orders.ListOpenAsync(OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var order in open.Items)
            {
                if (await StartAsync(order, process, cancellation).ConfigureAwait(false))
                    started++;
            }

            cursor = open.NextCursor;
            await watermarks.SetAsync(Watermark, cursor, cancellation).ConfigureAwait(false);
            if (cursor is null)
                break;
        }

        return started;
    }

    /// <summary>Whether it had none and has one now.</summary>
    private async Task<bool> StartAsync(OrderRef order, IOrderProcess process, CancellationToken cancellation)
    {
        try
        {
            if (await process.IsAliveAsync(order, cancellation).ConfigureAwait(false))
                return false;
            await process.StartAsync(order, cancellation).ConfigureAwait(false);
            OrderMetrics.ProcessesRestarted.Add(1);
            log.ProcessStartedAgain(order.OrderId.Value);
            return true;
        }
        catch (DependencyUnavailableException away)
        {
            // The next round comes to it again; those behind it must not wait for that.
            log.ProcessNotStartedAgain(away, order.OrderId.Value);
            return false;
        }
    }
}
