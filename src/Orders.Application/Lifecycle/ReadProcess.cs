using Orders.Domain;

namespace Orders.Application.Lifecycle;

/// <summary>Where the processes of an order and of its cases stand, for support and operators.</summary>
public sealed class ReadProcess(IOrderStore orders)
{
    public async Task<Result<OrderProcessView>> RunAsync(OrderId orderId, IProcessHistory histories, CancellationToken cancellation)
    {
        if (await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) is not { } place
            || await orders.FindAsync(place, cancellation).ConfigureAwait(false) is not { } order)
        {
            return new Refusal.NotFound("order");
        }

        var processes = new List<ProcessView> { await histories.FindAsync(orderId.Value, "order", cancellation).ConfigureAwait(false) };
        foreach (var @case in order.Cases)
            processes.Add(await histories.FindAsync(@case.CaseId.Value, "case", cancellation).ConfigureAwait(false));
        return new OrderProcessView(orderId.Value, processes);
    }
}
