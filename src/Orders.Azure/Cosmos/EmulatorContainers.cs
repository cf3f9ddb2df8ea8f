using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Hosting;
using Orders.Application;
using Orders.Azure.Resilience;

namespace Orders.Azure.Cosmos;

/// <summary>The emulator begins empty: the app makes its containers there before anything else. In an account infra makes them, and the app may not.</summary>
internal sealed class EmulatorContainers(CosmosClient client, CosmosSettings settings) : IHostedService
{
    /// <exception cref="DependencyUnavailableException">The emulator doesn't answer; the message says what to type.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CosmosContainers.CreateAsync(client, settings.Options.Database, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception away) when (away is HttpRequestException || CosmosErrors.IsTransient(away))
        {
            throw new DependencyUnavailableException($"The emulator of Cosmos DB at {client.Endpoint} (docker compose up --detach --wait starts it)", away);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
