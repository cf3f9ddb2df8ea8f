using System.Globalization;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>
/// Longer runs: <c>ORDERS_SIM_SEED</c> runs one seed alone, <c>ORDERS_SIM_ORDERS</c> sets the orders of each run.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 8;
    private const int OrdersPerSeed = 260;

    public static TheoryData<int> AllSeeds =>
        [.. Setting("ORDERS_SIM_SEED") is { } one ? [one] : Enumerable.Range(1, Seeds)];

    [Theory]
    [MemberData(nameof(AllSeeds))]
    public async Task Shop_UnderFaultsCrashesAndRaces_KeepsEveryPromise(int seed)
    {
        var report = await Simulation.RunAsync(new SimulationOptions(seed) { Orders = Setting("ORDERS_SIM_ORDERS") ?? OrdersPerSeed });
        output.WriteLine(report.ToString());
        Assert.True(report.Violations.Count == 0, report.ToString());
        Assert.True(report is { Restarts: > 0, Lost: > 0 }, "Nothing went wrong, so nothing was shown.");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
