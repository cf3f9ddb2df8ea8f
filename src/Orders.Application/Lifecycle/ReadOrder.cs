using Orders.Application.Access;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>One order, for its buyer or staff. Another's is <see cref="Refusal.NotFound"/>.</summary>
public sealed class ReadOrder(OrderAccess access, IOrderStore orders)
{
    public async Task<Result<Order>> RunAsync(Caller caller, OrderId orderId, CancellationToken cancellation) =>
        await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is { } order ? order : new Refusal.NotFound("order");

    public async Task<Result<Order>> RunAsync(Caller caller, OrderRef order, CancellationToken cancellation) =>
        caller.MaySee(order) && await orders.FindAsync(order, cancellation).ConfigureAwait(false) is { } found ? found : new Refusal.NotFound("order");
}
