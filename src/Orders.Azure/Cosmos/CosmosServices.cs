using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Azure.Resilience;
using Polly;

namespace Orders.Azure.Cosmos;

/// <summary>Sets the adapters on Cosmos DB up.</summary>
public static class CosmosServices
{
    private const string Dependency = "cosmos";
    private const string Queries = "cosmos-queries";
    private const string Sums = "cosmos-sums";

    /// <summary>Every port that keeps documents. Nothing when the section <c>CosmosDB</c> is empty.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With the sections <c>CosmosDB</c> and <c>Cosmos</c>: <see cref="CosmosSettings"/>.</param>
    /// <exception cref="InvalidOperationException">A setting is unknown or makes no sense; the message names it.</exception>
    public static IServiceCollection AddCosmos(this IServiceCollection services, IConfiguration configuration)
    {
        if (CosmosSettings.From(configuration) is not { } settings)
            return services;
        var bounds = ResilienceOptions.From(configuration);
        services.AddCircuit(Dependency, isNeeded: true).AddCircuit(Queries, isNeeded: false).AddCircuit(Sums, isNeeded: false);
        services.AddSingleton(_ => ClientOf(settings));
        services.AddSingleton(provider => new CosmosDatabase(
            provider.GetRequiredService<CosmosClient>(), settings.Options.Database,
            new CosmosPipelines(
                Pipeline(provider, bounds.Cosmos, Dependency), Pipeline(provider, bounds.CosmosQueries, Queries), Pipeline(provider, bounds.CosmosSums, Sums))));
        if (settings.ConnectionString is not null)
            services.AddHostedService(provider => new EmulatorContainers(provider.GetRequiredService<CosmosClient>(), settings));
        return services.AddCosmosAdapters();
    }

    /// <summary>The ports that stand on <see cref="CosmosDatabase"/>.</summary>
    internal static IServiceCollection AddCosmosAdapters(this IServiceCollection services)
    {
        services.AddSingleton<MadeStamps>();
        services.AddSingleton<CosmosOrderStore>();
        services.AddSingleton<IOrderStore, HotOrderStore<CosmosOrderStore>>();
        services.AddSingleton<IOutbox, CosmosOutbox>();
        services.AddSingleton<ICompletedCases, CosmosCompletedCases>();
        services.AddSingleton<IChangedOrders, CosmosChangedOrders>();
        services.AddSingleton<IInbox, CosmosInbox>();
        services.AddSingleton<IProviderMessages, CosmosProviderMessages>();
        services.AddSingleton<IPaymentIndex, CosmosPaymentIndex>();
        services.AddSingleton<IPaymentBook, CosmosPaymentBook>();
        services.AddSingleton<IMoneyTrail, CosmosMoneyTrail>();
        services.AddSingleton<IWatermarks, CosmosWatermarks>();
        services.AddSingleton<IUsers, CosmosUsers>();
        services.AddSingleton<ICatalogue, CosmosCatalogue>();
        services.AddSingleton<IReconciliations, CosmosReconciliations>();
        services.AddSingleton<IStatements, CosmosStatements>();
        services.AddSingleton<IUnknownMoney, CosmosUnknownMoney>();
        services.AddSingleton<IStatistics, CosmosStatistics>();
        services.AddSingleton<IOrderSearch, CosmosOrderSearch>();
        return services.AddCheckoutAdapters();
    }

    /// <summary>What orders are placed with, and what becomes of their events.</summary>
    private static IServiceCollection AddCheckoutAdapters(this IServiceCollection services)
    {
        services.AddSingleton<ICoupons, CosmosCoupons>();
        services.AddSingleton<ISales, CosmosSales>();
        services.AddSingleton<ISaleEpochs, CosmosSaleEpochs>();
        services.AddSingleton<IStockLedger, CosmosStockLedger>();
        services.AddSingleton<IAudit, CosmosAudit>();
        services.AddSingleton<IEventLog, CosmosEventLog>();
        services.AddSingleton<IFailedRefunds, CosmosFailedRefunds>();
        services.AddSingleton<IWebhooks, CosmosWebhooks>();
        services.AddSingleton<IDeliveries, CosmosDeliveries>();
        services.AddSingleton<INotifier, CosmosNotifier>();
        return services;
    }

    /// <summary>Calls take real time however the host's clock is moved meanwhile.</summary>
    private static ResiliencePipeline Pipeline(IServiceProvider provider, PipelineOptions bounds, string dependency) => DependencyPipeline.Build(
        bounds, CosmosErrors.IsTransient, provider.GetRequiredService<TimeProvider>(), DrawJitter, TimeProvider.System, Circuit.Of(provider, dependency),
        CosmosErrors.IsThrottled);

    private static CosmosClient ClientOf(CosmosSettings settings) => settings.ConnectionString is { } connectionString
        ? new CosmosClient(connectionString, settings.ForClient())
        : new CosmosClient(settings.AccountEndpoint, settings.Identity, settings.ForClient());

    /// <summary>So that many hosts that lost the database together don't come back together.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
