using Orders.Application;
using Orders.Application.Payments;
using Orders.Workflows;

namespace OrderFunctions.Payments;

/// <summary>The run of a day as a durable orchestration: one instance per day. Made where a client is bound, and handed to the use case.</summary>
public sealed class DurableReconciliation(DurableTaskClient client) : IReconciliationProcess
{
    public async Task StartAsync(DateOnly date, CancellationToken cancellation)
    {
        var instance = ReconcileDay.InstanceOf(date);
        var options = new StartOrchestrationOptions(instance).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(ReconcileDay), new ReconcileDayInput(date), options, cancellation);
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            // "Already exists" has another type in each generation of the SDK, so the engine is asked rather than the exception.
            if (!await IsAliveAsync(instance, cancellation))
                throw new DependencyUnavailableException("The durable task hub", refused);
        }
    }

    private async Task<bool> IsAliveAsync(string instance, CancellationToken cancellation)
    {
        try
        {
            return await client.GetInstanceAsync(instance, cancellation) is { IsCompleted: false };
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            throw new DependencyUnavailableException("The durable task hub", away);
        }
    }
}
