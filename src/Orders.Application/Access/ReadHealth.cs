namespace Orders.Application.Access;

/// <summary>How long looking at the health may take, and how often it is done. Calls take real time however the host's clock is moved meanwhile.</summary>
public sealed record HealthPolicy
{
    /// <summary>What has not answered after this is away. 1 second, for all together.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long an answer is given again: however many ask, each dependency is looked at so often. 1 second.</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time of both.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// How the app and what it needs are. Bounded whatever hangs: one look at a time, shared by all who ask; and what hangs is not asked again before it has answered.
/// </summary>
public sealed class ReadHealth(IEnumerable<IDependency> dependencies, TimeProvider clock, HealthPolicy policy)
{
    private readonly Lock gate = new();
    private readonly List<IDependency> registered = [.. dependencies];
    private readonly Dictionary<string, Task<DependencyState>> looks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DependencyState State, DateTime Since)> seen = new(StringComparer.Ordinal);
    private Task<HealthView>? last;
    private long begunAt;

    /// <param name="bound">What can be reached in this call only: the task hub, by a function's client.</param>
    /// <param name="cancellation">Gives up waiting; others may wait for the same look.</param>
    public Task<HealthView> RunAsync(IReadOnlyList<IDependency> bound, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && policy.Time.GetElapsedTime(begunAt) >= policy.Kept))
            {
                begunAt = policy.Time.GetTimestamp();
                last = LookAsync([.. registered.Concat(bound).OrderBy(one => one.Name, StringComparer.Ordinal)]);
            }

            return last.WaitAsync(cancellation);
        }
    }

    private async Task<HealthView> LookAsync(IReadOnlyList<IDependency> all)
    {
        using var patience = new CancellationTokenSource(policy.Bound, policy.Time);
        var looking = all.Select(one => StateOfAsync(Begin(one, patience.Token), patience.Token)).ToList();
        var states = await Task.WhenAll(looking).ConfigureAwait(false);
        var views = all.Zip(states, View).ToList();
        return new HealthView(Worst(views), views);
    }

    private Task<DependencyState> Begin(IDependency one, CancellationToken cancellation)
    {
        if (looks.TryGetValue(one.Name, out var earlier) && !earlier.IsCompleted)
            return earlier;
        return looks[one.Name] = AskAsync(one, cancellation);
    }

    /// <summary>On a thread of its own from its first line on: a read that blocks holds nobody else up.</summary>
    private static async Task<DependencyState> AskAsync(IDependency one, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await one.LookAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<DependencyState> StateOfAsync(Task<DependencyState> look, CancellationToken patience)
    {
        try
        {
            return await look.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (Exception away) when (away is DependencyUnavailableException or OperationCanceledException)
        {
            return DependencyState.Unhealthy;
        }
    }

    private DependencyView View(IDependency one, DependencyState state)
    {
        if (!seen.TryGetValue(one.Name, out var before) || before.State != state)
            seen[one.Name] = before = (state, clock.GetUtcNow().UtcDateTime);
        return new DependencyView(one.Name, state, one.IsNeeded, before.Since);
    }

    private static DependencyState Worst(List<DependencyView> views) =>
        views.Exists(one => one is { Needed: true, Status: DependencyState.Unhealthy }) ? DependencyState.Unhealthy
        : views.Exists(one => one.Status != DependencyState.Healthy) ? DependencyState.Degraded
        : DependencyState.Healthy;
}
