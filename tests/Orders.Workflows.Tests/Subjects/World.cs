using LocalFunctions.ChangeFeed;
using LocalFunctions.Durable.Testing;
using LocalFunctions.Messaging.Broker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderFunctions;
using OrderFunctions.AfterSales;
using OrderFunctions.Lifecycle;
using OrderFunctions.Payments;
using OrderFunctions.Statistics;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Embedded;
using Orders.Embedded.Events;
using Orders.Workflows.AfterSales;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>
/// The real orchestrator and the real use cases on one store in memory, on virtual time: only the way of events to their consumers is
/// the test's own (<see cref="Shop.PumpAsync"/>), so that it can be crashed, repeated and shuffled.
/// </summary>
public sealed partial class World : IDisposable
{
    /// <summary>So that its instants read as those of orders do.</summary>
    public static readonly Sku Mug = Id.Parse<Sku>("MUG");
    public static readonly Sku Tea = Id.Parse<Sku>("TEA");

    private ServiceProvider services;
    private object engine;

    public World(OrderPolicy? policy = null, int seed = 1, OutsideProvider? provider = null, ReconciliationPolicy? reconciliation = null)
    {
        Policy = policy ?? new OrderPolicy();
        Reconciliation = reconciliation ?? new ReconciliationPolicy();
        Provider = provider ?? new OutsideProvider();
        Host = new OrchestrationTestHost(seed).AddOrchestrators(typeof(OrderLifecycle)).AddOrchestrators(typeof(AfterSale))
            .AddOrchestrators(typeof(ReconcileDay)).AddOrchestrators(typeof(ReportDay));
        Worlds.Add(Host, this);
        engine = Host.Engine;
        services = Open();
        AddActivities();
        AddReconciliation();
        AddReports();
        AddOperators();
        Stock(Mug, 1_250, 10);
        Stock(Tea, 499, 10);
        Shop = new Shop(this);
        Desk = new CaseDesk(this);
    }

    public OrchestrationTestHost Host { get; }

    public OrderPolicy Policy { get; }

    public ReconciliationPolicy Reconciliation { get; }

    /// <summary>Outside: it survives the death of our process.</summary>
    public OutsideProvider Provider { get; }

    public Shop Shop { get; }

    public CaseDesk Desk { get; }

    public DurableOrderProcess Process => new(Host.Client);

    public DurableReconciliation ReconciliationProcess => new(Host.Client);

    public DurableReports ReportProcess => new(Host.Client);

    /// <summary>Outside, too: files of reports.</summary>
    public OutsideFiles Files { get; } = new();

    /// <summary>Activities that ran, by name, over all lives of the process.</summary>
    public List<string> Activities { get; } = [];

    public static World Of(OrchestrationTestHost host) => Worlds.Of(host);

    /// <summary>A use case or port of the process that lives now.</summary>
    public T Use<T>()
        where T : notnull
    {
        if (!ReferenceEquals(engine, Host.Engine))
        {
            services.DisposeAsync().AsTask().GetAwaiter().GetResult();
            (engine, services) = (Host.Engine, Open());
        }

        return services.GetRequiredService<T>();
    }

    public void Dispose()
    {
        services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Host.Dispose();
    }

    private void AddActivities()
    {
        Add(OrderActivities.LookAtOrder, activities => activities.LookAsync);
        Add(OrderActivities.CancelUnpaid, activities => activities.CancelUnpaidAsync);
        Add(OrderActivities.VoidOpenAttempts, activities => activities.VoidOpenAttemptsAsync);
        Add(OrderActivities.RefundOwed, activities => activities.RefundOwedAsync);
        Add(OrderActivities.AcceptOrder, activities => activities.AcceptOrderAsync);
        Add(OrderActivities.PassReceiptDeadline, activities => activities.PassReceiptDeadlineAsync);
        Add(OrderActivities.CloseOrder, activities => activities.CloseOrderAsync);
        AddOfCase(CaseActivities.LookAtCase, activities => activities.LookAsync);
        AddOfCase(CaseActivities.DecideUnreviewed, activities => activities.DecideUnreviewedAsync);
        AddOfCase(CaseActivities.LapseGoods, activities => activities.LapseGoodsAsync);
        AddOfCase(CaseActivities.ReceiveUninspected, activities => activities.ReceiveUninspectedAsync);
        AddOfCase(CaseActivities.FallBack, activities => activities.FallBackAsync);
        AddOfCase(CaseActivities.RefundCase, activities => activities.RefundCaseAsync);
    }

    private void AddOfCase(string name, Func<CaseActivityFunctions, Func<CaseRef, CancellationToken, Task<CaseLook>>> method) =>
        Host.AddAsyncActivity<CaseRef, CaseLook>(name, @case =>
        {
            Activities.Add(name);
            return method(ActivatorUtilities.CreateInstance<CaseActivityFunctions>(UseServices()))(@case, default);
        });

    private void AddReconciliation()
    {
        Add<DateOnly, ReconciliationPlace>(ReconciliationActivities.BeginReconciliation, run => run.BeginAsync);
        Add<ReconciliationPlace, ReconciliationPlace>(ReconciliationActivities.ReadStatementPage, run => run.ReadPageAsync);
        Add<ReconciliationPlace, ReconciliationParts>(ReconciliationActivities.PlanReconciliation, run => run.PlanAsync);
        Add<ReconciliationPart, int>(ReconciliationActivities.ReconcilePart, run => run.ComparePartAsync);
        Add<DateOnly, DateOnly>(ReconciliationActivities.EndReconciliation, run => (date, cancellation) => run.EndAsync(date, Host.Client, cancellation));
    }

    private void AddReports()
    {
        AddReport<DateOnly, ReportPlan>(ReportActivities.PlanReport, (reports, date) => reports.PlanAsync(date, default));
        AddReport<ReportPart, long>(ReportActivities.CountReportPart, (reports, part) => reports.CountPartAsync(part, default));
        AddReport<ReportPlan, int>(ReportActivities.EndReport, (reports, plan) => reports.EndAsync(plan, default));
        AddReport<ReportPart, long>(ReportActivities.RepairStatistics, (reports, part) => reports.RepairAsync(part, default));
        AddReport<ReportPlan, int>(ReportActivities.CheckStatistics, (reports, plan) => reports.CheckAsync(plan, default));
        AddReport<DateOnly, bool>(ReportActivities.LookAtReconciliation, (reports, date) => reports.LookAtReconciliationAsync(date, default));
    }

    private void AddReport<TInput, TResult>(string name, Func<ReportActivityFunctions, TInput, Task<TResult>> method) =>
        Host.AddAsyncActivity<TInput, TResult>(name, input =>
        {
            Activities.Add(name);
            return method(ActivatorUtilities.CreateInstance<ReportActivityFunctions>(UseServices()), input);
        });

    private void Add<TInput, TResult>(string name, Func<ReconciliationActivityFunctions, Func<TInput, CancellationToken, Task<TResult>>> method) =>
        Host.AddAsyncActivity<TInput, TResult>(name, input =>
        {
            Activities.Add(name);
            return method(ActivatorUtilities.CreateInstance<ReconciliationActivityFunctions>(UseServices()))(input, default);
        });

    private void Add(string name, Func<OrderActivityFunctions, Func<OrderRef, CancellationToken, Task<OrderLook>>> method) =>
        Host.AddAsyncActivity<OrderRef, OrderLook>(name, order =>
        {
            Activities.Add(name);
            return method(ActivatorUtilities.CreateInstance<OrderActivityFunctions>(UseServices()))(order, default);
        });

    private ServiceProvider UseServices()
    {
        Use<OrderPolicy>();
        return services;
    }

    private void Stock(Sku sku, long price, long units)
    {
        Use<ICatalogue>().PutAsync(new(sku, sku.Value, price, Id.Parse<Currency>("EUR")), default).GetAwaiter().GetResult();
        Use<IStock>().AdjustAsync(sku, new StockChange.To(units), "counted", $"opening-{sku}", default).GetAwaiter().GetResult();
    }

    private ServiceProvider Open()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Host.Clock);
        collection.AddSingleton(Host.Store);
        collection.AddSingleton(new LocalChangeFeed(Host.Store));
        collection.AddSingleton(new LocalServiceBus(Host.Store, Host.Clock, OrderMessaging.Topology()));
        collection.AddEmbeddedOrders(dataDirectory: null);
        collection.AddSingleton<IPaymentProvider>(Provider);
        collection.AddOrderFunctions(new ConfigurationBuilder().Build());
        collection.Replace(ServiceDescriptor.Singleton(Policy));
        collection.Replace(ServiceDescriptor.Singleton(Reconciliation));
        collection.Replace(ServiceDescriptor.Singleton<IReportFiles>(Files));
        return collection.BuildServiceProvider();
    }

    /// <summary>The crash tests hand a host to their steps; this finds its world again.</summary>
    private static class Worlds
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<OrchestrationTestHost, World> All = [];

        public static void Add(OrchestrationTestHost host, World world) => All.Add(host, world);

        public static World Of(OrchestrationTestHost host) => All.TryGetValue(host, out var world) ? world : throw new InvalidOperationException("No world.");
    }
}
