using Orders.Application.Payments;
using Orders.Workflows.Tests.Statistics;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Payments;

/// <summary>Every night the days that are over and were not reconciled.</summary>
public sealed class ReconcileNightTests
{
    /// <summary>A host that was off for a week handles every day of it, the oldest first, and none twice.</summary>
    [Fact]
    public async Task TheNight_StartsEveryDaySinceTheLastThatWasCompleted()
    {
        using var world = new World();
        var tomorrow = Day.Date.AddDays(1);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(27));
        Assert.Equal([Day.Date], await NightAsync(world));
        Assert.Equal([], await NightAsync(world));

        await world.Host.AdvanceToAsync(TimeSpan.FromDays(8) + TimeSpan.FromHours(3));
        Assert.Equal(Enumerable.Range(0, 7).Select(tomorrow.AddDays), await NightAsync(world));
        Assert.Equal([], await NightAsync(world));
        foreach (var date in Enumerable.Range(0, 7).Select(tomorrow.AddDays))
            Assert.Equal(ReconciliationStatus.Completed, (await Day.ReportAsync(world, date))!.Status);
    }

    /// <summary>A new shop whose first night comes late: nobody has said yet through which day all is reconciled.</summary>
    [Fact]
    public async Task TheFirstNight_BeginsWithTheFirstDayOnWhichAnythingHappened()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.PumpAsync();
        await ReportDayTests.CountedAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromDays(4) + TimeSpan.FromHours(3));

        Assert.Equal(Enumerable.Range(0, 4).Select(Day.Date.AddDays), await NightAsync(world));
    }

    /// <summary>A run of a day that is not over yet does not stand for the whole day.</summary>
    [Fact]
    public async Task TheNight_RunsADayAgainThatWasRunBeforeItWasOver()
    {
        using var world = new World();
        await Day.RunAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(27));

        Assert.Equal([Day.Date], await NightAsync(world));
    }

    private static async Task<IReadOnlyList<DateOnly>> NightAsync(World world)
    {
        var started = await world.Use<StartReconciliations>().RunAsync(world.ReconciliationProcess, default);
        await world.Host.RunAsync();
        return started;
    }
}
