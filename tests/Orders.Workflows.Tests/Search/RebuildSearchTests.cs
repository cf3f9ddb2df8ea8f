using LocalFunctions.Durable.Testing;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Workflows.Search;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Search;

/// <summary>A rebuild of the search, undisturbed, and killed after every commit and every activity: in the end each order is found, once, as it is.</summary>
public sealed class RebuildSearchTests
{
    private static readonly UserId Ada = Id.Parse<UserId>("ada");

    [Fact]
    public async Task ARebuild_FindsEveryOrder_WheneverTheProcessDies()
    {
        var test = new CrashTest<string>(() => WithOrders(3).Host, [host => StartAsync(World.Of(host))], OutcomeAsync);

        var calm = await test.WithoutCrashAsync();

        Assert.Equal("Completed; Done, read 3, indexed 3; found 3 of version 2", calm.Outcome);
        Assert.All(await test.AfterEveryCommitAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        var activities = await test.AfterEveryActivityAsync();
        Assert.All(activities, run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.Equal((3, true), (activities.Count, activities.All(run => run.Crashed)));
    }

    /// <summary>More orders than a step fills in: the place where it goes on stands in the history.</summary>
    [Fact]
    public async Task ARebuildOfManySteps_GoesOnWhereItStood()
    {
        var test = new CrashTest<string>(() => WithOrders(1_001).Host, [host => StartAsync(World.Of(host))], OutcomeAsync);

        var runs = await test.AfterEveryActivityAsync();

        Assert.Equal(4, runs.Count);
        Assert.All(runs, run => Assert.Equal((run.Where, "Completed; Done, read 1001, indexed 1001; found 1001 of version 2"), (run.Where, run.Outcome)));
    }

    internal static async Task<World> PlayedAsync(int orders)
    {
        var world = WithOrders(orders);
        await StartAsync(world);
        await world.Host.RunAsync();
        return world;
    }

    private static World WithOrders(int count)
    {
        var world = new World();
        world.CancelledOrdersAsync(Ada, count).GetAwaiter().GetResult();
        return world;
    }

    private static Task StartAsync(World world) => world.Shop.DoAsync(() => world.SearchProcess.StartAsync(OrchestrationTestHost.Start, default));

    private static async Task<string> OutcomeAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var report = await world.Use<SearchRebuild>().FindReportAsync(default);
        var found = new List<OrderId>();
        for (string? cursor = null, begin = ""; begin is not null; begin = cursor)
        {
            var page = await world.Use<IOrderSearch>().QueryAsync(new SearchQuery { UserId = Ada }, 100, cursor, default);
            found.AddRange(page.Items.Select(document => document.OrderId));
            cursor = page.NextCursor;
        }

        var versions = await Task.WhenAll(found.Distinct().Select(id => world.Use<IOrderSearch>().FindVersionAsync(id, default)));
        return $"{(await host.Client.GetInstanceAsync(RebuildSearch.Instance))!.RuntimeStatus}; {report.Status}, read {report.Read}, indexed {report.Indexed}; "
            + $"found {found.Count} of version {string.Join(' ', versions.Distinct())}";
    }
}
