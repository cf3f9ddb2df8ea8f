using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>Takes a paid order on, so that it can be shipped; success if it was before. By default the lifecycle does it at once.</summary>
public sealed class AcceptOrder(OrderChanges changes, TimeProvider clock)
{
    /// <param name="by">A word of <see cref="Actor"/> or a role.</param>
    public Task<Result<Order>> RunAsync(OrderRef order, string by, CancellationToken cancellation) => changes.RunAsync(
        order,
        read => read.Decide(new OrderEvent.Accepted(clock.GetUtcNow(), read.AllUnits), by, "Order accepted", EventTypes.Accepted),
        cancellation);
}
