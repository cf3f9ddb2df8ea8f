using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// Notes that nothing will happen to an order by itself any more, so that sweeps pass over it. Refused while something can; success, unchanged, if it
/// was closed before. The state stays as it is, and late money may open it again.
/// </summary>
public sealed class CloseOrder(OrderChanges changes, TimeProvider clock)
{
    public Task<Result<Order>> RunAsync(OrderRef order, CancellationToken cancellation) => changes.RunAsync(order, Decide, cancellation);

    private Decision<Refusal?> Decide(Order order)
    {
        if (order.ClosedAt is not null)
            return new(Outcome: null);
        var at = clock.GetUtcNow();

        // OrderChanges sets ClosedAt whenever it saves an order that is over; all it needs is a save.
        return order.IsOverAt(at)
            ? new(Outcome: null, order.Changed(at), EventTypes.Closed)
            : new(new Refusal.IllegalInState(order.Status, "something can still happen to it"));
    }
}
