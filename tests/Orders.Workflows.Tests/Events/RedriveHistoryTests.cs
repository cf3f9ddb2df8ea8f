using LocalFunctions;
using LocalFunctions.Durable;
using Orders.Application.Events;
using Orders.Workflows.Events;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Events;

/// <summary>Redrives that were begun with an older version of the code must find that today's does what their history says.</summary>
public sealed class RedriveHistoryTests
{
    private static readonly Recordings Kept = new("Events", "redrive-");

    public static TheoryData<string> Recordings => [.. Kept.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording) => Assert.Null(Kept.Replay(recording, typeof(RedriveDeadLetters)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording) => Assert.Contains("Non-deterministic", Kept.Replay(recording, typeof(ChangedRedrive)));

    /// <summary>A short one, and one that began a new history in the middle.</summary>
    [Theory]
    [InlineData("redrive-short-1", 5, 2)]
    [InlineData("redrive-long-1", 45, 1)]
    public async Task Redrive_OfToday_CanBeReplayed(string recording, int letters, int rate)
    {
        using var world = await RedriveTests.PlayedAsync(letters, rate);
        await Kept.KeepAsync(world, RedriveTests.Instance, recording);
    }

    [Fact]
    public void Recordings_ShowEveryActivity() => Kept.ShowAll(RedriveActivities.All);

    /// <summary>What somebody might do without thinking of redrives that are under way: wait first.</summary>
    private static class ChangedRedrive
    {
        [Function(nameof(RedriveDeadLetters))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RedrivePlan plan)
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            await RedriveDeadLetters.RunAsync(context, plan);
        }
    }
}
