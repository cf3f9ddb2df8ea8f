using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Application.Stock;

namespace OrderFunctions.LocalHost.Faults;

/// <summary>The ports that can be made to fail, by the names that <c>PUT /local/faults</c> takes.</summary>
public static class FaultyPorts
{
    private static readonly Dictionary<string, Type> Ports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["orders"] = typeof(IOrderStore),
        ["completedCases"] = typeof(ICompletedCases),
        ["hotOrders"] = typeof(IHotOrders),
        ["stock"] = typeof(IStock),
        ["stockLedger"] = typeof(IStockLedger),
        ["stockBooks"] = typeof(IStockBooks),
        ["catalogue"] = typeof(ICatalogue),
        ["coupons"] = typeof(ICoupons),
        ["sales"] = typeof(ISales),
        ["users"] = typeof(IUsers),
        ["saleUnits"] = typeof(ISaleUnits),
        ["saleBooks"] = typeof(ISaleBooks),
        ["saleEpochs"] = typeof(ISaleEpochs),
        ["saleQueue"] = typeof(ISaleQueue),
        ["leases"] = typeof(ILeases),
        ["idempotency"] = typeof(IIdempotencyStore),
        ["tokenBuckets"] = typeof(ITokenBuckets),
        ["provider"] = typeof(IPaymentProvider),
        ["payments"] = typeof(IPaymentIndex),
        ["paymentBook"] = typeof(IPaymentBook),
        ["moneyTrail"] = typeof(IMoneyTrail),
        ["statements"] = typeof(IStatements),
        ["reconciliations"] = typeof(IReconciliations),
        ["providerMessages"] = typeof(IProviderMessages),
        ["unknownMoney"] = typeof(IUnknownMoney),
        ["paymentQueue"] = typeof(IPaymentQueue),
        ["outbox"] = typeof(IOutbox),
        ["events"] = typeof(IEventPublisher),
        ["inbox"] = typeof(IInbox),
        ["notifier"] = typeof(INotifier),
        ["webhooks"] = typeof(IWebhooks),
        ["deliveries"] = typeof(IDeliveries),
        ["deliveryQueue"] = typeof(IDeliveryQueue),
        ["webhookSender"] = typeof(IWebhookSender),
        ["statistics"] = typeof(IStatistics),
        ["changedOrders"] = typeof(IChangedOrders),
        ["reportFiles"] = typeof(IReportFiles),
        ["watermarks"] = typeof(IWatermarks),
        ["search"] = typeof(IOrderSearch),
        ["deadLetters"] = typeof(IDeadLetters),
        ["audit"] = typeof(IAudit),
        ["eventLog"] = typeof(IEventLog),
        ["failedRefunds"] = typeof(IFailedRefunds),
        ["dependencies"] = typeof(IDependency),
    };

    /// <summary>What <see cref="Fault.Port"/> can be.</summary>
    public static IReadOnlyCollection<string> Names => Ports.Keys;

    /// <summary>What <see cref="Fault.Operation"/> can be for a port: its methods without <c>Async</c>.</summary>
    public static IReadOnlyList<string> Operations(string port) => Ports.TryGetValue(port, out var type)
        ? [.. type.GetMethods().Where(method => !method.IsSpecialName).Select(method => method.Name.Replace("Async", "", StringComparison.Ordinal)).Distinct()]
        : [];

    /// <summary>Puts a <see cref="FaultyPort{TPort}"/> before every adapter that is registered so far.</summary>
    public static IServiceCollection AddFaultyPorts(this IServiceCollection services)
    {
        services.TryAddSingleton<FaultPlan>();
        var wrap = typeof(FaultyPorts).GetMethod(nameof(Wrap), BindingFlags.Static | BindingFlags.NonPublic)!;
        foreach (var (name, port) in Ports)
        {
            for (var i = 0; i < services.Count; i++)
            {
                if (services[i].ServiceType == port && !services[i].IsKeyedService)
                    services[i] = (ServiceDescriptor)wrap.MakeGenericMethod(port).Invoke(null, [services[i], name])!;
            }
        }

        return services;
    }

    private static ServiceDescriptor Wrap<TPort>(ServiceDescriptor adapter, string name)
        where TPort : class => ServiceDescriptor.Describe(
            typeof(TPort),
            services => FaultyPort<TPort>.Wrap(
                (TPort)Create(services, adapter), name, services.GetRequiredService<FaultPlan>(), services.GetRequiredService<TimeProvider>()),
            adapter.Lifetime);

    private static object Create(IServiceProvider services, ServiceDescriptor adapter) =>
        adapter.ImplementationInstance
        ?? adapter.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, adapter.ImplementationType!);
}
