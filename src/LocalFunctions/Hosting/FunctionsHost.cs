using LocalFunctions.Functions;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Hosting;

/// <summary>
/// Starts the app: puts the clock right, finds and checks all functions, registers them, starts what works by itself. The web server
/// starts after this, so a request never meets half an app; it stops before this, so what a request began still runs to its end.
/// </summary>
internal sealed partial class FunctionsHost(
    LocalFunctionsOptions options,
    IServiceProvider services,
    IConfiguration configuration,
    WorkSources sources,
    LocalHostStatus status,
    IHostApplicationLifetime lifetime,
    ILogger<FunctionsHost> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task stopped = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // First of all: from here on nobody reads a time before the one that a former life of this host has reached.
        services.GetRequiredService<TimeMachine>();
        if (services.GetRequiredService<TimeProvider>() is not LocalClock)
            throw new FunctionsStartException(["the app registers a TimeProvider of its own, so its time can't be moved: register yours with TryAddSingleton."]);

        var families = services.GetServices<ITriggerFamily>().ToList();
        var functions = FindAndCheck(families);
        var disabled = functions.ToLookup(function => IsDisabled(function.Name));
        foreach (var function in disabled[false])
            families.First(family => family.Handles(function.Trigger)).Add(function);
        status.Functions = [.. disabled[false]];
        status.Disabled = [.. disabled[true]];

        sources.Set([.. families.SelectMany(family => family.Sources), .. services.GetServices<IWorkSource>()]);
        if (options.Stepped is null)
        {
            foreach (var source in sources)
                source.Start(stopping.Token);
            stopped = Task.WhenAll(sources.Select(WatchAsync));
        }

        services.GetRequiredService<HostTelemetry>();
        Started(status.Functions.Count, status.Disabled.Count, sources.Count);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        try
        {
            await stopped.WaitAsync(options.DrainTimeout, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // Everything that runs is safe to be repeated; that is what at-least-once is for.
            StillRunning(string.Join(", ", sources.Where(source => source.IsBusy).Select(source => source.Name)));
        }
    }

    public void Dispose() => stopping.Dispose();

    /// <summary>A source whose loop has failed would look like one that has nothing to do; better no host than half of one.</summary>
    private async Task WatchAsync(IWorkSource source)
    {
        try
        {
            await source.StoppedAsync();
        }
        catch (StoreCrashedException)
        {
            // A planned crash: this host counts as killed.
        }
        catch (Exception fault)
        {
            SourceFailed(fault, source.Name);
            lifetime.StopApplication();
        }
    }

    private IReadOnlyList<FunctionDescriptor> FindAndCheck(List<ITriggerFamily> families)
    {
        var types = options.FunctionTypes.Count > 0
            ? options.FunctionTypes
            : FunctionAssemblies.From(AppFiles.Roots(options)).SelectMany(assembly => assembly.GetTypes());
        var (functions, found) = FunctionDiscovery.Find(types);
        var errors = new List<string>(found);
        foreach (var function in functions)
        {
            var family = families.Find(candidate => candidate.Handles(function.Trigger));
            var wrong = family is null ? [$"no trigger of type {function.Trigger.GetType().Name} is known to this host."] : family.Check(function);
            errors.AddRange(wrong.Select(error => $"{function.EntryPoint}: {error}"));
        }

        return errors.Count == 0 ? functions : throw new FunctionsStartException(errors);
    }

    /// <summary>The setting that Azure has for it; on Linux its name is written with underscores for dots.</summary>
    private bool IsDisabled(string function) =>
        IsTrue(configuration[$"AzureWebJobs.{function}.Disabled"]) || IsTrue(configuration[$"AzureWebJobs_{function}_Disabled"]);

    private static bool IsTrue(string? value) => value is "1" || bool.TryParse(value, out var flag) && flag;

    [LoggerMessage(101, LogLevel.Information, "{Functions} functions run ({Disabled} disabled), {Sources} sources of work.")]
    private partial void Started(int functions, int disabled, int sources);

    [LoggerMessage(102, LogLevel.Warning, "Stopped while something was still running: {Sources}.")]
    private partial void StillRunning(string sources);

    [LoggerMessage(103, LogLevel.Critical, "The source '{Source}' has failed; the host stops.")]
    private partial void SourceFailed(Exception fault, string source);
}
