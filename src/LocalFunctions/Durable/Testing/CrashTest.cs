using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Testing;

/// <summary>Where a run was killed, and what came of it.</summary>
/// <param name="Where">For messages: <c>after commit 7</c>.</param>
/// <param name="Crashed">False when the run ended before it got there.</param>
/// <param name="Outcome">What the scenario's reader found at the end.</param>
public sealed record CrashRun<T>(string Where, bool Crashed, T Outcome);

/// <summary>
/// Plays a scenario again and again, each time with the process killed at another point, and shows what each run came to. A step that was
/// interrupted is repeated after the restart, as a caller does who got no answer; steps therefore have to be repeatable.
/// </summary>
/// <param name="create">A fresh host with its functions.</param>
/// <param name="steps">What happens to it from outside, in order; after each, all that is ready has run.</param>
/// <param name="read">The outcome that must not depend on crashes.</param>
/// <param name="quiet">How many of the steps, from the first, nobody is killed in: those of a beginning whose every point another scenario has.</param>
public sealed class CrashTest<T>(
    Func<OrchestrationTestHost> create, IReadOnlyList<Func<OrchestrationTestHost, Task>> steps, Func<OrchestrationTestHost, Task<T>> read, int quiet = 0)
{
    /// <summary>The undisturbed run.</summary>
    public async Task<CrashRun<T>> WithoutCrashAsync() => (await PlayAsync(_ => { }, "never").ConfigureAwait(false)).Run;

    /// <summary>One run per commit, killed right after it; the commit happened, its caller never learned.</summary>
    public async Task<IReadOnlyList<CrashRun<T>>> AfterEveryCommitAsync()
    {
        var (_, commits, _) = await PlayAsync(_ => { }, "never").ConfigureAwait(false);
        var runs = new List<CrashRun<T>>();
        for (var n = 1; n <= commits; n++)
        {
            var at = n;
            runs.Add((await PlayAsync(host => host.Store.CrashAfter(at), $"after commit {n}").ConfigureAwait(false)).Run);
        }

        return runs;
    }

    /// <summary>One run per activity, killed after the activity's effect and before its outcome was stored.</summary>
    public async Task<IReadOnlyList<CrashRun<T>>> AfterEveryActivityAsync()
    {
        var (_, _, activities) = await PlayAsync(_ => { }, "never").ConfigureAwait(false);
        var runs = new List<CrashRun<T>>();
        for (var n = 1; n <= activities; n++)
        {
            var at = n;
            runs.Add((await PlayAsync(host => host.CrashAfterActivities = at, $"after activity {n}").ConfigureAwait(false)).Run);
        }

        return runs;
    }

    private async Task<(CrashRun<T> Run, int Commits, int Activities)> PlayAsync(Action<OrchestrationTestHost> plant, string where)
    {
        using var host = create();
        foreach (var step in steps.Take(quiet))
            await SurvivesAsync(host, step).ConfigureAwait(false);
        var (commitsBefore, activitiesBefore) = (host.Store.Commits, host.ActivitiesRun);
        plant(host);
        var crashed = false;
        foreach (var step in steps.Skip(quiet))
        {
            while (!await SurvivesAsync(host, step).ConfigureAwait(false))
            {
                crashed = true;
                host.Restart();
            }
        }

        var commits = (int)(host.Store.Commits - commitsBefore);
        return (new CrashRun<T>(where, crashed, await read(host).ConfigureAwait(false)), commits, host.ActivitiesRun - activitiesBefore);
    }

    private static async Task<bool> SurvivesAsync(OrchestrationTestHost host, Func<OrchestrationTestHost, Task> step)
    {
        try
        {
            await step(host).ConfigureAwait(false);
            await host.RunAsync().ConfigureAwait(false);
        }
        catch (StoreCrashedException)
        {
            return false;
        }

        return !host.Store.HasCrashed;
    }
}
