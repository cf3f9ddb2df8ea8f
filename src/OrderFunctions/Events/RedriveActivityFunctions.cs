using Orders.Application.Events;
using Orders.Workflows.Events;

namespace OrderFunctions.Events;

/// <summary>The activities of a redrive: each is one step of its use case.</summary>
public sealed class RedriveActivityFunctions(RedriveStep step)
{
    [Function(RedriveActivities.PickDeadLetters)]
    public Task<RedrivePick> PickAsync([ActivityTrigger] RedrivePlan plan, CancellationToken cancellation) => step.PickAsync(plan, cancellation);

    [Function(RedriveActivities.SendDeadLettersBack)]
    public Task<int> SendBackAsync([ActivityTrigger] IReadOnlyList<string> ids, CancellationToken cancellation) => step.RunAsync(ids, cancellation);
}
