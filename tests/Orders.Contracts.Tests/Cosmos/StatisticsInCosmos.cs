using System.Globalization;
using System.Net;
using Orders.Application;
using Orders.Application.Statistics;
using Orders.Contracts.Tests.Statistics;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Statistics;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class StatisticsInCosmos() : StatisticsContract(CosmosSubject.Create());

/// <summary>Facts that a batch doesn't hold, of two days or of many SKUs, count once whichever request is the last before a crash.</summary>
public sealed class CosmosStatisticsTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 0, 10, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public CosmosStatisticsTests() => subject = CosmosSubject.Create(out server);

    private IStatistics Statistics => subject.Port<IStatistics>();

    public void Dispose() => subject.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fact_OfManySkusAndTwoDays_CountsOnce_WhereverACountingDied(bool isDone)
    {
        var order = Paid(1, skus: OrderLimits.MostLines);
        var away = 0;
        for (var writes = 0; ; writes++)
        {
            var left = writes;
            server.Faults = request => request.What is "batch" && left-- == 0 ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: isDone) : null;
            try
            {
                await Statistics.CountAsync([order], At, At, None);
                break;
            }
            catch (DependencyUnavailableException)
            {
                // The next one dies later.
                away++;
            }
        }

        server.Faults = _ => null;
        Assert.True(away >= 2, "One batch would have held it.");
        Assert.Equal(0, await Statistics.CountAsync([order], At, At, None));
        Assert.Equal(1, (await Statistics.PulseAsync(None)).Changes);
        foreach (var (at, measure) in new[] { (At, Measure.Paid), (At.AddMinutes(-20), Measure.PaidOfPlaced) })
        {
            foreach (var grain in Enum.GetValues<StatGrain>())
            {
                var start = StatTimes.StartOf(grain, at);
                var span = new StatSpan(grain, start, start + StatTimes.LengthOf(grain));
                Assert.Equal(Tally.Of(measure), Assert.Single(await Statistics.ReadAsync(StatScope.Total, span, None)).Tally);
                var sum = await Statistics.SumAsync(StatScopeKind.Sku, [span], None);
                Assert.Equal(OrderLimits.MostLines, sum.Count);
                Assert.All(sum, sku => Assert.Equal(Tally.Of(measure), sku.Tally));
            }
        }
    }

    /// <summary>Amounts of money come back to the minor unit, and what comes to nothing is no bucket.</summary>
    [Fact]
    public async Task Amounts_AreAddedUpExactly()
    {
        for (var n = 0; n < 3; n++)
            await Statistics.CountAsync([new CountedOrder(Ref(n).OrderId, [new CountedFact("x", At, [new Count(StatScope.Total, At, Tally.Of(Measure.MoneyPaid, new Money(1_000_000_000_001, Euro)))])])], At, At, None);
        var day = StatTimes.StartOf(StatGrain.Day, At);
        var bucket = Assert.Single(await Statistics.ReadAsync(StatScope.Total, new StatSpan(StatGrain.Day, day, day.AddDays(1)), None));
        Assert.Equal(Tally.Of(Measure.MoneyPaid, new Money(3_000_000_000_003, Euro)), bucket.Tally);

        await Statistics.CountAsync([new CountedOrder(Ref(9).OrderId, [new CountedFact("y", At, [new Count(StatScope.Total, At, Tally.Of(Measure.MoneyPaid, new Money(-3_000_000_000_003, Euro)))])])], At, At, None);
        Assert.Empty(await Statistics.ReadAsync(StatScope.Total, new StatSpan(StatGrain.Day, day, day.AddDays(1)), None));
    }

    /// <summary>An event of a known minute: one read and one write.</summary>
    [Fact]
    public async Task Count_InBucketsThatAreThere_IsOneReadAndOneBatch()
    {
        await Statistics.CountAsync([StatisticsContract.Placed(1, At)], At, At, None);
        server.Forget();
        await Statistics.CountAsync([StatisticsContract.Placed(2, At)], At, At, None);
        Assert.Equal(["read", "batch"], server.Answered.Select(answered => answered.Request.What));
    }

    /// <summary>Paid at ten past midnight, placed twenty minutes before.</summary>
    private static CountedOrder Paid(int order, int skus)
    {
        var scopes = Enumerable.Range(0, skus).Select(n => StatScope.Of(Id.Parse<Sku>(string.Create(CultureInfo.InvariantCulture, $"sku-{n}")))).Append(StatScope.Total).ToList();
        return new CountedOrder(
            Ref(order).OrderId,
            [
                new CountedFact(
                    "Paid", At,
                    [
                        .. scopes.Select(scope => new Count(scope, At, Tally.Of(Measure.Paid))),
                        .. scopes.Select(scope => new Count(scope, At.AddMinutes(-20), Tally.Of(Measure.PaidOfPlaced))),
                    ]),
            ]);
    }
}
