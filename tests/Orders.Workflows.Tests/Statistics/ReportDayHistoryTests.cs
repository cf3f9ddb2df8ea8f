using LocalFunctions;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Statistics;

/// <summary>
/// Reports that were begun with an older version of the code must find that today's does what their history says. The recordings lie in
/// Histories/Statistics; <c>ORDERS_RECORD=path dotnet test --filter Report_OfToday</c> writes a new one, which is added, never put in place of old ones.
/// </summary>
public sealed class ReportDayHistoryTests
{
    private const string Today = "report-day-1";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Histories", "Statistics");

    public static TheoryData<string> Recordings => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "report-*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ReportDay));

        Assert.Null(host.Engine.Replay(Read(recording)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ChangedDay));

        Assert.Contains("Non-deterministic", host.Engine.Replay(Read(recording)));
    }

    [Fact]
    public async Task Report_OfToday_CanBeReplayed()
    {
        using var world = await ReportDayTests.PlayedAsync();

        var history = world.Host.Engine.ExportHistory(ReportDayTests.Instance)!;
        if (Environment.GetEnvironmentVariable("ORDERS_RECORD") is { Length: > 0 } folder)
            await File.WriteAllTextAsync(Path.Combine(folder, Today + ".json"), history + "\n");
        else
            Assert.Contains(Today, Names);
        Assert.Null(world.Host.Engine.Replay(history));
    }

    /// <summary>One that waited for its reconciliation.</summary>
    [Fact]
    public async Task ReportOfToday_ThatWaits_CanBeReplayed()
    {
        using var world = await ReportWaitTests.PlayedAsync();
        await new Recordings("Statistics", "report-").KeepAsync(world, ReportDayTests.Instance, "report-day-that-waits-1");
    }

    [Fact]
    public void Recordings_ShowEveryActivity()
    {
        var all = string.Concat(Names.Select(Read));

        Assert.All(ReportActivities.All, activity => Assert.Contains($"\"{activity}\"", all));
    }

    private static string Read(string recording) => File.ReadAllText(Path.Combine(Folder, recording + ".json"));

    /// <summary>What somebody might do without thinking of reports that are under way: check first.</summary>
    private static class ChangedDay
    {
        [Function(nameof(ReportDay))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ReportDayInput input)
        {
            await context.CallActivityAsync<int>(ReportActivities.CheckStatistics, input.Date);
            await ReportDay.RunAsync(context, input);
        }
    }
}
