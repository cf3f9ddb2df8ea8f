using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>Short ways to say what becomes of an order, for use cases whose outcome is "done, or refused".</summary>
internal static class Decisions
{
    /// <summary>Moved: to be saved with this event type. Already applied: success, unchanged. Illegal: refused.</summary>
    public static Decision<Refusal?> Decide(this Order order, OrderEvent @event, string by, string reason, string eventType) =>
        order.Apply(@event, by, reason) switch
        {
            (Transition.Moved, var changed) => new(Outcome: null, changed, eventType),
            (Transition.AlreadyApplied, _) => new(Outcome: null),
            (Transition.Illegal { Because: var because }, _) => new(new Refusal.IllegalInState(order.Status, because)),
            _ => throw new InvalidOperationException("A transition is one of three."),
        };

    /// <summary>Refused when the caller saw another version of the order.</summary>
    public static Refusal? RefuseOtherVersion(this Order order, long? expected) =>
        expected is { } version && version != order.Version ? new Refusal.VersionMismatch(order.Version) : null;

    /// <summary>Changes an order and answers with it, or with the refusal.</summary>
    public static async Task<Result<Order>> RunAsync(
        this OrderChanges changes, OrderRef order, Func<Order, Decision<Refusal?>> decide, CancellationToken cancellation)
    {
        if (await changes.ChangeAsync(order, decide, cancellation).ConfigureAwait(false) is not { } done)
            return new Refusal.NotFound("order");
        return done.Outcome is { } refusal ? refusal : done.Order;
    }
}
