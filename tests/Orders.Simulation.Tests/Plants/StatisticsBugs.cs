using Orders.Application.Statistics;

namespace Orders.Simulation.Tests.Plants;

internal sealed class CountingPerCall(IStatistics inner) : IStatistics
{
    private int calls;

    public Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation)
    {
        var call = ++calls;
        return inner.CountAsync(
            [.. orders.Select(order => order with { Facts = [.. order.Facts.Select(fact => fact with { Key = $"{fact.Key}-{call}" })] })], eventAt, now, cancellation);
    }

    public Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation) => inner.ReadAsync(scope, span, cancellation);

    public Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation) =>
        inner.SumAsync(kind, spans, cancellation);

    public Task<StatPulse> PulseAsync(CancellationToken cancellation) => inner.PulseAsync(cancellation);

    public Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
}
