using LocalFunctions.Durable.Testing;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Access;

/// <summary>
/// An erasure, undisturbed, and killed after every commit and every activity: nothing of the person is left, each order has one version and one event more, and
/// it waits until kept answers have run out.
/// </summary>
public sealed class EraseUserTests
{
    private static readonly UserId Ada = Id.Parse<UserId>("ada");

    internal static string Instance => ErasureReports.NumberOf(Ada);

    [Fact]
    public async Task AnErasure_LeavesNothingOfThePerson_WheneverTheProcessDies()
    {
        var test = Erasing(3);

        var calm = await test.WithoutCrashAsync();

        Assert.Equal("Completed; Done, orders 3, erased 3, open 0; addresses 0; versions 3, events 3, persons 0, found 0, told 0", calm.Outcome);
        Assert.All(await test.AfterEveryCommitAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        var activities = await test.AfterEveryActivityAsync();
        Assert.All(activities, run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.Equal((3, true), (activities.Count, activities.All(run => run.Crashed)));
    }

    /// <summary>More orders than a page: the place where it goes on stands in the history.</summary>
    [Fact]
    public async Task AnErasureOfManyPages_GoesOnWhereItStood()
    {
        var runs = await Erasing(101).AfterEveryActivityAsync();

        Assert.Equal(4, runs.Count);
        Assert.All(runs, run => Assert.Equal(
            (run.Where, "Completed; Done, orders 101, erased 101, open 0; addresses 0; versions 3, events 3, persons 0, found 0, told 0"), (run.Where, run.Outcome)));
    }

    [Fact]
    public async Task AnErasure_IsNotDoneBeforeKeptAnswersHaveRunOut()
    {
        using var world = WithOrders(1);
        await StartAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(24));
        Assert.Equal(ErasureStatus.Waiting, (await world.Use<ErasureReports>().FindAsync(Ada, default))!.Status);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(25));
        Assert.Equal(ErasureStatus.Done, (await world.Use<ErasureReports>().FindAsync(Ada, default))!.Status);
    }

    internal static async Task<World> PlayedAsync(int orders)
    {
        var world = WithOrders(orders);
        await StartAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(25));
        return world;
    }

    private static CrashTest<string> Erasing(int orders) => new(
        () => WithOrders(orders).Host, [host => StartAsync(World.Of(host)), host => host.AdvanceToAsync(TimeSpan.FromHours(25))], OutcomeAsync);

    private static World WithOrders(int count)
    {
        var world = new World();
        PrepareAsync(world, count).GetAwaiter().GetResult();
        return world;
    }

    private static async Task PrepareAsync(World world, int count)
    {
        var address = new Address("Ada Lovelace", "12 Square", null, "London", null, "SW1Y", "GB");
        await world.Use<IUsers>().SaveAsync(new User { UserId = Ada, Version = 1, Addresses = [new SavedAddress("home", address)], DefaultAddressId = "home" }, default);
        await world.CancelledOrdersAsync(Ada, count);
        foreach (var order in (await world.Use<IOrderStore>().ListAsync(Ada, status: null, 100, cursor: null, default)).Items)
        {
            await world.Use<IOrderSearch>().IndexAsync([SearchDocument.Of(order)], default);
            await world.Use<INotifier>().NotifyAsync(new Notification($"{order.OrderId}-1", order.Ref, "Told.", world.Host.Clock.GetUtcNow()), default);
        }
    }

    private static Task StartAsync(World world) => world.Shop.DoAsync(() => world.ErasureProcess.StartAsync(Ada, OrchestrationTestHost.Start, default));

    private static async Task<string> OutcomeAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var report = (await world.Use<ErasureReports>().FindAsync(Ada, default))!;
        var user = (await world.Use<IUsers>().FindAsync(Ada, default))!;
        var orders = await OrdersAsync(world);
        var events = await Task.WhenAll(orders.Select(async order => (await world.Use<IEventLog>().ListAsync(order.Ref, before: null, 100, default)).Count));
        var told = await Task.WhenAll(orders.Select(async order => (await world.Use<Embedded.Events.SqliteNotifier>().FindAsync(order.OrderId, default)).Count(told => told.Text.Length > 0)));
        var found = await world.Use<IOrderSearch>().QueryAsync(new SearchQuery { Terms = [["lovelace"]] }, 100, cursor: null, default);
        return $"{(await host.Client.GetInstanceAsync(Instance))!.RuntimeStatus}; {report.Status}, orders {report.Orders}, erased {report.Erased}, open {report.Open}; "
            + $"addresses {user.Addresses.Count}; versions {string.Join(' ', orders.Select(order => order.Version).Distinct())}, events {string.Join(' ', events.Distinct())}, "
            + $"persons {orders.Count(order => !order.IsErased())}, found {found.Items.Count}, told {told.Sum()}";
    }

    private static async Task<IReadOnlyList<Order>> OrdersAsync(World world)
    {
        var first = await world.Use<IOrderStore>().ListAsync(Ada, status: null, 100, cursor: null, default);
        return first.NextCursor is null ? first.Items : [.. first.Items, .. (await world.Use<IOrderStore>().ListAsync(Ada, status: null, 100, first.NextCursor, default)).Items];
    }
}
