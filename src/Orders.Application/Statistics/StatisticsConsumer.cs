using Orders.Application.Events;

namespace Orders.Application.Statistics;

/// <summary>
/// Counts what events tell of. It needs no inbox: the port counts each fact of an order once, whichever event tells of it, so events may come twice, late
/// or out of order, and one that never comes is made good by the next of its order.
/// </summary>
public sealed class StatisticsConsumer(IStatistics statistics, StatisticsPolicy policy, TimeProvider clock)
{
    public const string Name = "statistics";

    /// <summary>What it wants to hear of: every save after which something has happened that had not before, and the last one of all.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        EventTypes.Placed, EventTypes.Paid, EventTypes.MoneyReceived, EventTypes.PartiallyShipped, EventTypes.Shipped, EventTypes.Completed, EventTypes.Cancelled,
        EventTypes.Refunded, EventTypes.CaseDifferencePaid, EventTypes.CaseCompleted, EventTypes.CaseRejected, EventTypes.CaseWithdrawn, EventTypes.CaseLapsed,
        EventTypes.CaseRefundFailed, EventTypes.Closed,
    ];

    /// <returns>Null: the event is done with.</returns>
    public async Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        if (!Types.Contains(envelope.Type))
            return null;
        var now = clock.GetUtcNow();
        var facts = CountableFacts.Of(OrderFacts.Of(envelope.Data), now - policy.Facts);
        if (facts.Count > 0)
            await statistics.CountAsync([new CountedOrder(envelope.Data.OrderId, facts)], envelope.Time, now, cancellation).ConfigureAwait(false);
        return null;
    }
}

/// <summary>Facts with what they add.</summary>
public static class CountableFacts
{
    /// <summary>Those since <paramref name="since"/>: of older ones nobody remembers whether they were counted.</summary>
    public static IReadOnlyList<CountedFact> Of(IEnumerable<OrderFact> facts, DateTimeOffset since) =>
        [.. facts.Where(fact => fact.At >= since).Select(FactCounts.Of)];
}
