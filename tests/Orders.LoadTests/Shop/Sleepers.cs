using System.Globalization;
using LocalFunctions;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderFunctions.Lifecycle;
using OrderFunctions.LocalHost;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>
/// Fills a data folder with open orders that wait for their money: placed by the use case itself, with orchestrations that ran to their timer,
/// in a host within this process that does without HTTP and fsync. Orders don't differ from any others.
/// </summary>
public static class Sleepers
{
    private const int AtOnce = 256;
    private const int Most = 1_000_000;

    /// <param name="progress">Told how many there are.</param>
    public static async Task PlaceAsync(string dataDirectory, int count, Action<long> progress)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddLocalShop(new LocalShopOptions(new Uri("http://127.0.0.1:1"), LocalKeys.OfFolder(dataDirectory), dataDirectory));
        builder.ConfigureLocalHost(local =>
        {
            local.DataDirectory = dataDirectory;
            local.Urls = "http://127.0.0.1:0";
            local.DurableWrites = false;
        });
        using var app = builder.Build();
        await app.StartAsync();
        var placeOrder = app.Services.GetRequiredService<PlaceOrder>();
        var process = new DurableOrderProcess(app.Services.GetRequiredService<DurableEngine>().Client);
        var done = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellation) =>
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            var basket = new BasketRequest(
                [new LineRequest(LoadShop.SkuOf(0), 1)], new AddressRequest("Sleeper", "1 Example Street", null, "Berlin", null, "10115", "DE"));
            var placed = await placeOrder.RunAsync(
                new PlaceOrderCommand(Id.Parse<UserId>("sleeper-" + (number % 10_000).ToString(CultureInfo.InvariantCulture)), "sleeper-" + text, basket),
                process, cancellation);
            if (!placed.Succeeded)
                throw new LoadFailedException($"A sleeping order was refused: {placed.Refusal}");
            if (Interlocked.Increment(ref done) % 1000 == 0)
                progress(done);
        });
        await app.Services.GetRequiredService<TimeMachine>().WhenIdleAsync(CancellationToken.None);
        progress(done);
        await app.StopAsync();
    }
}
