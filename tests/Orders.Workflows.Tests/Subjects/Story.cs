using LocalFunctions.Durable.Testing;
using Orders.Application;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>
/// Plays a story undisturbed and then once more for every commit, every activity and every call to the provider with the process killed right there: its
/// outcome must not depend on it.
/// </summary>
public static class Story
{
    /// <param name="quiet">How many of the steps, from the first, nobody is killed in, because another story is in each of their points.</param>
    /// <returns>The outcome of the undisturbed run, which is that of every other.</returns>
    public static async Task<T> PlayAsync<T>(
        IReadOnlyList<Func<World, Task>> steps, Func<OrchestrationTestHost, Task<T>> read, Func<World>? create = null, int quiet = 0)
    {
        create ??= () => new World();
        var test = new CrashTest<T>(() => create().Host, [.. steps.Select(AsStep)], read, quiet);
        var calm = (await test.WithoutCrashAsync()).Outcome;
        var runs = await test.AfterEveryCommitAsync();
        Assert.All(runs, run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        Assert.Contains(runs, run => run.Crashed);
        Assert.All(await AfterEveryCallAsync(steps, read, create, quiet), run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        return calm;
    }

    /// <summary>What a negative control asks: the runs whose outcome was another because the process died after a call to this provider.</summary>
    public static async Task<IReadOnlyList<CrashRun<T>>> DifferencesAfterCallsAsync<T>(
        IReadOnlyList<Func<World, Task>> steps, Func<OrchestrationTestHost, Task<T>> read, Func<T, string> part, Func<OutsideProvider> provider)
    {
        var calm = (await new CrashTest<T>(() => new World().Host, [.. steps.Select(AsStep)], read).WithoutCrashAsync()).Outcome;
        var runs = await AfterEveryCallAsync(steps, read, () => new World(provider: provider()), quiet: 0);
        return [.. runs.Where(run => part(run.Outcome) != part(calm))];
    }

    /// <summary>One run per call to the provider, killed after the call's effect and before its answer.</summary>
    private static async Task<IReadOnlyList<CrashRun<T>>> AfterEveryCallAsync<T>(
        IReadOnlyList<Func<World, Task>> steps, Func<OrchestrationTestHost, Task<T>> read, Func<World> create, int quiet)
    {
        var runs = new List<CrashRun<T>>();
        for (var n = 1 + await CallsOfAsync([.. steps.Take(quiet)], create); runs.Count == 0 || runs[^1].Crashed; n++)
        {
            var test = new CrashTest<T>(() => DyingAt(n, create()), [.. steps.Select(AsStep)], read);
            runs.Add(await test.WithoutCrashAsync() with { Where = $"after call {n} to the provider" });
        }

        return runs;
    }

    private static async Task<int> CallsOfAsync(IReadOnlyList<Func<World, Task>> steps, Func<World> create) => (await new CrashTest<int>(
        () => create().Host, [.. steps.Select(AsStep)], host => Task.FromResult(World.Of(host).Provider.Calls)).WithoutCrashAsync()).Outcome;

    private static OrchestrationTestHost DyingAt(int call, World world)
    {
        world.Provider.AfterCall = done =>
        {
            if (done == call)
                world.Host.Store.CrashAfter(0);
        };
        return world.Host;
    }

    private static Func<OrchestrationTestHost, Task> AsStep(Func<World, Task> step) => async host =>
    {
        var world = World.Of(host);
        await step(world);
        await world.Shop.PumpAsync();
    };
}
