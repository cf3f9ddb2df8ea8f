using OrderFunctions.Lifecycle;
using Orders.Application.Search;
using Orders.Workflows.Search;

namespace OrderFunctions.Search;

/// <summary>The rebuild of the search as a durable orchestration, one at a time. Made where a client is bound, and handed to the use case.</summary>
public sealed class DurableSearch(DurableTaskClient client) : ISearchProcess
{
    private readonly DurableInstances instances = new(client, nameof(RebuildSearch), signal: "");

    public Task StartAsync(DateTimeOffset at, CancellationToken cancellation) =>
        instances.TryStartAsync(RebuildSearch.Instance, new RebuildSearchInput(at), cancellation);

    public Task<bool> IsAliveAsync(CancellationToken cancellation) => instances.IsAliveAsync(RebuildSearch.Instance, cancellation);
}
