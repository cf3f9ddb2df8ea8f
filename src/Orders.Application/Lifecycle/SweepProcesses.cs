using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// The second layer of every start: goes round all open orders, a piece at each run, and starts the process of those, and of their open
/// cases, that have none (a lost start, or one that failed for good). The list says which orders have cases: no other is read.
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

    /// <summary>Whether it, or one of its open cases, had none and has one now.</summary>
    private async Task<bool> StartAsync(ListedOrder listed, IOrderProcess process, CancellationToken cancellation)
    {
        var order = listed.Ref;
        try
        {
            var isStarted = false;
            if (!await process.IsAliveAsync(order, cancellation).ConfigureAwait(false))
            {
                await process.StartAsync(order, cancellation).ConfigureAwait(false);
                OrderMetrics.ProcessesRestarted.Add(1);
                log.ProcessStartedAgain(order.OrderId.Value);
                isStarted = true;
            }

            return (listed.Status == OrderStatus.AfterSale && await StartCasesAsync(order, process, cancellation).ConfigureAwait(false)) || isStarted;
        }
        catch (UnreadableOrderException unreadable)
        {
            log.UnreadableOrderPassed(unreadable, order.OrderId.Value, nameof(SweepProcesses));
            return false;
        }
        catch (DependencyUnavailableException away)
        {
            // The next round comes to it again; those behind it must not wait for that.
            log.ProcessNotStartedAgain(away, order.OrderId.Value);
            return false;
        }
    }

    /// <summary>A case whose process was lost would wait for its deadline, though its money could go back now.</summary>
    private async Task<bool> StartCasesAsync(OrderRef order, IOrderProcess process, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { State: OrderState.AfterSale } read)
            return false;
        var isStarted = false;
        foreach (var @case in read.Cases.Where(@case => @case.IsOpen).Select(@case => new CaseRef(order, @case.CaseId)))
        {
            if (await process.IsAliveAsync(@case, cancellation).ConfigureAwait(false))
                continue;
            await process.SignalAsync(@case, cancellation).ConfigureAwait(false);
            log.CaseProcessStartedAgain(@case.CaseId.Value);
            isStarted = true;
        }

        return isStarted;
    }
}
