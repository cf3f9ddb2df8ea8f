using Orders.Application;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Workflows;

namespace OrderFunctions.Lifecycle;

/// <summary>
/// The order process as a durable orchestration: instance id = order id. A client exists only as a binding, so a function that has one
/// makes this and hands it to its use case.
/// </summary>
public sealed class DurableOrderProcess(DurableTaskClient client) : IOrderProcess
{
    public Task StartAsync(OrderRef order, CancellationToken cancellation) => TryStartAsync(order, cancellation);

    public async Task SignalAsync(OrderRef order, CancellationToken cancellation)
    {
        // Alive is the usual case. One that is not yet begins with a look, so it needs no event.
        if (await IsAliveAsync(order, cancellation) || !await TryStartAsync(order, cancellation))
            await CallAsync(() => client.RaiseEventAsync(order.OrderId.Value, OrderLifecycle.OrderChanged, eventPayload: null, cancellation));
    }

    public async Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation)
    {
        var alive = false;
        await CallAsync(async () => alive = await client.GetInstanceAsync(order.OrderId.Value, cancellation) is { IsCompleted: false });
        return alive;
    }

    /// <summary>False when one is alive: a live instance is never replaced.</summary>
    private async Task<bool> TryStartAsync(OrderRef order, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions(order.OrderId.Value).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(OrderLifecycle), order, options, cancellation);
            return true;
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            // "Already exists" has another type in each generation of the SDK, so the engine is asked rather than the exception.
            if (await IsAliveAsync(order, cancellation))
                return false;
            throw new DependencyUnavailableException("The durable task hub", refused);
        }
    }

    /// <summary>The edge to somebody else's client, which throws whatever its transport throws; a port says one thing for "away".</summary>
    private static async Task CallAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            throw new DependencyUnavailableException("The durable task hub", away);
        }
    }
}
