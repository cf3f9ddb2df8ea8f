using Microsoft.Extensions.Configuration;
using Orders.Application.Access;
using Orders.Workflows;

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

    /// <summary>
    /// Whether this app works on the hub. In a split deployment one does; in the others the orchestrations are disabled, and their identities may not even ask the hub.
    /// </summary>
    public static bool IsOurs(IConfiguration configuration) =>
        !IsTrue(configuration[$"AzureWebJobs.{nameof(OrderLifecycle)}.Disabled"]) && !IsTrue(configuration[$"AzureWebJobs_{nameof(OrderLifecycle)}_Disabled"]);

    /// <summary>As the Functions host takes it: true or 1. Linux' plans may write the setting's dots as underscores.</summary>
    private static bool IsTrue(string? setting) => string.Equals(setting, "true", StringComparison.OrdinalIgnoreCase) || setting == "1";
}
