using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orders.Application;
using Orders.Application.Statistics;
using Orders.LoadTests.Report;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>
/// A day of orders: counting its events, asking for the live statistics with all of it there, and its report. In one process, without HTTP and bus around
/// it; every commit waits for the disk.
/// </summary>
internal static class Statistics
{
    private const int Questions = 500;

    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var (options, folder) = (stage.Options, stage.FolderOf("counted"));
        var report = new BenchmarkReport(options);
        using (var filling = new CountedDay(folder, durable: false, options.Orders, options.Skus))
            await Stage.ShowAsync($"Storing {options.Orders:N0} orders", show => Done(filling.FillAsync(show)));
        using var day = new CountedDay(folder, durable: true, options.Orders, options.Skus);

        var watch = Stopwatch.StartNew();
        var events = await Stage.ShowAsync("Counting their events", day.CountAsync);
        report.Notes.Add(Text($"{events} events of {options.Orders} orders counted in {watch.Elapsed.TotalSeconds:0.0} s: {events / watch.Elapsed.TotalSeconds:0} a second."));

        await AskAsync(day, report, "the last hour by minutes", new LiveStatisticsRequest("PT1H", "minute", null, null));
        await AskAsync(day, report, "the last day by hours", new LiveStatisticsRequest("P1D", "hour", null, null));
        await AskAsync(day, report, "seven days by days", new LiveStatisticsRequest("P7D", "day", null, null));
        await AskAsync(day, report, "the last day by minutes", new LiveStatisticsRequest("P1D", "minute", null, null));

        watch.Restart();
        var differences = await Stage.ShowAsync("The day's report", _ => ReportAsync(day));
        report.Notes.Add(Text($"The day's report: {watch.Elapsed.TotalSeconds:0.0} s; {differences} differences to the live statistics."));
        if (differences != 0)
            throw new LoadFailedException($"The live statistics differ from the store in {differences} places.");
        return report;
    }

    private static async Task<int> ReportAsync(CountedDay day)
    {
        var plan = await day.Use<PlanReport>().RunAsync(day.Day.Date, CancellationToken.None);
        foreach (var parts in plan.Parts.Chunk(plan.AtOnce))
            await Parallel.ForEachAsync(parts, async (part, cancellation) => await day.Use<CountReportPart>().RunAsync(new ReportPart(day.Day.Date, part), cancellation));
        return await day.Use<EndReport>().RunAsync(plan, CancellationToken.None);
    }

    private static async Task AskAsync(CountedDay day, BenchmarkReport report, string what, LiveStatisticsRequest request)
    {
        var (read, times, placed) = (day.Use<ReadLiveStatistics>(), new List<double>(), 0L);
        for (var n = 0; n < Questions; n++)
        {
            var watch = Stopwatch.GetTimestamp();
            var live = (await read.RunAsync(request, CancellationToken.None)).Value!;
            JsonSerializer.SerializeToUtf8Bytes(live, ApiJson.Default.LiveStatisticsView);
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            placed = live.Totals.Placed;
        }

        times.Sort();
        report.Notes.Add(Text($"Live, {what}: p50 {times[Questions / 2]:0.00} ms, p99 {times[Questions * 99 / 100]:0.00} ms ({placed} orders in it)."));
    }

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
