using LocalFunctions.Durable.Testing;
using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Workflows.Tests.Subjects;
using DeadLetterFilter = Orders.Application.Events.DeadLetterFilter;

namespace Orders.Workflows.Tests.Events;

/// <summary>A redrive, undisturbed, and killed after every commit and every activity: each letter goes back once, and is counted once.</summary>
public sealed class RedriveTests
{
    private const string Inventory = "order-events/inventory";

    internal const string Instance = "redrive-1";

    private static readonly DateTimeOffset Begun = OrchestrationTestHost.Start.AddHours(1);

    [Fact]
    public async Task ARedrive_SendsEachLetterBackOnce_WheneverTheProcessDies()
    {
        var test = new CrashTest<string>(() => WithLetters(5).Host, [host => StartAsync(World.Of(host)), host => host.AdvanceToAsync(TimeSpan.FromHours(2))], OutcomeAsync);

        var calm = await test.WithoutCrashAsync();

        Assert.Equal("Completed; redriven 5, failed 0; back m-1 m-2 m-3 m-4 m-5; dead late", calm.Outcome);
        Assert.All(await test.AfterEveryCommitAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        var activities = await test.AfterEveryActivityAsync();
        Assert.All(activities, run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.Equal((6, true), (activities.Count, activities.All(run => run.Crashed)));
    }

    [Fact]
    public async Task ARedrive_KeepsItsRate()
    {
        using var world = WithLetters(5);
        await StartAsync(world);
        foreach (var (second, back) in new[] { (0, 2), (1, 4), (2, 5) })
        {
            await world.Host.AdvanceToAsync(Begun.AddSeconds(second) - OrchestrationTestHost.Start);
            Assert.Equal(back, Lying(world, state: 0).Count);
        }
    }

    /// <summary>A letter that can't go back is counted and passed over, not tried for ever.</summary>
    [Fact]
    public async Task ALetterWithoutItsSession_StaysAndIsCounted()
    {
        using var world = WithLetters(1);
        await new LocalServiceBus(world.Host.Store, world.Host.Clock, Embedded.Events.OrderMessaging.Topology())
            .SendAsync("order-events", new ServiceBusMessage("{}") { MessageId = "lost", Subject = EventTypes.Placed });
        Lay(world, "died = 0 WHERE state = 2 AND message_id = 'lost'");
        await StartAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(2));

        Assert.Equal("Completed; redriven 1, failed 1; back m-1; dead late lost", await OutcomeAsync(world.Host));
    }

    internal static async Task<World> PlayedAsync(int letters, int rate)
    {
        var world = WithLetters(letters);
        await StartAsync(world, rate);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(2));
        return world;
    }

    /// <summary>So many letters of the inventory, and one that dies after the redrive has begun.</summary>
    private static World WithLetters(int count)
    {
        var world = new World();
        var bus = new LocalServiceBus(world.Host.Store, world.Host.Clock, Embedded.Events.OrderMessaging.Topology());
        foreach (var id in Enumerable.Range(1, count).Select(n => $"m-{n}").Append("late"))
            bus.SendAsync("order-events", new ServiceBusMessage("{}") { MessageId = id, SessionId = "s", Subject = EventTypes.Placed }).GetAwaiter().GetResult();
        Lay(
            world,
            """
            state = 2, dead_reason = 'Poison', died = CASE message_id WHEN 'late' THEN 9000000000000000000 ELSE 0 END
            WHERE entity = (SELECT id FROM bus_entities WHERE name = $1)
            """,
            Inventory);
        return world;
    }

    /// <summary>No consumer runs here that could give a message up, so its row is set as that leaves it.</summary>
    private static void Lay(World world, string how, params object?[] values) =>
        world.Host.Store.WriteAsync(transaction => transaction.Execute($"UPDATE bus_messages SET {how}", values)).GetAwaiter().GetResult();

    private static Task StartAsync(World world) => StartAsync(world, rate: 2);

    private static async Task StartAsync(World world, int rate)
    {
        await world.Host.AdvanceToAsync(Begun - OrchestrationTestHost.Start);
        var plan = new RedrivePlan(Instance, new DeadLetterFilter(Inventory, DiedBefore: Begun), rate, 5, Id.Parse<UserId>("olga"), Begun);
        await world.Shop.DoAsync(() => world.Redrives.StartAsync(plan, default));
    }

    private static async Task<string> OutcomeAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var instance = (await host.Client.GetInstanceAsync(Instance))!;
        var state = (await world.Redrives.FindAsync(Instance, default))!;
        return $"{instance.RuntimeStatus}; redriven {state.Progress.Redriven}, failed {state.Progress.Failed}; "
            + $"back {string.Join(' ', Lying(world, state: 0))}; dead {string.Join(' ', Lying(world, state: 2))}";
    }

    /// <summary>What lies in the subscription, active (0) or dead (2).</summary>
    private static IReadOnlyList<string> Lying(World world, int state) => world.Host.Store.Read(session => session.Query(
        "SELECT m.message_id FROM bus_messages m JOIN bus_entities e ON e.id = m.entity WHERE e.name = $1 AND m.state = $2 ORDER BY m.message_id",
        row => row.GetString(0), Inventory, state));
}
