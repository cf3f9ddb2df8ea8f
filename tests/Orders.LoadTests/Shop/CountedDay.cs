using System.Globalization;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Embedded;
using Orders.Embedded.Events;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>A day of orders in a store of its own, nine of ten paid some minutes later; and the use cases that count it, without a host around them.</summary>
public sealed class CountedDay : IDisposable
{
    private const int AtOnce = 256;
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");

    private readonly LocalStore store;
    private readonly ServiceProvider services;
    private readonly StoppedClock clock;
    private readonly int orders;
    private readonly int skus;

    /// <param name="dataDirectory">Where.</param>
    /// <param name="durable">Whether every commit waits for the disk.</param>
    /// <param name="orders">How many.</param>
    /// <param name="skus">Items that they buy.</param>
    public CountedDay(string dataDirectory, bool durable, int orders, int skus)
    {
        (this.orders, this.skus) = (orders, skus);
        Day = new ReportDate(new DateOnly(2026, 3, 1));
        clock = new StoppedClock(Day.Until.AddSeconds(-1));
        store = LocalStore.OpenFile(Path.Combine(dataDirectory, "local-functions.db"), durable);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(clock);
        collection.AddSingleton(new OrderPolicy());
        collection.AddSingleton(new StatisticsPolicy());
        collection.AddSingleton(store);
        collection.AddSingleton(new LocalChangeFeed(store));
        collection.AddSingleton(new LocalServiceBus(store, clock, OrderMessaging.Topology()));
        collection.AddEmbeddedOrders(dataDirectory);
        foreach (var useCase in new[] { typeof(StatisticsConsumer), typeof(ReadLiveStatistics), typeof(DayFacts), typeof(PlanReport), typeof(CountReportPart), typeof(CheckStatistics), typeof(EndReport) })
            collection.AddSingleton(useCase);
        services = collection.BuildServiceProvider();
    }

    public ReportDate Day { get; }

    public T Use<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Stores the orders; their events are left unpublished.</summary>
    public Task FillAsync(Action<long> progress) => ForEachAsync(progress, async (number, cancellation) =>
    {
        var placed = Placed(number);
        if (await Use<IOrderStore>().CreateAsync(placed, OrderEventEnvelope.ItemFor(placed, EventTypes.Placed), cancellation) is not null)
            throw new LoadFailedException($"Order {number} was there already.");
        if (Paid(placed, number) is { } paid && !await Use<IOrderStore>().SaveAsync(paid, OrderEventEnvelope.ItemFor(paid, EventTypes.Paid), cancellation))
            throw new LoadFailedException($"Order {number} was not paid.");
    });

    /// <summary>Counts the events of all orders.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> CountAsync(Action<long> progress)
    {
        var events = 0L;
        await ForEachAsync(progress, async (number, cancellation) =>
        {
            var placed = Placed(number);
            foreach (var (order, type) in new[] { (placed, EventTypes.Placed), (Paid(placed, number), EventTypes.Paid) })
            {
                if (order is null)
                    continue;
                await Use<StatisticsConsumer>().RunAsync(OrderEventEnvelope.Parse(OrderEventEnvelope.ItemFor(order, type).Body), cancellation);
                Interlocked.Increment(ref events);
            }
        });
        return events;
    }

    public void Dispose()
    {
        services.Dispose();
        store.Dispose();
    }

    private async Task ForEachAsync(Action<long> progress, Func<int, CancellationToken, ValueTask> run)
    {
        var done = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, orders), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellation) =>
        {
            await run(number, cancellation);
            if (Interlocked.Increment(ref done) % 1_000 == 0)
                progress(done);
        });
    }

    private Order Placed(int number)
    {
        var sku = Id.Parse<Sku>(LoadShop.SkuOf(number % skus));
        var basket = Pricing.Price(
            [new WantedLine(sku, 1 + number % 2)], new Dictionary<Sku, CatalogueItem> { [sku] = new(sku, "Load item", 690 + number % skus, Euro) }, shipping: 0);
        var user = Id.Parse<UserId>("buyer-" + (number % 10_000).ToString(CultureInfo.InvariantCulture));
        var at = Day.From + TimeSpan.FromDays(1) * number / orders;
        return Order.Place(
            new OrderRef(user, OrderId.Derive(user, number.ToString(CultureInfo.InvariantCulture))), basket, new Address("Load Buyer", "1 Example Street", null, "Berlin", null, "10115", "DE"),
            note: null, couponCode: null, "fingerprint", at, at.AddMinutes(30));
    }

    /// <summary>Null for one that stays unpaid.</summary>
    private static Order? Paid(Order placed, int number)
    {
        if (number % 10 == 9)
            return null;
        var paymentId = PaymentId.Derive(placed.OrderId, "p");
        var (_, paid) = placed.Apply(new OrderEvent.PaymentSettled(placed.PlacedAt.AddSeconds(5 + number % 900), paymentId), Actor.Provider, "Paid in full");
        var payment = new OrderPayment(paymentId, placed.Total, "simulator", PaymentStatus.Settled, placed.PlacedAt)
        {
            Captured = placed.Total,
            CapturedAt = paid.UpdatedAt,
            ReceivedAt = paid.UpdatedAt,
            Kept = placed.Totals.Total,
        };
        return paid with { Payments = [payment], Totals = paid.Totals with { Paid = placed.Totals.Total } };
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
