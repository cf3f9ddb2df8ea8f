using LocalFunctions;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Application.Payments;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Payments;

/// <summary>
/// Runs of days that were begun with an older version of the code must find that today's does what their history says. The recordings lie in
/// Histories/Payments; <c>ORDERS_RECORD=path dotnet test --filter Days_OfToday</c> writes new ones, which are added, never put in place of old ones.
/// </summary>
public sealed class ReconcileDayHistoryTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Histories", "Payments");

    public static TheoryData<string> Recordings => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "reconcile-*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ReconcileDay));

        Assert.Null(host.Engine.Replay(Read(recording)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ChangedDay));

        Assert.Contains("Non-deterministic", host.Engine.Replay(Read(recording)));
    }

    /// <summary>A day with pages, parts and differences; and one that began a new history in the middle.</summary>
    [Fact]
    public async Task Days_OfToday_CanBeReplayed()
    {
        foreach (var (name, lines) in new[] { ("reconcile-day-1", 5), ("reconcile-long-day-1", 100) })
        {
            using var world = new World(reconciliation: new ReconciliationPolicy { PartSize = 2, PartsAtOnce = 2 });
            for (var n = 0; n < lines; n++)
                world.Provider.Lines.Add(Day.Nobodys($"strange-{n}"));
            await Day.RunAsync(world);

            var history = world.Host.Engine.ExportHistory(ReconcileDay.InstanceOf(Day.Date))!;
            if (Environment.GetEnvironmentVariable("ORDERS_RECORD") is { Length: > 0 } folder)
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), history + "\n");
            else
                Assert.Contains(name, Names);
            Assert.Null(world.Host.Engine.Replay(history));
        }
    }

    [Fact]
    public void Recordings_ShowEveryActivity()
    {
        var all = string.Concat(Names.Select(Read));

        Assert.All(ReconciliationActivities.All, activity => Assert.Contains($"\"{activity}\"", all));
    }

    private static string Read(string recording) => File.ReadAllText(Path.Combine(Folder, recording + ".json"));

    /// <summary>What somebody might do without thinking of runs that are under way: a look at the day before anything else.</summary>
    private static class ChangedDay
    {
        [Function(nameof(ReconcileDay))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ReconcileDayInput input)
        {
            await context.CallActivityAsync<DateOnly>(ReconciliationActivities.EndReconciliation, input.Date);
            await ReconcileDay.RunAsync(context, input);
        }
    }
}
