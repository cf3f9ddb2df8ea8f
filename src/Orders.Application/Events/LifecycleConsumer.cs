using Orders.Application.Lifecycle;

namespace Orders.Application.Events;

/// <summary>
/// Repeats every signal to the order's process at least once: a change that it waits for, and the placing, in case the start that came
/// with it was lost. Changes that the process makes itself or does not wait for are passed over.
/// </summary>
public sealed class LifecycleConsumer(ConsumeEvent consume)
{
    public const string Name = "lifecycle";

    /// <param name="envelope">The event.</param>
    /// <param name="process">An argument, because on Azure a client of the process exists only within a function's call.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, IOrderProcess process, CancellationToken cancellation) => envelope.Type switch
    {
        EventTypes.Placed => consume.RunAsync(Name, envelope, (e, token) => StartAsync(e, process, token), cancellation),
        EventTypes.MoneyReceived or EventTypes.Paid or EventTypes.Accepted or EventTypes.Shipped or EventTypes.Completed or EventTypes.Cancelled =>
            consume.RunAsync(Name, envelope, (e, token) => SignalAsync(e, process, token), cancellation),
        _ => Task.FromResult<Rejection?>(null),
    };

    private static async Task<Rejection?> StartAsync(OrderEventEnvelope envelope, IOrderProcess process, CancellationToken cancellation)
    {
        if (!await process.IsAliveAsync(envelope.Order, cancellation).ConfigureAwait(false))
            await process.StartAsync(envelope.Order, cancellation).ConfigureAwait(false);
        return null;
    }

    private static async Task<Rejection?> SignalAsync(OrderEventEnvelope envelope, IOrderProcess process, CancellationToken cancellation)
    {
        // One that is over wakes who waits for it, and nobody anew: a fresh process would only see that there is nothing to do.
        if (envelope.Data.ClosedAt is null || await process.IsAliveAsync(envelope.Order, cancellation).ConfigureAwait(false))
            await process.SignalAsync(envelope.Order, cancellation).ConfigureAwait(false);
        return null;
    }
}
