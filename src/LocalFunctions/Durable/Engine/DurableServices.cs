using System.Text.Json;
using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LocalFunctions.Durable.Engine;

internal static class DurableServices
{
    /// <summary>The app's own <see cref="DurableOptions"/>, registered later, take the place of host.json's.</summary>
    public static void AddDurableTriggers(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => DurableOptions.From(
            provider.GetRequiredService<HostJson>(),
            // As the worker does: payloads are written with the app's own JsonSerializerOptions.
            new JsonSerializerOptions(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value) { PropertyNameCaseInsensitive = true }));
        services.AddSingleton(provider => new DurableEngine(
            provider.GetRequiredService<LocalStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DurableOptions>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => new DurableFamily(
            provider.GetRequiredService<DurableEngine>(), provider.GetRequiredService<IFunctionInvoker>));
        services.AddSingleton<ITriggerFamily>(provider => provider.GetRequiredService<DurableFamily>());
        services.AddSingleton<IParameterBinder>(provider => provider.GetRequiredService<DurableFamily>());
    }
}
