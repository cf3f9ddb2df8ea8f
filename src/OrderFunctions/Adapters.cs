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
using Orders.Azure.Blobs;
using Orders.Azure.Cosmos;
using Orders.Azure.Events;
using Orders.Azure.Payments;
using Orders.Azure.Redis;
using Orders.Azure.ServiceBus;

namespace OrderFunctions;

/// <summary>What must be behind the use cases before the app can start. A set that is half there is an error at the start, not at the first order.</summary>
public static class Adapters
{
    private static readonly (Type Port, string What)[] Needed =
    [
        (typeof(IOrderStore), "orders"),
        (typeof(ICompletedCases), "orders by the completion of their cases"),
        (typeof(IHotOrders), "answers of orders that are read often"),
        (typeof(IOutbox), "events not yet published"),
        (typeof(IEventPublisher), "the topic order-events"),
        (typeof(IInbox), "messages already seen"),
        (typeof(INotifier), "what buyers are told"),
        (typeof(IWebhooks), "endpoints of webhooks that go out"),
        (typeof(IDeliveries), "webhooks that go out, and their log"),
        (typeof(IDeliveryQueue), "the queue webhook-deliveries"),
        (typeof(IWebhookSender), "what sends webhooks"),
        (typeof(IWatermarks), "how far the sweeps have come"),
        (typeof(IStock), "stock"),
        (typeof(IStockLedger), "the ledger of the stock"),
        (typeof(IStockBooks), "the proof of the stock"),
        (typeof(ICatalogue), "the catalogue"),
        (typeof(ICoupons), "coupons"),
        (typeof(ISales), "flash sales"),
        (typeof(IUsers), "users' addresses, tiers and limits"),
        (typeof(ISaleUnits), "units of flash sales"),
        (typeof(ISaleBooks), "the proof of the units of flash sales"),
        (typeof(ISaleEpochs), "the epochs of the units of flash sales"),
        (typeof(ISaleQueue), "the queue sale-orders"),
        (typeof(ILeases), "leases"),
        (typeof(IIdempotencyStore), "idempotency keys"),
        (typeof(ITokenBuckets), "limits that all instances share"),
        (typeof(IPaymentProvider), "the payment provider"),
        (typeof(IPaymentIndex), "which order a payment belongs to"),
        (typeof(IPaymentBook), "the books of money"),
        (typeof(IMoneyTrail), "what providers were asked"),
        (typeof(IStatements), "providers' statements"),
        (typeof(IReconciliations), "what the reconciliation found"),
        (typeof(IStatistics), "live statistics"),
        (typeof(IChangedOrders), "orders by their last change"),
        (typeof(IReportFiles), "files of reports"),
        (typeof(IProviderMessages), "messages of the payment provider"),
        (typeof(IUnknownMoney), "money that belongs to no payment of ours"),
        (typeof(IPaymentQueue), "the queue payment-messages"),
        (typeof(IOrderSearch), "the search of orders"),
        (typeof(IDeadLetters), "dead letters"),
        (typeof(IAudit), "who did what"),
        (typeof(IEventLog), "events that were published"),
        (typeof(IFailedRefunds), "refunds that failed"),
        (typeof(IDependency), "how what the app needs is"),
    ];

    /// <summary>Adds the sets of adapters whose settings are there: the payment providers of the section <c>Payments</c>, and what the sections
    /// <c>Redis</c>, <c>ServiceBus</c>, <c>CosmosDB</c> and <c>AzureWebJobsStorage</c> bring; and the sender of webhooks, which needs none.</summary>
    /// <exception cref="InvalidOperationException">Half a set's settings are there; the message names the others.</exception>
    public static IServiceCollection AddConfiguredAdapters(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var provider in configuration.GetSection("Payments").GetChildren())
            services.AddPaymentProvider(configuration, provider.Key);
        return services.AddHttpWebhookSender().AddRedis(configuration).AddServiceBus(configuration).AddCosmos(configuration).AddBlobs(configuration);
    }

    /// <summary>Null when every port has its adapter, else what to tell whoever starts the app.</summary>
    public static string? Complaint(IServiceCollection services)
    {
        var missing = Needed.Where(port => services.All(service => service.ServiceType != port.Port)).ToList();
        return missing.Count == 0 ? null : $"""
            The order functions can't start: nothing stands behind these ports.
            {string.Join(Environment.NewLine, missing.Select(port => $"  {port.Port.Name,-20} {port.What}"))}

            On your own machine, with everything embedded, type
              dotnet run --project src/OrderFunctions.LocalHost
            On Azure settings choose what stands there: CosmosDB:accountEndpoint, ServiceBus:fullyQualifiedNamespace, Redis:host,
            AzureWebJobsStorage:accountName, and a provider of payments under Payments.
            """;
    }
}
