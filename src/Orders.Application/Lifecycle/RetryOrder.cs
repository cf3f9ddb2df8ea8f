using System.Globalization;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Lifecycle;

/// <summary>
/// Does for one order at once what the second layers do in their own time: starts or wakes its process and its cases', relays its events (those that were given up, too), enqueues what its provider
/// said, asks the provider. Each is harmless where nothing is to do, so a repeat is.
/// </summary>
public sealed class RetryOrder(
    IOrderStore orders, IOutbox outbox, RelayOutbox relay, IProviderMessages messages, IPaymentQueue queue, AskProvider askProvider, AuditTrail trail, TimeProvider clock)
{
    private const int MostEvents = 1_000;
    private const int MostMessages = 100;

    public async Task<Result<RetriedOrderView>> RunAsync(Caller caller, OrderId orderId, string key, IOrderProcess process, CancellationToken cancellation)
    {
        if (await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) is not { } place
            || await orders.FindAsync(place, cancellation).ConfigureAwait(false) is not { } order)
        {
            return new Refusal.NotFound("order");
        }

        var did = new List<RetryStep>();
        await WakeAsync(order, process, did, cancellation).ConfigureAwait(false);
        await RelayAsync(place, did, cancellation).ConfigureAwait(false);
        await EnqueueAsync(orderId, did, cancellation).ConfigureAwait(false);
        await AskAsync(order, did, cancellation).ConfigureAwait(false);
        await trail.NoteAsync(
            caller, AuditActions.OrderRetried, orderId.Value, key, reason: null, cancellation,
            ("did", string.Join(' ', did.Select(step => step.Step))), ("version", order.Version.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
        var after = await orders.FindAsync(place, cancellation).ConfigureAwait(false) ?? order;
        return new RetriedOrderView(orderId, after.Status, after.Version, did);
    }

    private static async Task WakeAsync(Order order, IOrderProcess process, List<RetryStep> did, CancellationToken cancellation)
    {
        if (order.ClosedAt is null || order.Deadline is not null)
        {
            var wasAlive = await process.IsAliveAsync(order.Ref, cancellation).ConfigureAwait(false);
            await process.SignalAsync(order.Ref, cancellation).ConfigureAwait(false);
            did.Add(wasAlive
                ? new("processSignalled", "Its process was told to look.")
                : new("processStarted", "It had no process; one was started."));
        }

        foreach (var @case in order.Cases.Where(@case => @case.IsOpen))
        {
            await process.SignalAsync(new CaseRef(order.Ref, @case.CaseId), cancellation).ConfigureAwait(false);
            did.Add(new("caseSignalled", $"The process of case {@case.CaseId} was told to look, or started."));
        }
    }

    /// <summary>Parked events too: somebody thinks that what kept them is mended. If it is not, they are parked again, with an alert.</summary>
    private async Task RelayAsync(OrderRef order, List<RetryStep> did, CancellationToken cancellation)
    {
        var revived = await outbox.ReviveAsync(order, cancellation).ConfigureAwait(false);
        if (revived > 0)
            did.Add(new("eventsRevived", string.Create(CultureInfo.InvariantCulture, $"{revived} events that had been given up are published like others again.")));
        var waiting = await outbox.FindOlderThanAsync(clock.GetUtcNow().AddTicks(1), MostEvents, cancellation).ConfigureAwait(false);
        var its = waiting.Where(item => item.Order == order).ToList();
        if (its.Count == 0)
            return;
        var relayed = await relay.RunAsync(its, cancellation).ConfigureAwait(false);
        did.Add(new("eventsRelayed", string.Create(CultureInfo.InvariantCulture, $"{relayed.Published} of {its.Count} unpublished events were published.")));
    }

    private async Task EnqueueAsync(OrderId orderId, List<RetryStep> did, CancellationToken cancellation)
    {
        var stored = (await messages.FindByOrderAsync(orderId, MostMessages, cancellation).ConfigureAwait(false))
            .Where(message => message.State == ProviderMessageState.Stored).ToList();
        foreach (var message in stored)
            await queue.EnqueueAsync(message.Source, message.MessageId, cancellation).ConfigureAwait(false);
        if (stored.Count > 0)
            did.Add(new("messagesEnqueued", string.Create(CultureInfo.InvariantCulture, $"{stored.Count} provider messages were enqueued again.")));
    }

    /// <summary>A provider that is away is no reason to fail: the rest was done, and the answer says so.</summary>
    private async Task AskAsync(Order order, List<RetryStep> did, CancellationToken cancellation)
    {
        if (!order.HasOpenAttempt && !order.OwesMoney && !order.Payments.Any(payment => payment.Refunds.Any(refund => refund.Status == RefundStatus.Pending)))
            return;
        try
        {
            await askProvider.RunAsync(order.Ref, cancellation).ConfigureAwait(false);
            did.Add(new("providerAsked", "Its provider was asked, and what it said was taken in."));
        }
        catch (DependencyUnavailableException)
        {
            did.Add(new("providerAway", "Its provider does not answer now."));
        }
    }
}
