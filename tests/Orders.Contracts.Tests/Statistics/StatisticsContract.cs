using Orders.Application.Statistics;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain.Statistics;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Statistics;

/// <summary>What every keeper of live statistics must do.</summary>
public abstract class StatisticsContract(Subject subject) : ContractTests(subject)
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 34, 56, TimeSpan.Zero);
    private static readonly StatScope MugScope = StatScope.Of(Mug);

    private IStatistics Statistics => Subject.Port<IStatistics>();

    [Fact]
    public async Task Count_IsReadInMinuteHourAndDay_AndKept()
    {
        Assert.Equal(1, await CountAsync(Placed(1, At)));
        await Subject.RestartAsync();
        foreach (var grain in Enum.GetValues<StatGrain>())
        {
            var bucket = Assert.Single(await Statistics.ReadAsync(StatScope.Total, SpanOf(grain), None));
            Assert.Equal((StatTimes.StartOf(grain, At), Tally.Of(Measure.Placed)), (bucket.At, bucket.Tally));
            Assert.Equal(Tally.Of(Measure.Placed), Assert.Single(await Statistics.SumAsync(StatScopeKind.Sku, [SpanOf(grain)], None)).Tally);
        }

        Assert.Empty(await Statistics.ReadAsync(StatScope.Of(Pot), SpanOf(StatGrain.Day), None));
        Assert.Empty(await Statistics.SumAsync(StatScopeKind.Sale, [SpanOf(StatGrain.Day)], None));
    }

    [Fact]
    public async Task Count_OfTheSameFactAgain_CountsOnce()
    {
        for (var n = 0; n < 3; n++)
            Assert.Equal(n == 0 ? 1 : 0, await CountAsync(Placed(1, At)));
        Assert.Equal(1, await TotalAsync(Measure.Placed));
    }

    [Fact]
    public async Task Count_OfKnownAndNewFactsTogether_CountsTheNew()
    {
        await CountAsync(Placed(1, At));
        Assert.Equal(1, await CountAsync(new CountedOrder(Ref(1).OrderId, [FactOf("Placed", Measure.Placed, At), FactOf("Paid", Measure.Paid, At)])));
        Assert.Equal(0, await CountAsync(new CountedOrder(Ref(1).OrderId, [FactOf("Paid", Measure.Paid, At)])));
        Assert.Equal((1, 1), (await TotalAsync(Measure.Placed), await TotalAsync(Measure.Paid)));
    }

    [Fact]
    public async Task Count_OfManyOrders_IsOneSum()
    {
        Assert.Equal(5, await CountAsync([.. Enumerable.Range(0, 5).Select(n => Placed(n, At)), Placed(0, At)]));
        Assert.Equal(5, await TotalAsync(Measure.Placed));
    }

    [Fact]
    public async Task Count_LandsInItsOwnTime_HoweverLate()
    {
        await CountAsync(Placed(1, At));
        await CountAsync(Placed(2, At.AddHours(-30)));
        var days = await Statistics.ReadAsync(StatScope.Total, new StatSpan(StatGrain.Day, At.Date.AddDays(-3).ToUniversalTime(), StatTimes.StartOf(StatGrain.Day, At).AddDays(1)), None);
        Assert.Equal([StatTimes.StartOf(StatGrain.Day, At.AddHours(-30)), StatTimes.StartOf(StatGrain.Day, At)], days.Select(day => day.At));
    }

    [Fact]
    public async Task Counts_AtOnce_AreAllThere_AndEachOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => CountAsync(Placed(n % 16, At)))));
        Assert.Equal(16, await TotalAsync(Measure.Placed));
        Assert.Equal(16, (await Statistics.PulseAsync(None)).Changes);
    }

    [Fact]
    public async Task Sum_IsOverAllTheTimes()
    {
        await CountAsync(Placed(1, At));
        await CountAsync(Placed(2, At.AddMinutes(1)));
        await CountAsync(Placed(3, At.AddHours(3)));
        var minute = StatTimes.StartOf(StatGrain.Minute, At);
        var hour = StatTimes.StartOf(StatGrain.Hour, At.AddHours(3));
        var sum = await Statistics.SumAsync(
            StatScopeKind.Sku, [new(StatGrain.Minute, minute, minute.AddMinutes(1)), new(StatGrain.Hour, hour, hour.AddHours(1))], None);
        Assert.Equal((MugScope, 2L), (Assert.Single(sum).Scope, sum[0].Tally[Measure.Placed]));
    }

    [Fact]
    public async Task Pulse_TellsOfWhatWasCounted_AndOfNothingElse()
    {
        Assert.Equal(new StatPulse(0, null, null), await Statistics.PulseAsync(None));
        await CountAsync(Placed(1, At));
        Assert.Equal(new StatPulse(1, At, At.AddSeconds(2)), await Statistics.PulseAsync(None));
        await CountAsync(Placed(1, At));
        Assert.Equal(1, (await Statistics.PulseAsync(None)).Changes);

        // Without an event the time of the last one stays.
        await Statistics.CountAsync([Placed(2, At)], eventAt: null, At.AddDays(1), None);
        Assert.Equal(new StatPulse(2, At, At.AddSeconds(2)), await Statistics.PulseAsync(None));
    }

    [Fact]
    public async Task Purge_ForgetsWhatIsOlder_InBites()
    {
        for (var n = 0; n < 4; n++)
            await CountAsync(Placed(n, At.AddMinutes(-n)));
        await CountAsync(Placed(9, At.AddDays(2)));
        var horizons = new StatHorizons(At.AddDays(1), At.AddDays(-1), At.AddDays(-1), At.AddDays(1));
        var gone = 0;
        for (var bite = await Statistics.PurgeAsync(horizons, 3, None); bite > 0; bite = await Statistics.PurgeAsync(horizons, 3, None))
        {
            Assert.True(bite <= 3);
            gone += bite;
        }

        // A minute of the total and one of the SKU for each, and which facts of each were counted.
        Assert.Equal(4 * 2 + 4, gone);
        Assert.Empty(await Statistics.ReadAsync(StatScope.Total, SpanOf(StatGrain.Minute), None));
        Assert.Equal(4, await TotalAsync(Measure.Placed));
        Assert.Equal(0, await CountAsync(Placed(9, At.AddDays(2))));
    }

    internal static CountedOrder Placed(int order, DateTimeOffset at) => new(Ref(order).OrderId, [FactOf("Placed", Measure.Placed, at)]);

    private static CountedFact FactOf(string key, Measure measure, DateTimeOffset at) =>
        new(key, at, [new Count(StatScope.Total, at, Tally.Of(measure)), new Count(MugScope, at, Tally.Of(measure))]);

    private static StatSpan SpanOf(StatGrain grain)
    {
        var day = StatTimes.StartOf(StatGrain.Day, At);
        return new StatSpan(grain, day, day.AddDays(1));
    }

    private Task<int> CountAsync(params CountedOrder[] orders) => Statistics.CountAsync(orders, At, At.AddSeconds(2), None);

    private async Task<long> TotalAsync(Measure measure) =>
        (await Statistics.ReadAsync(StatScope.Total, SpanOf(StatGrain.Day), None)).Sum(bucket => bucket.Tally[measure]);
}

public sealed class StatisticsInMemory() : StatisticsContract(Subject.OnMemory());

public sealed class StatisticsInFile() : StatisticsContract(Subject.OnFile());
