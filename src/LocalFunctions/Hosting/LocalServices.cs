using System.Diagnostics.Metrics;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Functions;
using LocalFunctions.Http;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Timers;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LocalFunctions.Hosting;

/// <summary>The host's parts. Each family of triggers brings its own with one line in <see cref="AddFamilies"/>.</summary>
internal static class LocalServices
{
    /// <summary>Registered before the app's own services, so that the app's <c>TryAdd</c> of a clock does nothing.</summary>
    public static void AddLocalHost(this IServiceCollection services, LocalFunctionsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => options.Clock ?? new LocalClock());
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<LocalClock>());
        services.AddSingleton<WorkSources>();
        services.AddSingleton(provider => new TimeMachine(
            provider.GetRequiredService<LocalClock>(), provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<WorkSources>(), options.Stepped));
        services.AddSingleton(provider => AppFiles.ReadHostJson(options, provider.GetRequiredService<IHostEnvironment>().ContentRootPath)
            .WithSettings(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(_ => new InvocationIds(options.Stepped is null ? Random.Shared : new Random(options.Stepped.Next())));
        services.AddSingleton<FunctionInvoker>();
        services.AddSingleton<IFunctionInvoker>(provider => provider.GetRequiredService<FunctionInvoker>());
        services.AddSingleton(provider => new LocalHostStatus(
            provider.GetRequiredService<WorkSources>(), provider.GetRequiredService<IHostApplicationLifetime>()));
        services.AddMetrics();
        services.AddSingleton(provider => new HostTelemetry(
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<LocalServiceBus>(), provider.GetRequiredService<DurableEngine>()));
        AddFamilies(services);
        services.AddHostedService<FunctionsHost>();
    }

    /// <summary>What the options decide, once they are settled.</summary>
    public static void AddAsConfigured(this IServiceCollection services, LocalFunctionsOptions options)
    {
        if (options.Store is { } store)
            services.TryAddSingleton(store);
        else
            services.TryAddSingleton(provider => AppFiles.OpenStore(options, provider.GetRequiredService<IHostEnvironment>().ContentRootPath));
        if (options.OwnsProcess)
            services.AddHostedService<SecondInterrupt>();
    }

    private static void AddFamilies(IServiceCollection services)
    {
        services.AddHttpTriggers();
        services.AddServiceBusTriggers();
        services.AddTimerTriggers();
        services.AddChangeFeedTriggers();
        services.AddDurableTriggers();
    }
}
