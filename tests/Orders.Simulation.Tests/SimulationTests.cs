using System.Globalization;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>
/// Longer runs: <c>ORDERS_SIM_SEED</c> runs one seed or several (<c>12</c>, <c>100-140</c>) instead, <c>ORDERS_SIM_ORDERS</c> sets the orders of each run.
/// </summary>
public abstract class SimulationTests(ITestOutputHelper output)
{
    private const int OrdersPerSeed = 136;

    protected async Task RunAsync(int seed)
    {
        var report = await Simulation.RunAsync(new SimulationOptions(seed) { Orders = Setting("ORDERS_SIM_ORDERS") is { } orders ? Number(orders) : OrdersPerSeed });
        output.WriteLine(report.ToString());
        Assert.True(report.Violations.Count == 0, report.ToString());
        Assert.True(Setting("ORDERS_SIM_ORDERS") is not null || report is { Restarts: > 0, Lost: > 0 }, "Nothing went wrong, so nothing was shown.");
    }

    /// <param name="seeds">What runs without a setting.</param>
    /// <param name="isFirst">The half that a setting is for; the other runs its seeds all the same.</param>
    protected static TheoryData<int> Seeds(IEnumerable<int> seeds, bool isFirst) => Setting("ORDERS_SIM_SEED") is not { } wanted ? [.. seeds]
        : !isFirst ? [.. seeds.Take(1)]
        : wanted.Split('-') is [var first, var last] ? [.. Enumerable.Range(Number(first), Number(last) - Number(first) + 1)]
        : [Number(wanted)];

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>Half of the 1,100 orders, each with all that can happen to it; two classes, for two cores.</summary>
public sealed class FirstSimulations(ITestOutputHelper output) : SimulationTests(output)
{
    public static TheoryData<int> AllSeeds => Seeds([1, 2, 3, 4], isFirst: true);

    [Theory]
    [MemberData(nameof(AllSeeds))]
    public Task Shop_UnderFaultsCrashesAndRaces_KeepsEveryPromise(int seed) => RunAsync(seed);
}

/// <summary>The other half.</summary>
public sealed class SecondSimulations(ITestOutputHelper output) : SimulationTests(output)
{
    public static TheoryData<int> AllSeeds => Seeds([5, 6, 7, 8], isFirst: false);

    [Theory]
    [MemberData(nameof(AllSeeds))]
    public Task Shop_UnderFaultsCrashesAndRaces_KeepsEveryPromise(int seed) => RunAsync(seed);
}
