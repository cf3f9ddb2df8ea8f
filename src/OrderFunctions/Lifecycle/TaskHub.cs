using Orders.Application.Access;

namespace OrderFunctions.Lifecycle;

/// <summary>
/// The durable task hub, looked at by asking for an instance that never is. Orders are placed without it: their events start the processes later, and sweeps do.
/// </summary>
internal sealed class TaskHub(DurableTaskClient client) : IDependency
{
    private const string NeverThere = "health";

    public string Name => "task-hub";

    public bool IsNeeded => false;

    public async Task<DependencyState> LookAsync(CancellationToken cancellation)
    {
        await DurableInstances.AskAsync(() => client.GetInstanceAsync(NeverThere, cancellation));
        return DependencyState.Healthy;
    }
}
