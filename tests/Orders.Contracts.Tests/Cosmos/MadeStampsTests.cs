using LocalFunctions.Time;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class MadeStampsTests
{
    /// <summary>On a clock that stands still, from many threads, and after it was set back: no two are one, and as texts they sort as they were drawn.</summary>
    [Fact]
    public async Task Stamps_GrowStrictly()
    {
        var clock = new LocalClock(Subject.Start, frozen: true);
        var stamps = new MadeStamps(clock);
        var drawn = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 200).Select(_ => CosmosJson.Sortable(stamps.Next())).ToList())));
        Assert.All(drawn, own => Assert.Equal(own.Order(StringComparer.Ordinal), own));
        Assert.Equal(1_600, drawn.SelectMany(own => own).Distinct().Count());
        Assert.True(string.CompareOrdinal(drawn.SelectMany(own => own).Max(StringComparer.Ordinal), CosmosJson.Sortable(stamps.Next())) < 0);
        clock.MoveTo(Subject.Start.AddMinutes(1));
        Assert.Equal(Subject.Start.AddMinutes(1), stamps.Next());
    }
}
