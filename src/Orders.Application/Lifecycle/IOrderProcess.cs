using Orders.Domain;

namespace Orders.Application.Lifecycle;

/// <summary>
/// The durable orchestration that carries an order. It takes every signal as "look at the document", so a signal too many does no harm, and
/// it can be started at any time for an order in any state.
/// </summary>
public interface IOrderProcess
{
    /// <summary>Starts it unless one is alive. Durable when it completes.</summary>
    Task StartAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Starts it unless one is alive, and tells it to look at the document again.</summary>
    Task SignalAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Whether one is alive: pending, running or suspended.</summary>
    Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation);
}
