using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Azure.Resilience;
using Polly;

namespace Orders.Azure.Cosmos;

/// <summary>What guards the calls. All that runs in it may be repeated.</summary>
/// <param name="Calls">Of checkout and the lifecycle.</param>
/// <param name="Queries">Of search, statistics, reconciliation, reports and the audit, for staff and nightly jobs: with a circuit of its own, so that they may be slow without closing
/// the shop.</param>
/// <param name="Sums">Of a query that is one call however many documents it goes over.</param>
public sealed record CosmosPipelines(ResiliencePipeline Calls, ResiliencePipeline Queries, ResiliencePipeline Sums);

/// <summary>The database, and the only place that calls it: everything goes through a pipeline, and what says "away" comes out as the ports have it.</summary>
/// <param name="client">Made by <see cref="CosmosServices"/>; whoever made it ends it.</param>
/// <param name="database">Its name.</param>
/// <param name="pipelines">Guard every call.</param>
public sealed class CosmosDatabase(CosmosClient client, string database, CosmosPipelines pipelines)
{
    public CosmosPipelines Pipelines => pipelines;

    public CosmosDocuments this[string container] => new(this, client.GetContainer(database, container), pipelines.Calls);

    /// <summary>One that is for staff and nightly jobs, by <see cref="CosmosPipelines.Queries"/>; or what they ask of another.</summary>
    public CosmosDocuments ForReports(string container) => new(this, client.GetContainer(database, container), pipelines.Queries);

    /// <exception cref="DependencyUnavailableException">Unknown whether it happened.</exception>
    internal static async Task<T> RunAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
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
