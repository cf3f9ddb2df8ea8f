using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Hosting;

namespace LocalFunctions.Hosting;

/// <summary>One source at this moment.</summary>
/// <param name="Name">What it works on.</param>
/// <param name="IsBusy">Something runs or could run now.</param>
/// <param name="Ran">Items since the start.</param>
/// <param name="NextDue">When it will have work that it doesn't have now.</param>
/// <param name="Counts">What it counts by itself, such as messages that wait.</param>
public sealed record SourceStatus(string Name, bool IsBusy, long Ran, DateTimeOffset? NextDue, IReadOnlyDictionary<string, long> Counts);

/// <summary>For health pages: whether everything runs, and how much of it.</summary>
public sealed class LocalHostStatus
{
    private readonly WorkSources sources;
    private readonly IHostApplicationLifetime lifetime;

    internal LocalHostStatus(WorkSources sources, IHostApplicationLifetime lifetime)
    {
        this.sources = sources;
        this.lifetime = lifetime;
    }

    /// <summary>True from when the last part has started until the host begins to stop.</summary>
    public bool IsReady => lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>The functions that can run: found and not disabled.</summary>
    public IReadOnlyList<FunctionDescriptor> Functions { get; internal set; } = [];

    /// <summary>The functions that a setting <c>AzureWebJobs.&lt;Function&gt;.Disabled</c> keeps from running.</summary>
    public IReadOnlyList<FunctionDescriptor> Disabled { get; internal set; } = [];

    public IReadOnlyList<SourceStatus> Sources() =>
        [.. sources.Select(source => new SourceStatus(source.Name, source.IsBusy, source.Ran, source.NextDue, source.Counts()))];
}
