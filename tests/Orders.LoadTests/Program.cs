using Orders.LoadTests;
using Orders.LoadTests.Report;
using Orders.LoadTests.Scenarios;
using Orders.LoadTests.Servers;
using Orders.LoadTests.Traffic;

if (args is [FloorServer.Command, "--document", var document, "--urls", var urls, "--data", var data])
    return await FloorServer.RunAsync(urls, data, document);

Dictionary<string, Func<Stage, Task<BenchmarkReport>>> scenarios = new(StringComparer.Ordinal)
{
    ["place"] = Place.RunAsync,
    ["paid"] = Paid.RunAsync,
    ["hot-read"] = HotRead.RunAsync,
    ["latency"] = Latency.RunAsync,
    ["sale"] = Sale.RunAsync,
    ["statistics"] = Statistics.RunAsync,
    ["sleepers"] = SleepingOrders.RunAsync,
    ["search"] = Search.RunAsync,
    ["smoke"] = Smoke.RunAsync,
};
var (options, error) = LoadOptions.Parse(args);
const string Every = "all";
if (options is null || !(scenarios.TryGetValue(options.Scenario, out var scenario) || options.Scenario == Every))
{
    await Console.Error.WriteLineAsync($"{error ?? "There is no such scenario."}\n\n{LoadOptions.Help}");
    return 2;
}

var folder = Directory.CreateTempSubdirectory("orders-load-");
try
{
    if (scenario is null)
    {
        await All.RunAsync(options, scenarios, folder.FullName);
        return 0;
    }

    await using var stage = new Stage(options, folder.FullName);
    var report = await scenario(stage);
    report.Print();
    if (options.Out is { } directory)
        report.Save(directory);
    return 0;
}
catch (LoadFailedException failed)
{
    await Console.Error.WriteLineAsync(failed.Message);
    return 1;
}
finally
{
    folder.Delete(recursive: true);
}
