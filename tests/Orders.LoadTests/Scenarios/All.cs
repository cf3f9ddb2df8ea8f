using Orders.LoadTests.Report;

namespace Orders.LoadTests.Scenarios;

/// <summary>One scenario after the other, each on servers and files of its own.</summary>
internal static class All
{
    private static readonly string[] Order = ["place", "paid", "latency", "hot-read", "sale", "statistics", "sleepers", "search"];

    public static async Task RunAsync(LoadOptions options, IReadOnlyDictionary<string, Func<Stage, Task<BenchmarkReport>>> scenarios, string folder)
    {
        var reports = new List<BenchmarkReport>();
        foreach (var name in Order)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            await using (var stage = new Stage(options.For(name), own))
                reports.Add(await scenarios[name](stage));
            reports[^1].Print();
            if (options.Out is { } directory)
                reports[^1].Save(directory);
            Directory.Delete(own, recursive: true);
        }

        BenchmarkReport.PrintGoals(reports);
        if (options.Out is { } all)
            BenchmarkReport.SaveAll(reports, all);
    }
}
