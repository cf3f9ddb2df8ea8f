using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Polly;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>
/// The adapters on Cosmos DB, as the app registers them, through the SDK on a double of their own: two physical partitions a container, and the containers as
/// infra deploys them. Ports that have no such adapter keep the embedded one.
/// </summary>
internal static class CosmosSubject
{
    /// <summary>Everything goes through at once.</summary>
    public static readonly CosmosPipelines Unguarded = new(ResiliencePipeline.Empty, ResiliencePipeline.Empty, ResiliencePipeline.Empty);

    public static Subject Create() => Create(out _);

    public static Subject Create(out CosmosServer server, CosmosPipelines? pipelines = null)
    {
        var subject = Subject.OnMemory();
        var started = CosmosServer.StartAsync(subject.Clock).GetAwaiter().GetResult();
        var client = new CosmosClient(started.Endpoint.ToString(), CosmosServer.Key, new CosmosSettings { Options = new CosmosOptions { Mode = ConnectionMode.Gateway } }.ForClient());
        CosmosContainers.CreateAsync(client, CosmosContainers.DefaultDatabase, CancellationToken.None).GetAwaiter().GetResult();
        var database = new CosmosDatabase(client, CosmosContainers.DefaultDatabase, pipelines ?? Unguarded);
        server = started;
        return subject.On(services => services.AddSingleton(database).AddCosmosAdapters(), new Ending(client), started);
    }

    private sealed class Ending(CosmosClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
