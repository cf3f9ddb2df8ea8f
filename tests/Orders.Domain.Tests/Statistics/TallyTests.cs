using FsCheck;
using FsCheck.Fluent;
using Orders.Domain.Statistics;
using Xunit;

namespace Orders.Domain.Tests.Statistics;

public sealed class TallyTests
{
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");
    private static readonly Currency Yen = Id.Parse<Currency>("JPY");

    [Fact]
    public void Sums_AddUp_ByMeasureAndCurrency()
    {
        var sum = Tally.Of(Measure.Placed, 2) + Tally.Of(Measure.MoneyPaid, new Money(5, Yen)) + Tally.Of(Measure.Placed) + Tally.Of(Measure.MoneyPaid, new Money(7, Euro));

        Assert.Equal((3, 0, 5, 7), (sum[Measure.Placed], sum[Measure.Paid], sum[Measure.MoneyPaid, Yen], sum[Measure.MoneyPaid, Euro]));
        Assert.Equal([Euro, Yen], sum.Currencies);
        Assert.Equal("Placed 3, MoneyPaid EUR 7, MoneyPaid JPY 5", sum.ToString());
        Assert.True((sum - sum).IsEmpty);
        Assert.Equal(0, sum.Without(Measure.Placed)[Measure.Placed]);
    }

    [Fact]
    public void ASumThatDoesNotFit_IsAnError() =>
        Assert.Throws<OverflowException>(() => Tally.Of(Measure.Placed, long.MaxValue) + Tally.Of(Measure.Placed));

    [Theory]
    [InlineData("AAA")]
    [InlineData("EUR")]
    [InlineData("ZZZ")]
    public void EveryCurrency_HasAPlace(string name)
    {
        var money = new Money(-1, Id.Parse<Currency>(name));

        Assert.Equal(-1, Tally.Read(Tally.Of(Measure.MoneyPaid, money).ToBytes())[Measure.MoneyPaid, money.Currency]);
        Assert.Equal(money.Currency, Assert.Single(Tally.Of(Measure.MoneyPaid, money).Currencies));
    }

    [Fact]
    public void WhatIsWritten_IsRead() => Holds(Counts, counts =>
    {
        var tally = Tally.Sum(counts.DistinctBy(count => count.Measure).Select(count => Tally.Of((Measure)count.Measure, count.Value)));
        return Tally.Read(tally.ToBytes()).Equals(tally);
    });

    /// <summary>Whatever order a store gives them back in, zeros included.</summary>
    [Fact]
    public void Entries_MakeTheSameTally() => Holds(Counts, counts =>
    {
        var tally = Tally.Sum(counts.DistinctBy(count => count.Measure).Select(count => Tally.Of((Measure)count.Measure, count.Value)));
        return Tally.Of(tally.Entries.Reverse().Append((int.MaxValue, 0L))).ToBytes().AsSpan().SequenceEqual(tally.ToBytes());
    });

    /// <summary>In any order and any grouping: what minutes say, hours and days say too.</summary>
    [Fact]
    public void Sums_DoNotAskForTheOrder() => Holds(Counts, counts =>
    {
        var parts = counts.Select(count => Tally.Of((Measure)count.Measure, count.Value % 1_000_000)).ToList();
        var grouped = Tally.Sum(parts.Skip(parts.Count / 3)) + Tally.Sum(parts.Take(parts.Count / 3));
        return grouped.Equals(Tally.Sum(parts.AsEnumerable().Reverse())) && grouped.ToBytes().AsSpan().SequenceEqual(Tally.Sum(parts).ToBytes());
    });

    [Fact]
    public void BytesThatAreCut_AreNoTally()
    {
        var bytes = Tally.Of(Measure.TimeToPay, 1_000_000).ToBytes();

        Assert.Throws<FormatException>(() => Tally.Read(bytes.AsSpan(0, bytes.Length - 1)));
    }

    /// <summary>The stated error: whatever the duration, what is told back is off by at most 2.5 %.</summary>
    [Fact]
    public void ADuration_IsToldBackNearly() => Holds(Gen.Choose(0, 1_000_000).ToArbitrary(), millionths =>
    {
        var seconds = 0.1 * Math.Pow(10 * 366 * 86_400.0 / 0.1, millionths / 1_000_000.0);
        var told = DurationSlots.SecondsOf(DurationSlots.Of(TimeSpan.FromSeconds(seconds)));
        return Math.Abs(told - seconds) <= DurationSlots.MostError * seconds;
    });

    [Fact]
    public void DurationsBeyondTheRange_CountAtItsEnds()
    {
        Assert.Equal(0, DurationSlots.Of(TimeSpan.FromSeconds(-5)));
        Assert.Equal(0, DurationSlots.Of(TimeSpan.Zero));
        Assert.Equal(DurationSlots.Count - 1, DurationSlots.Of(TimeSpan.MaxValue));
        Assert.True(Measure.TimeToPay + DurationSlots.Count < Measure.TimeToShip);
    }

    /// <summary>Against the percentiles of the durations themselves.</summary>
    [Fact]
    public void Percentiles_AreThoseOfTheDurations() => Holds(Gen.ListOf(Gen.Choose(0, 100_000)).ToArbitrary(), milliseconds =>
    {
        var durations = milliseconds.Select(ms => TimeSpan.FromMilliseconds(100 + ms)).Order().ToList();
        var tally = Tally.Sum(durations.Select(duration => Tally.Of(Measure.TimeToPay + DurationSlots.Of(duration))));
        return new[] { 0.01, 0.5, 0.9, 0.99, 1 }.All(share => durations.Count == 0
            ? DurationSlots.Percentile(tally, Measure.TimeToPay, share) is null
            : Math.Abs(DurationSlots.Percentile(tally, Measure.TimeToPay, share)!.Value / durations[(int)Math.Ceiling(share * durations.Count) - 1].TotalSeconds - 1)
                <= DurationSlots.MostError);
    });

    private static Arbitrary<(int Measure, long Value)[]> Counts =>
        Gen.ArrayOf(Gen.Choose(1, 3_000).Zip(Gen.Choose(int.MinValue, int.MaxValue)).Select(pair => (pair.Item1, pair.Item2 * 1_000_003L))).ToArbitrary();

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(values, property));
}
