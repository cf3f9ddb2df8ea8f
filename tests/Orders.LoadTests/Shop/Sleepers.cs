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
/// Fills a data folder with open orders that wait for their money. The first <see cref="MostPlaced"/> are placed by the use case itself, with
/// orchestrations that ran to their timer, in a host within this process that does without HTTP and fsync; the others are copies of theirs
/// (<see cref="SleeperCopies"/>).
/// </summary>
public static class Sleepers
{
    /// <summary>Placed; more are copies.</summary>
    internal const int MostPlaced = 5_000;

    private const int AtOnce = 256;
    private const int Most = 1_000_000;

    /// <param name="progress">Told how many there are.</param>
    public static async Task PlaceAsync(string dataDirectory, int count, Action<long> progress)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        await PlaceFirstAsync(dataDirectory, Math.Min(count, MostPlaced), progress);
        if (count <= MostPlaced)
            return;
        using var copies = new SleeperCopies(dataDirectory);
        copies.FillUpTo(count, progress);
    }

    /// <summary>Whose sleeping orders are and under which keys, one after the other; all buyers' ids have as many characters.</summary>
    internal static IEnumerable<(UserId Buyer, string Key)> Placed(int count) => Enumerable.Range(0, count).Select(number => (
        Id.Parse<UserId>("sleeper-" + (number % 10_000).ToString("0000", CultureInfo.InvariantCulture)),
        "sleeper-" + number.ToString(CultureInfo.InvariantCulture)));

    private static async Task PlaceFirstAsync(string dataDirectory, int count, Action<long> progress)
    {
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
        await Parallel.ForEachAsync(Placed(count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (sleeper, cancellation) =>
        {
            var basket = new BasketRequest(
                [new LineRequest(LoadShop.SkuOf(0), 1)], new AddressRequest("Sleeper", "1 Example Street", null, "Berlin", null, "10115", "DE"));
            var placed = await placeOrder.RunAsync(new PlaceOrderCommand(sleeper.Buyer, sleeper.Key, basket), process, cancellation);
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
