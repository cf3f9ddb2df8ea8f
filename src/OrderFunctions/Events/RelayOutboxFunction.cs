using System.Text.Json;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>
/// Publishes events as soon as their batch is written. Without the retry attribute a failed batch would be lost to the feed: its position
/// moves on whatever the function does. Documents of other kinds are passed over.
/// </summary>
public sealed class RelayOutboxFunction(RelayOutbox relay)
{
    [Function(nameof(RelayOutbox))]
    [ExponentialBackoffRetry(-1, "00:00:01", "00:00:30")]
    public async Task RunAsync(
        [CosmosDBTrigger("orders", "orders", Connection = "CosmosDB", LeaseContainerName = "leases", LeaseContainerPrefix = "relay",
            StartFromBeginning = true)]
        IReadOnlyList<JsonElement> documents,
        CancellationToken cancellation)
    {
        var result = await relay.RunAsync([.. documents.Select(OutboxDocument.Read).OfType<OutboxItem>()], cancellation);
        if (result.Failed > 0)
            throw new DependencyUnavailableException($"The topic order-events ({result.Failed} events not published)");
    }
}
