using LocalFunctions.ChangeFeed;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Shipping;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Embedded;
using Orders.Embedded.Events;

namespace Orders.Application.Tests.Subjects;

/// <summary>
/// The use cases on the embedded adapters in memory: one thread, a clock that stands still, a crash after any commit. A mug costs 12.50 € and a
/// tea 4.99 €, ten of each in stock; a book is priced in dollars.
/// </summary>
public sealed class Shop : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Caller Ada = Somebody("ada", Role.Customer);
    public static readonly Caller Bob = Somebody("bob", Role.Customer);
    public static readonly Caller Merchant = Somebody("mia", Role.Merchant);
    public static readonly Caller Support = Somebody("sam", Role.Support);
    public static readonly Caller Carrier = Somebody("carl", Role.Carrier);
    public static readonly Sku Mug = Id.Parse<Sku>("MUG");
    public static readonly Sku Tea = Id.Parse<Sku>("TEA");

    private readonly WebhookPolicy webhooks;
    private ServiceProvider services;

    public Shop(WebhookPolicy? webhooks = null)
    {
        this.webhooks = webhooks ?? new WebhookPolicy();
        Turns = new TimedTurns(Clock);
        Process = new StoredProcess(Store);
        services = Open();
        Run(async () =>
        {
            foreach (var (sku, name, price, currency) in new[] { ("MUG", "Mug", 1_250L, "EUR"), ("TEA", "Tea", 499L, "EUR"), ("BOOK", "Book", 2_000L, "USD") })
                await Use<PutCatalogueItem>().RunAsync(sku, new CatalogueItemRequest(name, price, currency), default);
            foreach (var sku in new[] { "MUG", "TEA" })
                await Use<AdjustStock>().RunAsync(Merchant, sku, new StockAdjustmentRequest(Delta: null, SetTo: 10, "counted"), "opening", default);
        });
    }

    public LocalStore Store { get; } = LocalStore.OpenMemory();

    public LocalClock Clock { get; } = new(Start, frozen: true);

    public ScriptedProvider Provider { get; } = new();

    public ReconciliationPolicy Reconciliation { get; init; } = new();

    /// <summary>In place of the durable orchestration: remembers in the store which orders were started.</summary>
    public StoredProcess Process { get; }

    /// <summary>The systems of the shop that hear of its orders.</summary>
    public ScriptedEndpoints Endpoints { get; } = new();

    public TimedTurns Turns { get; }

    public T Use<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Runs it in a process that is killed right after so many more commits, if it gets that far; then starts the next one.</summary>
    public async Task<bool> RunAndDieAsync(int afterCommits, Func<Task> work)
    {
        Store.CrashAfter(afterCommits);
        var death = await Record.ExceptionAsync(work);
        Assert.True(death is null or StoreCrashedException, $"It failed otherwise: {death}");
        var died = Store.HasCrashed;
        Store.Restart();
        await services.DisposeAsync();
        services = Open();
        return died;
    }

    public static BasketRequest Basket(params (string Sku, int Quantity)[] lines) =>
        new([.. lines.Select(line => new LineRequest(line.Sku, line.Quantity))], Address());

    public static AddressRequest Address() => new("Ada", "1 Main Street", Line2: null, "Zürich", Region: null, "8001", "CH");

    public Task<Result<PlacedOrder>> PlaceAsync(BasketRequest basket, string key = "key-1", Caller? buyer = null) =>
        Use<PlaceOrder>().RunAsync(new PlaceOrderCommand((buyer ?? Ada).UserId, key, basket), Process, default);

    public async Task<Order> PlacedAsync(params (string Sku, int Quantity)[] lines)
    {
        var placed = await PlaceAsync(Basket(lines));
        Assert.Null(placed.Refusal);
        return placed.Value!.Order;
    }

    /// <summary>An order whose money is there, through the settlement's own use case.</summary>
    public async Task<Order> PaidAsync(params (string Sku, int Quantity)[] lines)
    {
        var order = await PlacedAsync(lines);
        var payment = await WithAttemptAsync(order);
        await Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, Clock.GetUtcNow(), "capture-1"), default);
        return await ReadAsync(order.Ref);
    }

    public async Task<Order> AcceptedAsync(params (string Sku, int Quantity)[] lines)
    {
        var order = await PaidAsync(lines);
        var accepted = await Use<AcceptOrder>().RunAsync(order.Ref, Actor.System, default);
        Assert.Null(accepted.Refusal);
        return accepted.Value!;
    }

    /// <summary>Opens an attempt at the scripted provider.</summary>
    public async Task<PaymentId> WithAttemptAsync(Order order, string key = "pay-1")
    {
        var opened = await Use<OpenPayment>().RunAsync(
            new OpenPaymentCommand(new Caller(order.UserId, new HashSet<Role> { Role.Customer }), order.OrderId, key, Method: null), default);
        Assert.Null(opened.Refusal);
        return PaymentId.Derive(order.OrderId, key);
    }

    public async Task<Order> ReadAsync(OrderRef order) => (await Use<IOrderStore>().FindAsync(order, default))!;

    public async Task<StockLevel> StockAsync(Sku sku) => (await Use<IStock>().FindAsync(sku, default))!;

    public void Dispose()
    {
        services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Store.Dispose();
    }

    private static Caller Somebody(string name, Role role) => new(Id.Parse<UserId>(name), new HashSet<Role> { role });

    private static void Run(Func<Task> work) => work().GetAwaiter().GetResult();

    private ServiceProvider Open()
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton(new PageCursors(new byte[32], mostItems: 5_000));
        collection.AddSingleton(new OrderPolicy());
        collection.AddSingleton(Reconciliation);
        collection.AddSingleton(new FlashSalePolicy { AdmissionKeys = [Convert.ToBase64String(new byte[32])] });
        collection.AddSingleton(Store);
        collection.AddSingleton(new LocalChangeFeed(Store));
        collection.AddSingleton(new LocalServiceBus(Store, Clock, OrderMessaging.Topology()));
        collection.AddEmbeddedOrders(dataDirectory: null);
        collection.AddSingleton<IPaymentProvider>(Provider);
        collection.AddSingleton(webhooks);
        collection.AddSingleton<IWebhookSender>(Endpoints);
        collection.AddSingleton<IDeliveryQueue>(Turns);
        foreach (var useCase in typeof(PlaceOrder).Assembly.GetTypes().Where(IsService))
            collection.AddSingleton(useCase);
        return collection.BuildServiceProvider();
    }

    private static bool IsService(Type type) => type is { IsPublic: true, IsClass: true, IsAbstract: false, IsSealed: true }
        && type.GetConstructors() is [var constructor]
        && constructor.GetParameters().Length > 0
        && constructor.GetParameters().All(parameter => IsDependency(parameter.ParameterType));

    private static bool IsDependency(Type type) =>
        type == typeof(TimeProvider) || type == typeof(OrderPolicy) || type == typeof(ReconciliationPolicy) || type == typeof(PageCursors) || type == typeof(FlashSalePolicy) || type == typeof(WebhookPolicy) || type.Namespace == "Microsoft.Extensions.Logging"
        || type == typeof(IEnumerable<IPaymentProvider>) || type == typeof(IEnumerable<IWebhookScheme>) || (type.Assembly == typeof(PlaceOrder).Assembly && (type.IsInterface || IsService(type)));
}
