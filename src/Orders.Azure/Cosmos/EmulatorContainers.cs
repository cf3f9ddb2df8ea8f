using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Hosting;

namespace Orders.Azure.Cosmos;

/// <summary>The emulator begins empty: the app makes its containers there before anything else. In an account infra makes them, and the app may not.</summary>
internal sealed class EmulatorContainers(CosmosClient client, CosmosSettings settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => CosmosContainers.CreateAsync(client, settings.Options.Database, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
