using System.Diagnostics;
using System.Globalization;
using Orders.Domain;
using Orders.LoadTests.Report;
using Orders.LoadTests.Servers;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>Placing while many open orders wait for their money, in turn with an empty store; then a kill and the time until it serves again.</summary>
internal static class SleepingOrders
{
    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        // Nobody wakes up within the measurement.
        Environment.SetEnvironmentVariable("Orders__PaymentWindow", "2.00:00:00");
        var crowded = await stage.StartHostAsync("crowded", stage.FolderOfSleepers());
        var report = new BenchmarkReport(stage.Options);
        var crowdedShop = await stage.OpenShopAsync(crowded, "crowded");
        if (await RunningAsync(crowdedShop) == 0)
        {
            await crowded.KillAsync();
            report.Notes.Add(await FillAsync(crowded.DataDirectory, stage.Options.Sleepers));
            await crowded.StartAsync();
            if (await RunningAsync(crowdedShop) is var filled && filled != stage.Options.Sleepers)
                throw new LoadFailedException($"{filled} orders wait where there should be {stage.Options.Sleepers}.");
        }

        var count = (int)await RunningAsync(crowdedShop);
        var before = new OpenBefore(count, (long)(await crowdedShop.StockAsync(0))["held"]!);
        var empty = await stage.StartHostAsync("empty");
        var emptyShop = await stage.OpenShopAsync(empty);
        await RestartAsync(crowded, report);
        report.Notes.Add(Memory("empty store", empty));
        report.Notes.Add(Memory($"{count} open orders, after the restart", crowded));

        List<Measurement> among = [], alone = [];
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            alone.Add(await stage.LoadAsync("Placing into an empty store", empty, emptyShop.PlaceAsync, warmUp: round == 0));
            await emptyShop.WhenIdleAsync();
            among.Add(await stage.LoadAsync("Placing among open orders", crowded, crowdedShop.PlaceAsync, warmUp: round == 0));
            await crowdedShop.WhenIdleAsync();
        }

        await Audit.MustHoldAsync(emptyShop);
        await Audit.MustHoldAsync(crowdedShop, before);
        await WakeSomeAsync(crowdedShop, count);
        report.Rows.AddRange([new($"place, {count} open orders", among), new("place, empty store", alone)]);
        report.AddRatio("placing with open orders / empty", report.Rows[0].Rate / report.Rows[1].Rate, atLeast: 0.8);
        report.Notes.Add("The audit of all promises held, of both stores.");
        return report;
    }

    private static async Task<long> RunningAsync(LoadShop shop) => (long)(await shop.HealthAsync())["runningOrchestrations"]!;

    private static async Task<string> FillAsync(string dataDirectory, int count)
    {
        var watch = Stopwatch.StartNew();
        await Stage.ShowAsync($"Filling the store with {count:N0} orders that wait", async show =>
        {
            await Sleepers.PlaceAsync(dataDirectory, count, show);
            return true;
        });
        var size = new FileInfo(Path.Combine(dataDirectory, "local-functions.db")).Length;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count} open orders: {Math.Min(count, Sleepers.MostPlaced)} placed, {Math.Max(0, count - Sleepers.MostPlaced)} copied row by row; {watch.Elapsed.TotalSeconds:0} s, {size / 1048576} MB on disk.");
    }

    /// <summary>Sleepers from all over the store are read and cancelled: each ends, and its unit is free again.</summary>
    private static async Task WakeSomeAsync(LoadShop shop, int count)
    {
        var before = (long)(await shop.StockAsync(0))["held"]!;
        var woken = Math.Min(count, 20);
        foreach (var (buyer, key) in Sleepers.Placed(count).Where((_, number) => number % (count / woken) == 0).Take(woken))
        {
            var orderId = OrderId.Derive(buyer, key).Value;
            if ((string?)(await shop.OrderAsync(orderId))["status"] != "PendingPayment" || (string?)(await shop.CancelAsync(orderId))["status"] != "Cancelled")
                throw new LoadFailedException($"The sleeping order {orderId} did not wake.");
        }

        await shop.WhenIdleAsync();
        var running = await RunningAsync(shop);
        if ((long)(await shop.StockAsync(0))["held"]! != before - woken || running != count + shop.Placed.Count - woken)
            throw new LoadFailedException($"{woken} sleepers were cancelled; {running} processes are left.");
    }

    private static async Task RestartAsync(ServerProcess crowded, BenchmarkReport report)
    {
        await crowded.KillAsync();
        var took = await Stage.ShowAsync("Restart after a kill", _ => crowded.StartAsync());
        report.AddRatio("seconds from the start of the process to the first answer", took.TotalSeconds, atMost: 3);
    }

    private static string Memory(string what, ServerProcess host) =>
        string.Create(CultureInfo.InvariantCulture, $"Memory of the process, {what}: {host.WorkingSet / 1048576} MB.");
}
