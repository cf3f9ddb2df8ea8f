using LocalFunctions;
using LocalFunctions.Durable;
using Orders.Application.Access;
using Orders.Workflows.Access;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Access;

/// <summary>Erasures that were begun with an older version of the code must find that today's does what their history says: they wait for a day.</summary>
public sealed class EraseUserHistoryTests
{
    private static readonly Recordings Kept = new("Access", "erase-");

    public static TheoryData<string> Recordings => [.. Kept.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording) => Assert.Null(Kept.Replay(recording, typeof(EraseUser)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording) => Assert.Contains("Non-deterministic", Kept.Replay(recording, typeof(ChangedErasure)));

    [Theory]
    [InlineData("erase-short-1", 3)]
    [InlineData("erase-many-pages-1", 101)]
    public async Task Erasure_OfToday_CanBeReplayed(string recording, int orders)
    {
        using var world = await EraseUserTests.PlayedAsync(orders);
        await Kept.KeepAsync(world, EraseUserTests.Instance, recording);
    }

    [Fact]
    public void Recordings_ShowEveryActivity() => Kept.ShowAll(ErasureActivities.All);

    /// <summary>What somebody might do without thinking of erasures that are under way: the kept answers first.</summary>
    private static class ChangedErasure
    {
        [Function(nameof(EraseUser))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ErasurePlace place)
        {
            await context.CallActivityAsync<long>(ErasureActivities.EndErasure, place);
            await EraseUser.RunAsync(context, place);
        }
    }
}
