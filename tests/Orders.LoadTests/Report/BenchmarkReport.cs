using System.Globalization;
using System.Text.Json;
using Orders.LoadTests.Traffic;
using Spectre.Console;

namespace Orders.LoadTests.Report;

/// <summary>What a scenario found, as a table, as JSON and as a drawing.</summary>
public sealed class BenchmarkReport(LoadOptions options)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed record Target(string What, double Value, string Goal, bool IsReached);

    private readonly List<Target> targets = [];

    public string Scenario { get; } = options.Scenario;

    public List<Series> Rows { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Whether latency against rate is drawn.</summary>
    public bool DrawsLatency { get; set; }

    public void AddRatio(string what, double value, double? atLeast = null, double? atMost = null) => targets.Add(new Target(
        what, value, atLeast is { } least ? $">= {Number(least)}" : $"<= {Number(atMost!.Value)}", !(value < atLeast) && !(value > atMost)));

    public void Print()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(options.Scenario);
        foreach (var column in (string[])["per second", "runs", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "CPU \u00b5s each"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in Rows)
        {
            table.AddRow(
                row.Name, row.Rate.ToString("0", CultureInfo.InvariantCulture), string.Join(' ', row.Runs.Select(run => run.Rate.ToString("0", CultureInfo.InvariantCulture))),
                Number(row.Percentile(0.5)), Number(row.Percentile(0.99)), Number(row.Percentile(0.999)), Number(row.Runs.Max(run => run.Latencies.MaxMilliseconds)),
                Number(row.CpuMicroseconds));
        }

        AnsiConsole.Write(table);
        foreach (var target in targets)
            AnsiConsole.WriteLine($"{target.What}: {Number(target.Value)} (goal {target.Goal}: {(target.IsReached ? "reached" : "NOT reached")})");
        Notes.ForEach(AnsiConsole.WriteLine);
    }

    /// <summary>The goals of several scenarios in one table.</summary>
    public static void PrintGoals(IReadOnlyList<BenchmarkReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("scenario", "what", "found", "goal", "");
        foreach (var report in reports)
        {
            foreach (var target in report.targets)
                table.AddRow(report.Scenario, target.What, Number(target.Value), target.Goal, target.IsReached ? "reached" : "NOT reached");
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Writes <c>all.json</c>, with what each of them writes.</summary>
    public static void SaveAll(IReadOnlyList<BenchmarkReport> reports, string directory) =>
        File.WriteAllText(Path.Combine(directory, "all.json"), JsonSerializer.Serialize(reports.Select(report => report.Document()), Indented) + "\n");

    /// <summary>Writes <c>{scenario}.json</c>, and <c>{scenario}.svg</c> when there is something to draw.</summary>
    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, options.Scenario + ".json"), JsonSerializer.Serialize(Document(), Indented) + "\n");
        if (DrawsLatency)
            File.WriteAllText(Path.Combine(directory, options.Scenario + ".svg"), LatencyPlot.Draw([.. Rows]));
    }

    private object Document() => new
    {
        options.Scenario,
        seconds = options.Duration.TotalSeconds,
        options.Rounds,
        options.Connections,
        processors = Environment.ProcessorCount,
        rows = Rows.Select(row => new
        {
            row.Name,
            perSecond = Math.Round(row.Rate, 1),
            runs = row.Runs.Select(run => Math.Round(run.Rate, 1)),
            row.Answered,
            p50Milliseconds = row.Percentile(0.5),
            p99Milliseconds = row.Percentile(0.99),
            p999Milliseconds = row.Percentile(0.999),
            cpuMicrosecondsEach = Math.Round(row.CpuMicroseconds, 1),
        }),
        targets = targets.Select(target => new { target.What, value = Math.Round(target.Value, 3), target.Goal, target.IsReached }),
        Notes,
    };

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
