using Orders.LoadTests.Traffic;

namespace OrderFunctions.LocalHost.Tests.Load;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.99, 990)]
    [InlineData(0.999, 999)]
    [InlineData(1, 1000)]
    public void Percentile_OfOneToAThousandMilliseconds_IsThatOne_WithinThreePerCent(double share, double milliseconds)
    {
        var histogram = new Histogram();
        for (var number = 1; number <= 1000; number++)
            histogram.Add(TimeSpan.FromMilliseconds(number));
        Assert.InRange(histogram.Percentile(share), milliseconds, milliseconds * 1.032);
        Assert.Equal(1000, histogram.MaxMilliseconds);
    }

    [Fact]
    public void EveryDuration_IsInABucketThatIsNoSmaller_AndHardlyLarger()
    {
        for (var micros = 1L; micros < 4_000_000_000; micros += 1 + (micros / 7))
        {
            var histogram = new Histogram();
            histogram.Add(TimeSpan.FromMicroseconds(micros));
            // Another one, so that the maximum does not stand for the bucket's edge.
            histogram.Add(TimeSpan.FromMicroseconds(uint.MaxValue));
            Assert.InRange(histogram.Percentile(0.5) * 1000, micros - 0.001, (micros * 1.032) + 1);
        }
    }

    [Fact]
    public void Merged_IsAsIfCountedInOne()
    {
        var (one, other, both) = (new Histogram(), new Histogram(), new Histogram());
        for (var number = 1; number <= 100; number++)
        {
            (number % 3 == 0 ? one : other).Add(TimeSpan.FromMilliseconds(number));
            both.Add(TimeSpan.FromMilliseconds(number));
        }

        one.Merge(other);
        Assert.Equal(both.Count, one.Count);
        Assert.Equal(both.Percentile(0.9), one.Percentile(0.9));
        Assert.Equal(both.MaxMilliseconds, one.MaxMilliseconds);
        Assert.Equal(0, new Histogram().Percentile(0.5));
    }
}
