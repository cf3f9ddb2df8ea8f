using Microsoft.Extensions.Logging;

namespace Orders.Application.Events;

/// <summary>The second layer of publishing: events older than a minute, which the relay has lost or could not send.</summary>
public sealed class SweepOutbox(IOutbox outbox, RelayOutbox relay, OrderPolicy policy, TimeProvider clock, ILogger<SweepOutbox> log)
{
    private const int ItemsPerBatch = 200;
    private const int MostBatches = 10;

    public async Task<RelayResult> RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var before = now - policy.OutboxPatience;
        var sum = default(RelayResult);
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var items = await outbox.FindOlderThanAsync(before, ItemsPerBatch, cancellation).ConfigureAwait(false);
            if (batch == 0)
                OrderMetrics.OutboxAge.Record(items.Count == 0 ? 0 : (now - items[0].At).TotalSeconds);
            var result = await relay.RunAsync(items, cancellation).ConfigureAwait(false);
            sum += result;
            // What failed would be found again at once: the next run is soon enough.
            if (items.Count < ItemsPerBatch || result.Published == 0)
                break;
        }

        if (sum != default)
            log.OutboxSwept(sum.Published, sum.Failed, sum.Parked);
        return sum;
    }
}
