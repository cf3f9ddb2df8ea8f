using System.Globalization;
using System.Text.Json;
using LocalFunctions.Functions;

namespace LocalFunctions.Durable.Engine;

/// <inheritdoc/>
internal sealed class LocalDurableTaskClient(DurableEngine engine, DurableTables tables, CompletionWaiters waiters, TimeProvider clock)
    : DurableTaskClient("local")
{
    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        cancellation.ThrowIfCancellationRequested();
        if (engine.FindOrchestrator(orchestratorName) is not { } orchestrator)
        {
            throw new ArgumentException(
                $"The function '{orchestratorName}' doesn't exist, is disabled, or is not an orchestrator function.", nameof(orchestratorName));
        }

        var start = new NewInstance(
            InstanceIds.Check(options?.InstanceId) ?? Guid.NewGuid().ToString("N"),
            orchestrator.Name,
            options?.Version?.Version ?? engine.Options.DefaultVersion,
            engine.Options.Serialize(engine.Converter, input, "input"))
        {
            StartAt = options?.StartAt,
            Tags = options is { Tags.Count: > 0 } ? JsonSerializer.Serialize(options.Tags) : null,
        };
        var reuse = ReusePolicy.Of(options?.DedupeStatuses);
        return DurableTracing.IsOn ? TracedStartAsync(start, reuse) : StartAsync(start, reuse);
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        using var span = DurableTracing.Raise(instanceId, eventName);
        await SendAsync(instanceId, cancellation, new HistoryEvent(EventKind.EventRaised)
        {
            Name = eventName,
            Data = engine.Options.Serialize(engine.Converter, eventPayload, "event payload"),
        }).ConfigureAwait(false);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, cancellation, new HistoryEvent(EventKind.ExecutionTerminated)
        {
            Data = engine.Options.Serialize(engine.Converter, options?.Output, "output"),
            Flag = options?.Recursive ?? false,
        });

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, cancellation, new HistoryEvent(EventKind.ExecutionSuspended) { Data = engine.Converter.Serialize(reason) });

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, cancellation, new HistoryEvent(EventKind.ExecutionResumed) { Data = engine.Converter.Serialize(reason) });

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, status => status != OrchestrationRuntimeStatus.Pending, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, status => status.HasEnded(), cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(engine.Store.Read(session => InstanceQueries.Find(session, instanceId, ConverterIf(getInputsAndOutputs))));
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        return Pageable.Create((token, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var page = new InstancePage(query, token ?? query.ContinuationToken, size ?? query.PageSize);
            return Task.FromResult(engine.Store.Read(session => page.Read(session, ConverterIf(query.FetchInputsAndOutputs))));
        });
    }

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return engine.Store.WriteAsync(transaction => new PurgeResult(
            Purge.One(transaction, tables, DurableTables.Find(transaction, instanceId), options?.Recursive ?? false), isComplete: true));
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        Purge.AllAsync(engine.Store, tables, clock, filter, options?.Recursive ?? false, cancellation);

    public override Task<IList<Durable.HistoryEvent>> GetOrchestrationHistoryAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(engine.Store.Read(session => PublicHistory.Read(session, instanceId)));
    }

    public override Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        return engine.Store.WriteAsync(transaction => Starts.Restart(transaction, tables, instanceId, id, clock.GetUtcNow()));
    }

    public override Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return engine.Store.WriteAsync(transaction => Rewind.One(transaction, tables, instanceId, clock.GetUtcNow()));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task SendAsync(string instanceId, CancellationToken cancellation, HistoryEvent message)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var trace = TraceText.Current;
        return engine.Store.WriteAsync(transaction => tables.PostToLive(transaction, instanceId, message, trace));
    }

    private Task<string> StartAsync(NewInstance start, ReusePolicy reuse)
    {
        var traced = start with { Trace = TraceText.Current };
        return engine.Store.WriteAsync(transaction => Starts.Start(transaction, tables, traced, reuse, clock.GetUtcNow()));
    }

    private async Task<string> TracedStartAsync(NewInstance start, ReusePolicy reuse)
    {
        using var span = DurableTracing.Create(start);
        return await StartAsync(start, reuse).ConfigureAwait(false);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, bool withPayloads, Func<OrchestrationRuntimeStatus, bool> isReached, CancellationToken cancellation)
    {
        while (true)
        {
            using var waiter = waiters.Begin(instanceId);
            if (await GetInstancesAsync(instanceId, withPayloads, cancellation).ConfigureAwait(false) is { } found && isReached(found.RuntimeStatus))
                return found;
            await waiter.Changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private DataConverter? ConverterIf(bool withPayloads) => withPayloads ? engine.Converter : null;
}

/// <summary>Instance ids as the real engine takes them.</summary>
internal static class InstanceIds
{
    /// <exception cref="ArgumentException">The id is empty, too long, begins with @, or has a character that Azure's storage refuses.</exception>
    public static string? Check(string? id)
    {
        if (id is null)
            return null;
        if (id.Length is 0 or > 100 || id[0] == '@' || id.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"'{id}' is no instance id: 1 to 100 characters, none of / \\ # ? or control characters, no @ first."));
        }

        return id;
    }
}
