using Orders.Application;

namespace OrderFunctions.Lifecycle;

/// <summary>Instances of one orchestration that are alive once at most per id, and take a signal as "look at the document".</summary>
/// <param name="client">A binding: it exists only within a function's call.</param>
/// <param name="orchestration">Its function's name.</param>
/// <param name="signal">The name of its event.</param>
internal sealed class DurableInstances(DurableTaskClient client, string orchestration, string signal)
{
    /// <summary>False when one is alive: a live instance is never replaced.</summary>
    public async Task<bool> TryStartAsync(string id, object input, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions(id).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestration, input, options, cancellation);
            return true;
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            // "Already exists" has another type in each generation of the SDK, so the engine is asked rather than the exception.
            if (await IsAliveAsync(id, cancellation))
                return false;
            throw new DependencyUnavailableException("The durable task hub", refused);
        }
    }

    public async Task SignalAsync(string id, object input, CancellationToken cancellation)
    {
        // Alive is the usual case. One that is not yet begins with a look, so it needs no event.
        if (await IsAliveAsync(id, cancellation) || !await TryStartAsync(id, input, cancellation))
        {
            await RaiseAsync(id, cancellation);
        }
    }

    /// <summary>A signal to one that is alive; nothing when none is.</summary>
    public async Task TellAsync(string id, CancellationToken cancellation)
    {
        if (await IsAliveAsync(id, cancellation))
            await RaiseAsync(id, cancellation);
    }

    public async Task<bool> IsAliveAsync(string id, CancellationToken cancellation)
    {
        return await AskAsync(() => client.GetInstanceAsync(id, cancellation)) is { IsCompleted: false };
    }

    private Task<bool> RaiseAsync(string id, CancellationToken cancellation) => AskAsync(async () =>
    {
        await client.RaiseEventAsync(id, signal, eventPayload: null, cancellation);
        return true;
    });

    /// <summary>The edge to somebody else's client, which throws whatever its transport throws; a port says one thing for "away".</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            throw new DependencyUnavailableException("The durable task hub", away);
        }
    }
}
