using System.Diagnostics;
using System.Globalization;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Embedded;
using Orders.Embedded.Events;
using Orders.LoadTests.Report;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>
/// Asking the search with many orders in it, and building it anew: in this process, on a store of its own, without HTTP. The orders are written through the store's
/// port and indexed through the search's; nobody pays for them.
/// </summary>
internal static class Search
{
    private const int Runs = 200;
    private const int AtOnce = 500;

    private static readonly string[] Names = ["Ada", "Grace", "Alan", "Barbara", "Edsger", "Donald", "Frances", "John", "Katherine", "Niklaus"];
    private static readonly string[] Cities = ["London", "Bern", "Zürich", "Paris", "Berlin", "Wien", "Madrid", "Oslo", "Turin", "Gent"];
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");

    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        using var store = LocalStore.OpenFile(Path.Combine(stage.FolderOf("search"), "orders.db"));
        await using var services = Open(store);
        var report = new BenchmarkReport(stage.Options);
        var count = stage.Options.Sleepers;
        var watch = Stopwatch.StartNew();
        await Stage.ShowAsync($"Filling the store and the search with {count:N0} orders", show => FillAsync(services, count, show));
        report.Notes.Add(Text($"{count} orders written and indexed in {watch.Elapsed.TotalSeconds:0.0} s; {new FileInfo(store.FilePath!).Length / 1048576} MB on disk."));

        var search = ActivatorUtilities.CreateInstance<SearchOrders>(services, new PageCursors(new byte[32], 5_000));
        foreach (var (name, request) in Queries(count))
            report.Rows.Add(new Series(name, [await MeasureAsync(search, request)]));
        report.AddRatio("slowest p99 of a search, milliseconds", report.Rows.Max(row => row.Percentile(0.99)), atMost: 500);
        report.Notes.Add(await RebuildAsync(services));
        return report;
    }

    private static ServiceProvider Open(LocalStore store)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new OrderPolicy());
        services.AddSingleton(store);
        services.AddSingleton(new LocalChangeFeed(store));
        services.AddSingleton(new LocalServiceBus(store, TimeProvider.System, OrderMessaging.Topology()));
        services.AddEmbeddedOrders();
        return services.BuildServiceProvider();
    }

    private static async Task<bool> FillAsync(ServiceProvider services, int count, Action<long> show)
    {
        var (orders, search) = (services.GetRequiredService<IOrderStore>(), services.GetRequiredService<IOrderSearch>());
        for (var from = 0; from < count; from += AtOnce)
        {
            var some = Enumerable.Range(from, Math.Min(AtOnce, count - from)).Select(OrderOf).ToList();
            await Task.WhenAll(some.Select(order => orders.CreateAsync(order, OrderEventEnvelope.ItemFor(order, EventTypes.Placed), CancellationToken.None)));
            await search.IndexAsync([.. some.Select(SearchDocument.Of)], CancellationToken.None);
            show(from + some.Count);
        }

        return true;
    }

    /// <summary>Ten names, ten cities, a thousand streets; a hundred items, of which the first is in each tenth order.</summary>
    private static Order OrderOf(int number)
    {
        var reference = new OrderRef(Id.Parse<UserId>(Text($"buyer-{number % 5_000}")), OrderId.Derive(Id.Parse<UserId>(Text($"buyer-{number % 5_000}")), Text($"{number}")));
        var sku = Id.Parse<Sku>(Text($"ITEM-{(number % 10 == 0 ? 0 : number % 100)}"));
        var item = new CatalogueItem(sku, Text($"Thing number {number % 100}"), 100 + (number % 977), Euro);
        var basket = Pricing.Price([new WantedLine(sku, 1 + (number % 5))], new Dictionary<Sku, CatalogueItem> { [sku] = item }, shipping: 0);
        var address = new Address(
            $"{Names[number % 10]} {Names[number / 10 % 10]}son{number % 1_000}", Text($"{number % 300} Street {number % 1_000}"), null, Cities[number / 7 % 10], null,
            Text($"{10_000 + (number % 9_000)}"), "CH");
        var at = DateTimeOffset.UnixEpoch.AddYears(56).AddMinutes(number);
        return Order.Place(reference, basket, address, note: null, couponCode: null, "fingerprint", at, at.AddMinutes(30));
    }

    private static IEnumerable<(string Name, Func<int, SearchOrdersRequest> Request)> Queries(int count) =>
    [
        ("order number", n => new SearchOrdersRequest(Q: OrderOf(n * 37 % count).OrderId.Value)),
        ("beginning of an order number", n => new SearchOrdersRequest(Q: OrderOf(n * 37 % count).OrderId.Value[..6])),
        ("name and city (two words)", n => new SearchOrdersRequest(Q: $"{OrderOf(n * 37 % count).ShippingAddress.Name.Split(' ')[1]} {OrderOf(n * 37 % count).ShippingAddress.City}")),
        ("three letters of a name (a tenth of all)", n => new SearchOrdersRequest(Q: Names[n % 10][..3])),
        ("a word of every order", _ => new SearchOrdersRequest(Q: "street")),
        ("SKU of a tenth of all", _ => new SearchOrdersRequest(Sku: "ITEM-0")),
        ("one buyer's", n => new SearchOrdersRequest(UserId: Text($"buyer-{n}"))),
        ("all, newest first", _ => new SearchOrdersRequest()),
        ("total between, dearest first", n => new SearchOrdersRequest(MinTotal: Text($"{500 + n}"), MaxTotal: Text($"{1_500 + n}"), Sort: "-total")),
        ("a month, by last change", _ => new SearchOrdersRequest(From: "2026-02-01", To: "2026-02-28", Sort: "updatedAt")),
    ];

    private static async Task<Measurement> MeasureAsync(SearchOrders search, Func<int, SearchOrdersRequest> request)
    {
        var (latencies, all) = (new Histogram(), Stopwatch.StartNew());
        for (var run = -5; run < Runs; run++)
        {
            var one = Stopwatch.StartNew();
            var found = await search.RunAsync(request(run + 5), CancellationToken.None);
            if (found is not { Succeeded: true, Value.Total: > 0 })
                throw new LoadFailedException($"A search found nothing that is there: {request(run + 5)}.");
            if (run >= 0)
                latencies.Add(one.Elapsed);
        }

        return new Measurement(Runs, all.Elapsed, latencies);
    }

    private static async Task<string> RebuildAsync(ServiceProvider services)
    {
        var rebuild = ActivatorUtilities.CreateInstance<SearchRebuild>(services);
        var watch = Stopwatch.StartNew();
        var place = await rebuild.BeginAsync(DateTimeOffset.UnixEpoch, CancellationToken.None);
        while (!place.IsFilled)
            place = await rebuild.FillAsync(place, CancellationToken.None);
        await rebuild.EndAsync(place, CancellationToken.None);
        var state = await services.GetRequiredService<IOrderSearch>().ReadStateAsync(CancellationToken.None);
        return state.Documents == place.Read
            ? Text($"Rebuilt from {place.Read} orders in {watch.Elapsed.TotalSeconds:0.0} s; the steps without the durable engine between them.")
            : throw new LoadFailedException($"The rebuilt search has {state.Documents} of {place.Read} orders.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
