using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Workflows;
using Orders.Workflows.AfterSales;

namespace OrderFunctions.Lifecycle;

/// <summary>
/// The processes of orders and cases as durable orchestrations: instance id = order id, or case id. A client exists only as a binding, so a function that
/// has one makes this and hands it to its use case.
/// </summary>
public sealed class DurableOrderProcess(DurableTaskClient client) : IOrderProcess
{
    private readonly DurableInstances orders = new(client, nameof(OrderLifecycle), OrderLifecycle.OrderChanged);
    private readonly DurableInstances cases = new(client, nameof(AfterSale), AfterSale.CaseChanged);

    public Task StartAsync(OrderRef order, CancellationToken cancellation) => orders.TryStartAsync(order.OrderId.Value, order, cancellation);

    public Task SignalAsync(OrderRef order, CancellationToken cancellation) => orders.SignalAsync(order.OrderId.Value, order, cancellation);

    public Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation) => orders.IsAliveAsync(order.OrderId.Value, cancellation);

    public Task SignalAsync(CaseRef @case, CancellationToken cancellation) => cases.SignalAsync(@case.CaseId.Value, @case, cancellation);

    public Task<bool> IsAliveAsync(CaseRef @case, CancellationToken cancellation) => cases.IsAliveAsync(@case.CaseId.Value, cancellation);
}
