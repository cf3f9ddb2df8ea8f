using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Testing;

/// <summary>
/// A functions app within a test: HTTP without a socket, a store in memory, a clock that only the test moves. It can be stopped or
/// killed and started again on what it had stored.
/// </summary>
public sealed class FunctionsTestHost : IAsyncDisposable
{
    private static readonly TimeSpan KilledWorkMayTake = TimeSpan.FromSeconds(5);

    private readonly Action<FunctionsApplicationBuilder> configure;
    private readonly FunctionsTestOptions options;
    private readonly Random? chance;
    private IHost? app;

    private FunctionsTestHost(Action<FunctionsApplicationBuilder> configure, FunctionsTestOptions options)
    {
        this.configure = configure;
        this.options = options;
        chance = options.Seed is { } seed ? new Random(seed) : null;
        Clock = new LocalClock(options.Now, frozen: true);
        Store = options.DataDirectory is { } folder
            ? LocalStore.OpenFile(Path.Combine(folder, "local-functions.db"), durable: false)
            : LocalStore.OpenMemory();
    }

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => Running.Services;

    /// <summary>The app's time. Advance it with <see cref="AdvanceAsync"/>, or what falls due between is passed over.</summary>
    public LocalClock Clock { get; private set; }

    /// <summary>What the app has stored; another object after a restart by kill.</summary>
    public LocalStore Store { get; private set; }

    /// <summary>Starts, signals and inspects the app's orchestrations.</summary>
    public DurableTaskClient Durable => Services.GetRequiredService<DurableEngine>().Client;

    /// <summary>Sends to the app's queues and topics, and shows what waits in them.</summary>
    public LocalServiceBus Bus => Services.GetRequiredService<LocalServiceBus>();

    /// <summary>What was logged as a warning or worse, over all lives of the app.</summary>
    public RecordedLog Log { get; } = new();

    private IHost Running => app ?? throw new InvalidOperationException("The app isn't running.");

    /// <summary>
    /// Starts an app. <paramref name="configure"/> does what its Program.cs does between <c>CreateBuilder</c> and <c>Build</c>, and says where the
    /// functions are (<c>UseFunctions</c>, <c>UseFunctionsFrom</c>); it runs again at each restart.
    /// </summary>
    /// <exception cref="FunctionsStartException">The app is refused.</exception>
    public static async Task<FunctionsTestHost> StartAsync(Action<FunctionsApplicationBuilder> configure, FunctionsTestOptions? options = null)
    {
        var host = new FunctionsTestHost(configure, options ?? new FunctionsTestOptions());
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client for the app's HTTP functions. It goes on working after a restart.</summary>
    public HttpClient CreateClient() => new(new CurrentAppHandler(() => Running.GetTestServer())) { BaseAddress = new Uri("http://localhost/") };

    /// <summary>Moves the app's time and returns when all that fell due has run. Zero only waits for what is due now.</summary>
    public Task<AdvanceResult> AdvanceAsync(TimeSpan by, CancellationToken cancellation = default) =>
        Services.GetRequiredService<TimeMachine>().AdvanceAsync(by, cancellation);

    /// <summary>Stepped apps only: lets time pass within whatever is running, as for a process that hangs. What fell due runs later, late.</summary>
    public Task PassAsync(TimeSpan by) => Services.GetRequiredService<TimeMachine>().PassAsync(by);

    /// <summary>Completes when nothing runs and nothing could run at this instant.</summary>
    public Task WhenIdleAsync(CancellationToken cancellation = default) => Services.GetRequiredService<TimeMachine>().WhenIdleAsync(cancellation);

    /// <summary>Stepped apps only: runs one item that could run now. False when there is none.</summary>
    public Task<bool> StepAsync(CancellationToken cancellation = default) => Services.GetRequiredService<TimeMachine>().RunAnyAsync(
        chance ?? throw new InvalidOperationException("Only an app with a seed can be stepped."), cancellation);

    /// <summary>
    /// Stops the app and starts it again on what it had stored. <paramref name="kill"/> stops it like <c>kill -9</c>: nothing that was running
    /// can store anything any more.
    /// </summary>
    public async Task RestartAsync(bool kill = false)
    {
        if (kill)
            Store = Store.KillAndReopen();
        await StopAsync(kill);

        // The clock is a new one too: timers of the old life must not ring in the new.
        Clock = new LocalClock(Clock.GetUtcNow() - Clock.Moved, frozen: true);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(kill: false);
        Store.Dispose();
    }

    private async Task StartAsync()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(Log);
        builder.Web.WebHost.UseTestServer();
        builder.ConfigureLocalHost(local =>
        {
            local.Store = Store;
            local.Clock = Clock;
            local.Stepped = chance;
            local.OwnsProcess = false;
        });
        configure(builder);
        var built = builder.Build();
        try
        {
            await built.StartAsync();
        }
        catch
        {
            // A later part's refusal finds the sources of work running already: they end before the store is closed under them.
            await built.StopAsync();
            await ((IAsyncDisposable)built).DisposeAsync();
            throw;
        }

        app = built;
    }

    private async Task StopAsync(bool kill)
    {
        if (app is not { } stopping)
            return;
        app = null;
        if (kill)
            stopping.Services.GetRequiredService<LocalFunctionsOptions>().DrainTimeout = KilledWorkMayTake;
        await stopping.StopAsync();
        await ((IAsyncDisposable)stopping).DisposeAsync();
    }
}
