using Microsoft.Extensions.Logging;

namespace Orders.Application.Events;

/// <summary>What a relay came to, in items.</summary>
/// <param name="Published">At the broker, and out of the outbox.</param>
/// <param name="Failed">Still to be published: try again.</param>
/// <param name="Waiting">An earlier item of their order goes first; the sweep finds both.</param>
/// <param name="Parked">Given up with an alert.</param>
public readonly record struct RelayResult(int Published, int Failed, int Waiting, int Parked)
{
    public static RelayResult operator +(RelayResult left, RelayResult right) =>
        new(left.Published + right.Published, left.Failed + right.Failed, left.Waiting + right.Waiting, left.Parked + right.Parked);
}

/// <summary>
/// Publishes events, in order per order, each at least once: it is deleted only after the broker has it. Orders don't wait for each
/// other, and an item that nothing can publish is parked, so that it does not hold up the rest for ever.
/// </summary>
public sealed class RelayOutbox(IOutbox outbox, IEventPublisher publisher, ILogger<RelayOutbox> log)
{
    /// <summary>Failures after which an item is parked.</summary>
    public const int ParkAt = 20;

    /// <param name="items">As they came; at most some hundreds, for their orders are relayed side by side.</param>
    public async Task<RelayResult> RunAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(items
            .GroupBy(item => item.Order.OrderId)
            .Select(order => RelayOrderAsync([.. order.OrderBy(item => item.Sequence)], cancellation))).ConfigureAwait(false);
        return results.Aggregate(default(RelayResult), (sum, result) => sum + result);
    }

    private async Task<RelayResult> RelayOrderAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellation)
    {
        var sum = default(RelayResult);
        foreach (var item in items)
        {
            // Read for each item, not once: a duplicate or a sweep may have come between.
            if (item.Sequence > 1 && await outbox.HasEarlierAsync(item, cancellation).ConfigureAwait(false))
                sum += new RelayResult(0, 0, Waiting: 1, 0);
            else
                sum += await PublishAsync(item, cancellation).ConfigureAwait(false);
        }

        return sum;
    }

    private async Task<RelayResult> PublishAsync(OutboxItem item, CancellationToken cancellation)
    {
        using var span = OrderTracing.Publish(item);
        try
        {
            await publisher.PublishAsync(item, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            span.Failed(failure);
            // Whatever it is, broker away or an item that no broker takes: counted, so that it ends.
            var failures = await outbox.CountFailureAsync(item, failure.Message, ParkAt, cancellation).ConfigureAwait(false);
            if (failures < ParkAt)
                return new RelayResult(0, Failed: 1, 0, 0);
            OrderMetrics.OutboxParked.Add(1, OrderMetrics.By("order.event", item.Type));
            log.EventParked(failure, item.Order.OrderId.Value, item.Id, failures);
            return new RelayResult(0, 0, 0, Parked: 1);
        }

        await outbox.DeleteAsync(item, cancellation).ConfigureAwait(false);
        return new RelayResult(Published: 1, 0, 0, 0);
    }
}
