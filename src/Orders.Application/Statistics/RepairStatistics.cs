namespace Orders.Application.Statistics;

/// <summary>
/// Counts the facts of a part of a day that the live statistics miss. They come from the store, by the same way as from events: so none counts twice,
/// whatever is on its way meanwhile.
/// </summary>
public sealed class RepairStatistics(DayFacts dayFacts, IStatistics statistics, StatisticsPolicy policy, TimeProvider clock)
{
    private const int OrdersAtOnce = 100;

    /// <returns>How many facts were missing.</returns>
    public async Task<int> RunAsync(ReportPart part, CancellationToken cancellation)
    {
        var (day, now, missing) = (new ReportDate(part.Date), clock.GetUtcNow(), 0);
        var facts = await dayFacts.ReadAsync(day, part.Part, cancellation).ConfigureAwait(false);
        var orders = from fact in facts
                     where fact.At >= now - policy.Facts
                     group FactCounts.Of(fact) by fact.OrderId
                     into ofOrder
                     select new CountedOrder(ofOrder.Key, [.. ofOrder]);
        foreach (var chunk in orders.Chunk(OrdersAtOnce))
            missing += await statistics.CountAsync(chunk, eventAt: null, now, cancellation).ConfigureAwait(false);
        return missing;
    }
}
