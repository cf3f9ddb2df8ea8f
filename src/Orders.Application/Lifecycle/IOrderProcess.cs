using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.Lifecycle;

/// <summary>
/// The durable orchestrations that carry an order and each of its after-sale cases. They take every signal as "look at the document", so a signal too
/// many does no harm, and they can be started at any time for an order or a case in any state.
/// </summary>
public interface IOrderProcess
{
    /// <summary>Starts it unless one is alive. Durable when it completes.</summary>
    Task StartAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Starts it unless one is alive, and tells it to look at the document again.</summary>
    Task SignalAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Whether one is alive: pending, running or suspended.</summary>
    Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Starts that of a case unless one is alive, and tells it to look at the document again.</summary>
    Task SignalAsync(CaseRef @case, CancellationToken cancellation);

    /// <summary>Whether that of a case is alive: pending, running or suspended.</summary>
    Task<bool> IsAliveAsync(CaseRef @case, CancellationToken cancellation);
}
