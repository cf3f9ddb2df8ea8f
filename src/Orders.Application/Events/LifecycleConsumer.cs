using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;

namespace Orders.Application.Events;

/// <summary>
/// Repeats every signal to the processes of an order and of its cases at least once: a change that they wait for, and the placing, in case the start
/// that came with it was lost. A case's process is begun here. Changes that a process makes itself or does not wait for are passed over.
/// </summary>
public sealed class LifecycleConsumer(ConsumeEvent consume, IOrderStore orders)
{
    public const string Name = "lifecycle";

    /// <param name="envelope">The event.</param>
    /// <param name="process">An argument, because on Azure a client of the process exists only within a function's call.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, IOrderProcess process, CancellationToken cancellation)
    {
        if (envelope.Type == EventTypes.Placed)
            return consume.RunAsync(Name, envelope, (e, token) => StartAsync(e, process, token), cancellation);
        var (order, cases) = (ConcernsOrder(envelope), CasesOf(envelope));
        return order || cases.Count > 0
            ? consume.RunAsync(Name, envelope, (e, token) => SignalAsync(e, order, cases, process, token), cancellation)
            : Task.FromResult<Rejection?>(null);
    }

    /// <summary>What an order's process waits for: the end of a case, too, for the order goes on where it was, or is over.</summary>
    private static bool ConcernsOrder(OrderEventEnvelope envelope) => envelope.Type is
        EventTypes.MoneyReceived or EventTypes.Paid or EventTypes.Accepted or EventTypes.Shipped or EventTypes.Completed or EventTypes.Cancelled
        or EventTypes.CaseRejected or EventTypes.CaseWithdrawn or EventTypes.CaseLapsed or EventTypes.CaseCompleted;

    /// <summary>The case that the event is about; of money that came or went those that may wait for it.</summary>
    private static IReadOnlyList<SnapshotCase> CasesOf(OrderEventEnvelope envelope)
    {
        if (envelope.Data.Case is { } about)
            return [about];
        return envelope.Type is EventTypes.MoneyReceived or EventTypes.Refunded or EventTypes.RefundFailed
            ? [.. (envelope.Data.Cases ?? []).Where(@case => !@case.IsOver)]
            : [];
    }

    private static async Task<Rejection?> StartAsync(OrderEventEnvelope envelope, IOrderProcess process, CancellationToken cancellation)
    {
        if (!await process.IsAliveAsync(envelope.Order, cancellation).ConfigureAwait(false))
            await process.StartAsync(envelope.Order, cancellation).ConfigureAwait(false);
        return null;
    }

    private async Task<Rejection?> SignalAsync(
        OrderEventEnvelope envelope, bool order, IReadOnlyList<SnapshotCase> cases, IOrderProcess process, CancellationToken cancellation)
    {
        // One that is over wakes who waits for it, and nobody anew: a fresh process would only see that there is nothing to do.
        if (order && (envelope.Data.ClosedAt is null || await process.IsAliveAsync(envelope.Order, cancellation).ConfigureAwait(false)))
            await process.SignalAsync(envelope.Order, cancellation).ConfigureAwait(false);
        foreach (var @case in cases)
        {
            var reference = new CaseRef(envelope.Order, @case.CaseId);
            if (await process.IsAliveAsync(reference, cancellation).ConfigureAwait(false) || await IsOpenAsync(reference, cancellation).ConfigureAwait(false))
                await process.SignalAsync(reference, cancellation).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Asked of the document: a case may be over long before the events of its last steps come here.</summary>
    private async Task<bool> IsOpenAsync(CaseRef @case, CancellationToken cancellation) =>
        (await orders.FindAsync(@case.Order, cancellation).ConfigureAwait(false))?.FindCase(@case.CaseId) is { IsOpen: true };
}
