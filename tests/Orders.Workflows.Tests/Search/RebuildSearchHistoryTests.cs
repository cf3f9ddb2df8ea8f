using LocalFunctions;
using LocalFunctions.Durable;
using Orders.Application.Search;
using Orders.Workflows.Search;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Search;

/// <summary>Rebuilds that were begun with an older version of the code must find that today's does what their history says.</summary>
public sealed class RebuildSearchHistoryTests
{
    private static readonly Recordings Kept = new("Search", "rebuild-");

    public static TheoryData<string> Recordings => [.. Kept.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording) => Assert.Null(Kept.Replay(recording, typeof(RebuildSearch)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording) => Assert.Contains("Non-deterministic", Kept.Replay(recording, typeof(ChangedRebuild)));

    [Theory]
    [InlineData("rebuild-short-1", 3)]
    [InlineData("rebuild-of-many-steps-1", 1_001)]
    public async Task Rebuild_OfToday_CanBeReplayed(string recording, int orders)
    {
        using var world = await RebuildSearchTests.PlayedAsync(orders);
        await Kept.KeepAsync(world, RebuildSearch.Instance, recording);
    }

    [Fact]
    public void Recordings_ShowEveryActivity() => Kept.ShowAll(SearchActivities.All);

    /// <summary>What somebody might do without thinking of rebuilds that are under way: fill before it begins.</summary>
    private static class ChangedRebuild
    {
        [Function(nameof(RebuildSearch))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RebuildSearchInput input)
        {
            await context.CallActivityAsync<SearchRebuildPlace>(SearchActivities.FillSearch, input.Place);
            await RebuildSearch.RunAsync(context, input);
        }
    }
}
