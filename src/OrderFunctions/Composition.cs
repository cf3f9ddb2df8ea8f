using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.Protocols;
using OrderFunctions.Access;
using OrderFunctions.Checkout;
using OrderFunctions.Edge;
using OrderFunctions.Events;
using OrderFunctions.Lifecycle;
using OrderFunctions.Statistics;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Azure.Payments;

namespace OrderFunctions;

/// <summary>The app without its adapters: the same on every host.</summary>
public static class Composition
{
    /// <summary>Registers settings, edge and use cases. The host adds the adapters of the ports, and may add <see cref="ISigningKeys"/>.</summary>
    public static IServiceCollection AddOrderFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Read<OrderPolicy>(configuration, "Orders"));
        services.AddSingleton(Read<AccessOptions>(configuration, "Access"));
        services.AddSingleton(Read<AccessLimits>(configuration, "Limits"));
        services.AddSingleton(Read<FlashSalePolicy>(configuration, "FlashSales"));
        services.AddSingleton(Read<WebhookPolicy>(configuration, "Webhooks"));
        services.AddSingleton(Read<ReconciliationPolicy>(configuration, "Reconciliation").Checked());
        services.AddSingleton(Read<StatisticsPolicy>(configuration, "Statistics").Checked());
        services.AddEdge();
        services.AddUseCases();
        services.AddDeliveries();
        services.AddWebhookSchemes(configuration);
        services.AddHostedService<StartCheck>();
        services.AddTelemetry(configuration);
        return services;
    }

    /// <summary>A section as settings; a name that nobody knows is a misspelt one, and an error.</summary>
    private static T Read<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>(options => options.ErrorOnUnknownConfiguration = true) ?? new T();

    private static void AddEdge(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Identity(
            provider.GetRequiredService<AccessOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ISigningKeys>(),
            provider.GetService<IDocumentRetriever>()));
        // Asked for at the first request and not here: an app without adapters is to say so itself.
        services.TryAddSingleton<LimitFactor>(provider => caller => provider.GetRequiredService<LimitsOfUsers>().RateFactorOf(caller.UserId));
        services.AddSingleton<Admission>();
        services.AddSingleton<IdempotentRun>();
        services.AddSingleton<HttpEdge>();
        services.AddSingleton<Routes>();
    }

    /// <summary>Every class of the application that runs a command: stateless, so one of each. Found and not listed, so none is forgotten.</summary>
    private static void AddUseCases(this IServiceCollection services)
    {
        services.AddSingleton<OrderChanges>();
        services.AddSingleton<OrderAccess>();
        services.AddSingleton(provider => CursorsOf(provider.GetRequiredService<AccessOptions>(), provider.GetRequiredService<AccessLimits>()));
        services.AddSingleton<BasketPricing>();
        services.AddSingleton<CouponLocks>();
        services.AddSingleton<LimitsOfUsers>();
        services.AddSingleton<UserChanges>();
        services.AddSingleton<BuyerChecks>();
        services.AddSingleton<PaymentProviders>();
        services.AddSingleton<SecondCaptures>();
        services.AddSingleton<ReconciliationRun>();
        services.AddSingleton<DayFacts>();
        services.AddSingleton<SaleGate>();
        services.AddSingleton<SaleAdmissions>();
        services.AddSingleton<RebuildSaleUnits>();
        services.AddSingleton<SaleQueueWatch>();
        services.AddSingleton<WebhookDirectory>();
        services.AddSingleton<WebhookChanges>();
        services.AddSingleton<SearchLag>();
        services.AddSingleton<SearchRebuild>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ErasureReports>();
        services.AddSingleton<ErasureRun>();
        services.TryAddSingleton(new HealthPolicy());
        services.AddLogging();
        foreach (var type in typeof(PlaceOrder).Assembly.GetExportedTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && Array.Exists(type.GetMethods(), method => method.Name == "RunAsync"))
                services.AddSingleton(type);
        }
    }

    private static PageCursors CursorsOf(AccessOptions access, AccessLimits limits)
    {
        var key = new byte[access.CursorKey.Length];
        if (!Convert.TryFromBase64String(access.CursorKey, key, out var length) || length < 32)
            throw new InvalidOperationException("The setting Access:CursorKey must be 32 bytes or more in base64: cursors of lists are signed with it.");
        return limits.ListDepth >= 1
            ? new PageCursors(key[..length], limits.ListDepth)
            : throw new InvalidOperationException("The setting Limits:ListDepth must be 1 or more.");
    }

    /// <summary>How functions take messages. A stepped host registers pauses of its own: none.</summary>
    private static void AddDeliveries(this IServiceCollection services)
    {
        services.TryAddSingleton(DeliveryPauses.Default);
        services.AddSingleton<MessageDelivery>();
        services.AddSingleton<EventDelivery>();
        services.AddSingleton<SaleOrdersAtOnce>();
        services.AddSingleton<PurgeHistories>();
        services.AddSingleton<StatisticsStreams>();
    }

    /// <summary>From the sections <c>Payments:&lt;provider&gt;</c>: how each signs is said by its kind, with which secrets by <c>WebhookSecrets</c>; several while they rotate.</summary>
    private static void AddWebhookSchemes(this IServiceCollection services, IConfiguration configuration) =>
        services.TryAddSingleton(_ => new WebhookSchemes(configuration.GetSection("Payments").GetChildren().Select(PaymentProviderServices.SchemeOf)));
}
