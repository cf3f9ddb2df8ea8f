using Orders.Application;
using Orders.Application.Events;
using Orders.Workflows.Events;

namespace OrderFunctions.Events;

/// <summary>Redrives as durable orchestrations. Made where a client is bound, and handed to the use case.</summary>
public sealed class DurableRedrives(DurableTaskClient client) : IRedriveProcess
{
    private readonly Lifecycle.DurableInstances instances = new(client, nameof(RedriveDeadLetters), signal: "");

    public Task StartAsync(RedrivePlan plan, CancellationToken cancellation) => instances.TryStartAsync(plan.RedriveId, plan, cancellation);

    public async Task<RedriveState?> FindAsync(string redriveId, CancellationToken cancellation)
    {
        if (await Lifecycle.DurableInstances.AskAsync(() => client.GetInstanceAsync(redriveId, getInputsAndOutputs: true, cancellation)) is not { } instance
            || instance.Name != nameof(RedriveDeadLetters) || instance.ReadInputAs<RedrivePlan>() is not { } plan)
        {
            return null;
        }

        return new RedriveState(
            plan, instance.ReadCustomStatusAs<RedriveProgress>() ?? plan.Progress, StatusOf(instance), instance.IsCompleted ? instance.LastUpdatedAt : null);
    }

    private static string StatusOf(OrchestrationMetadata instance) =>
        !instance.IsCompleted ? "running" : instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? "completed" : "failed";
}
