using Microsoft.Extensions.Configuration;

namespace Orders.Azure.Resilience;

/// <summary>The pipelines of all dependencies (section <c>Resilience</c>). What they come to with what repeats them: docs/resilience.md.</summary>
public sealed record ResilienceOptions
{
    /// <summary>Payment providers over HTTP.</summary>
    public PipelineOptions Provider { get; init; } = new();

    /// <summary>Carriers over HTTP.</summary>
    public PipelineOptions Carrier { get; init; } = new();

    /// <summary>
    /// Short: Redis answers within a millisecond or is away, and a checkout that waits for it holds a slot. 2 tries of 200 ms within 500 ms, so
    /// that 503 is said while the buyer still looks.
    /// </summary>
    public PipelineOptions Redis { get; init; } = new()
    {
        TryTimeout = TimeSpan.FromMilliseconds(200),
        TotalTimeout = TimeSpan.FromMilliseconds(500),
        Retries = 1,
        FirstWait = TimeSpan.FromMilliseconds(20),
        BreakTime = TimeSpan.FromSeconds(2),
    };

    /// <summary>The SDK repeats what was throttled (429) itself; this is for the rest. 2 tries of 3 seconds within 6.</summary>
    public PipelineOptions Cosmos { get; init; } = new() { TryTimeout = TimeSpan.FromSeconds(3), Retries = 1, FirstWait = TimeSpan.FromMilliseconds(50) };

    /// <summary>
    /// The same database for staff and nightly jobs, a page of a query among it: search, statistics, reconciliation, reports, audit. 2 tries of 10 seconds within 25.
    /// </summary>
    public PipelineOptions CosmosQueries { get; init; } = new()
    {
        TryTimeout = TimeSpan.FromSeconds(10),
        TotalTimeout = TimeSpan.FromSeconds(25),
        Retries = 1,
        FirstWait = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>A sum or a count over a whole day there, which has no pages. 2 tries of 29 seconds within a minute.</summary>
    public PipelineOptions CosmosSums { get; init; } = new()
    {
        TryTimeout = TimeSpan.FromSeconds(29),
        TotalTimeout = TimeSpan.FromSeconds(60),
        Retries = 1,
        FirstWait = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>Files of up to some megabytes; nobody waits for them but a nightly run. 3 tries of 5 seconds within 10. The SDK's own repetition is off.</summary>
    public PipelineOptions Blobs { get; init; } = new() { TryTimeout = TimeSpan.FromSeconds(5), TotalTimeout = TimeSpan.FromSeconds(10) };

    /// <summary>The SDK repeats by itself; here is the end of its patience and the circuit. 1 try of 10 seconds.</summary>
    public PipelineOptions Bus { get; init; } = new() { TryTimeout = TimeSpan.FromSeconds(10), TotalTimeout = TimeSpan.FromSeconds(10), Retries = 0 };

    /// <exception cref="InvalidOperationException">A setting is unknown or makes no sense; the message names it.</exception>
    public static ResilienceOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection("Resilience").Get<ResilienceOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        foreach (var property in typeof(ResilienceOptions).GetProperties().Where(property => property.PropertyType == typeof(PipelineOptions)))
            ((PipelineOptions)property.GetValue(options)!).Checked($"Resilience:{property.Name}");
        return options;
    }
}
