using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// The second layer of every deadline: orders and cases that should have moved by themselves and did not. Their processes are told to look; an unpaid
/// order whose process does not react for minutes is cancelled here, without it, and a case is decided.
/// </summary>
public sealed class SweepOverdueOrders(
    IOrderStore orders, CancelUnpaid cancelUnpaid, PassCaseDeadline passCaseDeadline, IWatermarks watermarks, OrderPolicy policy, TimeProvider clock,
    ILogger<SweepOverdueOrders> log)
{
    private const string Watermark = "sweep-overdue-orders";
    private const int OrdersPerPage = 100;
    private const int MostPages = 10;

    /// <summary>How long after the payment deadline the process may take, its retries against a provider that is away included.</summary>
    private static readonly TimeSpan ProcessPatience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Looks at some pages and remembers where it stopped: orders that can't be helped don't keep it from those behind. Returns how many were
    /// helped along.
    /// </summary>
    public async Task<int> RunAsync(IOrderProcess process, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - policy.DeadlinePatience;
        var cursor = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false);
        var (helped, failed) = (0, 0);
        for (var page = 0; page < MostPages; page++)
        {
            var overdue = await orders.FindOverdueAsync(before, OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var order in overdue.Items)
            {
                if (await HelpAsync(order, process, cancellation).ConfigureAwait(false) is not { } wasHelped)
                    failed++;
                else if (wasHelped)
                    helped++;
            }

            cursor = overdue.NextCursor;
            await watermarks.SetAsync(Watermark, cursor, cancellation).ConfigureAwait(false);
            if (cursor is null)
                break;
        }

        OrderMetrics.DeadlinesOverdue.Record(helped, OrderMetrics.By("order.helped", true));
        OrderMetrics.DeadlinesOverdue.Record(failed, OrderMetrics.By("order.helped", false));
        if (helped + failed > 0)
            log.OverdueOrdersSwept(helped, failed);
        return helped;
    }

    /// <summary>True when it was helped, false when there was nothing to do, null when it could not be helped now.</summary>
    private async Task<bool?> HelpAsync(OrderRef reference, IOrderProcess process, CancellationToken cancellation)
    {
        try
        {
            if (await orders.FindAsync(reference, cancellation).ConfigureAwait(false) is not { } order)
                return false;
            var waits = WaitsForPeople(order);
            if (!waits)
                await process.SignalAsync(reference, cancellation).ConfigureAwait(false);
            if (order.State is OrderState.PendingPayment pending && clock.GetUtcNow() >= pending.PayBy + ProcessPatience)
                await cancelUnpaid.RunAsync(reference, cancellation).ConfigureAwait(false);
            foreach (var @case in order.Cases.Where(c => c.IsOpen))
                await HelpAsync(@case, new CaseRef(reference, @case.CaseId), process, cancellation).ConfigureAwait(false);
            return !waits;
        }
        catch (UnreadableOrderException unreadable)
        {
            log.UnreadableOrderPassed(unreadable, reference.OrderId.Value, nameof(SweepOverdueOrders));
            return null;
        }
        catch (DependencyUnavailableException away)
        {
            // The next round comes to it again; those behind it must not wait for that.
            log.OverdueOrderNotHelped(away, reference.OrderId.Value);
            return null;
        }
    }

    /// <summary>
    /// A case of which nothing is overdue gets its process back if it has none. Money that is under way at the provider is overdue by nobody's fault here: its
    /// process looks at its own pace.
    /// </summary>
    private async Task HelpAsync(AfterSaleCase @case, CaseRef reference, IOrderProcess process, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var isOverdue = @case.State.Deadline is { } deadline && now >= deadline + policy.DeadlinePatience && @case.State is not CaseState.Refunding;
        if (isOverdue || !await process.IsAliveAsync(reference, cancellation).ConfigureAwait(false))
            await process.SignalAsync(reference, cancellation).ConfigureAwait(false);
        if (@case.State.Deadline is { } passed && now >= passed + ProcessPatience)
            await passCaseDeadline.RunAsync(reference, cancellation).ConfigureAwait(false);
    }

    private bool WaitsForPeople(Order order) =>
        order.AwaitsAcceptance && !policy.AcceptAutomatically && !order.OwesMoney && !order.HasOpenAttempt;
}
