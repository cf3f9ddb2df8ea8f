using LocalFunctions;
using LocalFunctions.Hosting;
using LocalFunctions.Storage;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.Access;
using OrderFunctions.LocalHost.Controls;
using OrderFunctions.LocalHost.Faults;
using OrderFunctions.LocalHost.Simulators;
using Orders.Azure.Events;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Embedded;
using Orders.Workflows;

namespace OrderFunctions.LocalHost;

/// <summary>How the shop is put together on one machine.</summary>
/// <param name="Address">Where the host listens, as it reaches itself: <c>http://localhost:7071</c>.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="DataDirectory">Where the notifications are written for people to read; null for nowhere.</param>
public sealed record LocalShopOptions(Uri Address, LocalKeys Keys, string? DataDirectory)
{
    /// <summary>How the app reaches the provider and the provider the app; the network when null.</summary>
    public Func<HttpMessageHandler>? Network { get; init; }

    /// <summary>Numbers from 0 to 1 for the waits between tries.</summary>
    public Random Jitter { get; init; } = new(0);

    /// <summary>Whether requests are limited as on Azure.</summary>
    public bool ProductionLimits { get; init; }

    /// <summary>What guards the calls to the provider; the defaults when null.</summary>
    public PipelineOptions? Pipeline { get; init; }
}

/// <summary>
/// The whole shop in one process: the app's functions, the embedded adapters, the provider adapter pointed at a simulated provider, which is
/// reached over HTTP like a real one, and the controls. Local host, demo and tests are put together here and nowhere else.
/// </summary>
public static class LocalShop
{
    private const string SimulatorPath = "/simulator";

    /// <summary>
    /// What works behind the answers shares processor and disk with what answers. host.json's numbers are for a machine of its own per
    /// instance; here they let a few hundred deliveries, turns and activities queue before every request (docs/performance.md).
    /// </summary>
    private const string BackgroundAtOnce = "16";

    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(15);

    public static FunctionsApplicationBuilder AddLocalShop(this FunctionsApplicationBuilder builder, LocalShopOptions options)
    {
        var provider = new Uri(options.Address, SimulatorPath).ToString();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentSessions"] = BackgroundAtOnce,
            ["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentOrchestratorFunctions"] = BackgroundAtOnce,
            ["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions"] = BackgroundAtOnce,
            ["Access:Issuer"] = LocalKeys.Issuer,
            ["Access:Audience"] = LocalKeys.Audience,
            ["FlashSales:AdmissionKeys:0"] = options.Keys.AdmissionKey,
            ["Webhooks:AllowPrivate"] = "true",
            ["Access:CursorKey"] = options.Keys.CursorKey,
            [$"Payments:{SimulatorOptions.Provider}:BaseUrl"] = provider,
            [$"Payments:{SimulatorOptions.Provider}:ApiKey"] = options.Keys.ProviderApiKey,
            [$"Payments:{SimulatorOptions.Provider}:WebhookSecrets:0"] = options.Keys.WebhookSecret,
        });
        if (!options.ProductionLimits)
            LocalLimits.AddTo(builder.Configuration);
        builder.ConfigureFunctionsWebApplication();
        builder.UseFunctionsFrom(typeof(Composition).Assembly, typeof(OrderLifecycle).Assembly);

        var services = builder.Services;
        services.AddSingleton(options.Keys);
        services.AddSingleton<ISigningKeys>(options.Keys);
        services.AddOrderFunctions(builder.Configuration);
        services.AddEmbeddedOrders(options.DataDirectory);
        services.AddHttpPaymentProvider(
            builder.Configuration, SimulatorOptions.Provider, Locked(options.Jitter), options.Network is { } network ? _ => network() : null,
            // Calls take real time however the host's clock is moved meanwhile.
            TimeProvider.System, options.Pipeline);
        services.AddHttpWebhookSender(options.Network is { } outwards ? _ => outwards() : null, TimeProvider.System);
        services.AddSingleton<WebhookReceivers>();
        services.AddFaultyPorts();
        services.AddPaymentSimulator(new SimulatorOptions(
            provider, new Uri(options.Address, "/api/payments/webhooks/" + SimulatorOptions.Provider).ToString(),
            options.Keys.WebhookSecret, options.Keys.ProviderApiKey), options.Network);
        return builder.ConfigureLocalHost(local =>
        {
            local.Endpoints.Add(LocalControls.Map);
            local.Endpoints.Add(routes => routes.MapPaymentSimulator(SimulatorPath));
        });
    }

    /// <summary>The simulated provider and the queue of its messages.</summary>
    public static IServiceCollection AddPaymentSimulator(this IServiceCollection services, SimulatorOptions options, Func<HttpMessageHandler>? network)
    {
        services.AddSingleton(options);
        services.AddSingleton<PaymentSimulator>();
        services.AddSingleton<IWorkSource>(provider => new SimulatorOutgoing(
            provider.GetRequiredService<PaymentSimulator>(), provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>(), options,
            network is null ? new HttpClient { Timeout = WebhookTimeout } : new HttpClient(network()) { Timeout = WebhookTimeout }, provider.GetRequiredService<ILogger<SimulatorOutgoing>>()));
        return services;
    }

    private static Func<double> Locked(Random chance)
    {
        var gate = new Lock();
        return () =>
        {
            lock (gate)
                return chance.NextDouble();
        };
    }
}
