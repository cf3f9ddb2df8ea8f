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
using Orders.Embedded.Access;
using Orders.Embedded.AfterSales;
using Orders.Embedded.Checkout;
using Orders.Embedded.Events;
using Orders.Embedded.Lifecycle;
using Orders.Embedded.Payments;
using Orders.Embedded.Search;
using Orders.Embedded.Statistics;
using Orders.Embedded.Stock;
using Orders.Embedded.Storage;

namespace Orders.Embedded;

/// <summary>Registers the embedded adapters of the ports.</summary>
public static class EmbeddedOrders
{
    /// <summary>
    /// Every port of Orders.Application but the payment provider and the order process, on the store, change feed and bus of the local host,
    /// which must be registered besides; so must <see cref="TimeProvider"/>, <c>OrderPolicy</c> and logging.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="dataDirectory">Where <c>notifications.log</c> and the folder <c>reports</c> are written; null for nothing on disk.</param>
    public static IServiceCollection AddEmbeddedOrders(this IServiceCollection services, string? dataDirectory = null)
    {
        services.AddSingleton(OrderMessaging.Topology());
        services.AddSingleton<EmbeddedTables>();
        services.AddSingleton<OutboxWriter>();
        services.AddSingleton<IHotOrders, MemoryHotOrders>();
        services.AddSingleton<SqliteOrderStore>();
        services.AddSingleton<IOrderStore, HotOrderStore<SqliteOrderStore>>();
        services.AddSingleton<ICompletedCases, SqliteCompletedCases>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<IInbox, SqliteInbox>();
        services.AddSingleton<IWatermarks, SqliteWatermarks>();
        services.AddSingleton<IEventPublisher, BusEventPublisher>();
        services.AddSingleton<IStock, SqliteStock>();
        services.AddSingleton<IStockLedger, SqliteStockLedger>();
        services.AddSingleton<IStockBooks, SqliteStockBooks>();
        services.AddSingleton<ICatalogue, SqliteCatalogue>();
        services.AddSingleton<ICoupons, SqliteCoupons>();
        services.AddSingleton<ISales, SqliteSales>();
        services.AddSingleton<IUsers, SqliteUsers>();
        services.AddSingleton<ISaleUnits, SqliteSaleUnits>();
        services.AddSingleton<ISaleBooks, SqliteSaleBooks>();
        services.AddSingleton<ISaleEpochs, SqliteSaleEpochs>();
        services.AddSingleton<ISaleQueue, BusSaleQueue>();
        services.AddSingleton<ILeases, SqliteLeases>();
        services.AddSingleton<IIdempotencyStore, SqliteIdempotencyStore>();
        services.AddSingleton<ITokenBuckets, LocalTokenBuckets>();
        services.AddSingleton<IWebhooks, SqliteWebhooks>();
        services.AddSingleton<IDeliveries, SqliteDeliveries>();
        services.AddSingleton<IDeliveryQueue, BusDeliveryQueue>();
        services.AddSingleton<IPaymentIndex, SqlitePaymentIndex>();
        services.AddSingleton<IPaymentBook, SqlitePaymentBook>();
        services.AddSingleton<IMoneyTrail, SqliteMoneyTrail>();
        services.AddSingleton<IStatements, SqliteStatements>();
        services.AddSingleton<IReconciliations, SqliteReconciliations>();
        services.AddSingleton<IStatistics, SqliteStatistics>();
        services.AddSingleton<IChangedOrders, SqliteChangedOrders>();
        services.AddSingleton<IReportFiles>(dataDirectory is null ? new ReportsInMemory() : new FileReports(Path.Combine(dataDirectory, "reports")));
        services.AddSingleton<IProviderMessages, SqliteProviderMessages>();
        services.AddSingleton<IUnknownMoney, SqliteUnknownMoney>();
        services.AddSingleton<IPaymentQueue, BusPaymentQueue>();
        services.AddSingleton<IOrderSearch, SqliteOrderSearch>();
        services.AddSingleton<IDeadLetters, BusDeadLetters>();
        services.AddSingleton<IAudit, SqliteAudit>();
        services.AddSingleton<IEventLog, SqliteEventLog>();
        services.AddSingleton<IFailedRefunds, SqliteFailedRefunds>();
        services.AddSingleton<IDependency, StoreHealth>();
        if (dataDirectory is not null)
            services.AddSingleton(provider => new NotificationLog(provider.GetRequiredService<EmbeddedTables>(), Path.Combine(dataDirectory, "notifications.log")));
        services.AddSingleton(provider => new SqliteNotifier(provider.GetRequiredService<EmbeddedTables>(), provider.GetService<NotificationLog>()));
        services.AddSingleton<INotifier>(provider => provider.GetRequiredService<SqliteNotifier>());
        return services;
    }
}
