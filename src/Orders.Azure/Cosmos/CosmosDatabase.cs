using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Azure.Resilience;
using Polly;

namespace Orders.Azure.Cosmos;

/// <summary>The database, and the only place that calls it: everything goes through the pipeline, and what says "away" comes out as the ports have it.</summary>
/// <param name="client">Made by <see cref="CosmosServices"/>; whoever made it ends it.</param>
/// <param name="database">Its name.</param>
/// <param name="pipeline">Guards every call. All that runs in it may be repeated.</param>
public sealed class CosmosDatabase(CosmosClient client, string database, ResiliencePipeline pipeline)
{
    public CosmosDocuments this[string container] => new(this, client.GetContainer(database, container));

    /// <exception cref="DependencyUnavailableException">Unknown whether it happened.</exception>
    internal async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await call(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (CosmosErrors.IsAway(failure))
        {
            throw new DependencyUnavailableException("Cosmos DB", failure);
        }
    }
}
