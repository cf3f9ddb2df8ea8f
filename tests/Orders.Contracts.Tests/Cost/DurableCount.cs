using LocalFunctions.Durable;

namespace Orders.Contracts.Tests.Cost;

/// <summary>What the orchestrations that there are have cost the durable task scheduler, told by their histories.</summary>
internal static class DurableCount
{
    public static async Task<Receipt> OfAllAsync(DurableTaskClient client)
    {
        var sum = new Receipt();
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery()))
            sum += Of(await client.GetOrchestrationHistoryAsync(instance.InstanceId));
        return sum;
    }

    private static Receipt Of(IList<HistoryEvent> history)
    {
        int Count(EventType type) => history.Count(entry => entry.EventType == type);
        return new Receipt
        {
            Starts = Count(EventType.ExecutionStarted),
            Activities = Count(EventType.TaskScheduled),
            Timers = Count(EventType.TimerCreated),
            Signals = Count(EventType.EventRaised),
            Turns = Count(EventType.OrchestratorStarted),
        };
    }
}
