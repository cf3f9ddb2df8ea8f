using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Access;

/// <summary>
/// Finds an order of which the caller names only the number, if it is the caller's to see. Another's order looks like none: null. A buyer's own
/// orders lie in the buyer's partition, so only staff and carriers pay for a look across partitions.
/// </summary>
public sealed class OrderAccess(IOrderStore orders)
{
    /// <summary>The caller's own order, or any for staff.</summary>
    public async Task<Order?> FindAsync(Caller caller, OrderId orderId, CancellationToken cancellation)
    {
        if (!caller.IsStaff)
            return await FindOwnAsync(caller, orderId, cancellation).ConfigureAwait(false);
        return await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) is { } place
            ? await orders.FindAsync(place, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>The caller's own order, whatever else the caller may see.</summary>
    public Task<Order?> FindOwnAsync(Caller caller, OrderId orderId, CancellationToken cancellation) =>
        orders.FindAsync(new OrderRef(caller.UserId, orderId), cancellation);

    /// <summary>Where any order is, for callers with one of these roles; null for others.</summary>
    public async Task<OrderRef?> LocateForAsync(Caller caller, OrderId orderId, Role[] roles, CancellationToken cancellation) =>
        roles.Any(caller.Is) ? await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) : null;
}
