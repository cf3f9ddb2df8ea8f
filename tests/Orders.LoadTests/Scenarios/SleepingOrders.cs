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
        var count = stage.Options.Sleepers;
        var crowded = await stage.StartHostAsync("crowded");
        await stage.OpenShopAsync(crowded);
        await crowded.KillAsync();
        var filling = Stopwatch.StartNew();
        await Stage.ShowAsync($"Filling the store with {count:N0} orders that wait", async show =>
        {
            await Sleepers.PlaceAsync(crowded.DataDirectory, count, show);
            return true;
        });
        var size = new FileInfo(Path.Combine(crowded.DataDirectory, "local-functions.db")).Length;

        var empty = await stage.StartHostAsync("empty");
        var emptyShop = await stage.OpenShopAsync(empty);
        var report = new BenchmarkReport(stage.Options);
        report.Notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} open orders: {Math.Min(count, Sleepers.MostPlaced)} placed, {Math.Max(0, count - Sleepers.MostPlaced)} copied row by row; {filling.Elapsed.TotalSeconds:0} s, {size / 1048576} MB on disk."));
        await RestartAsync(crowded, report);
        report.Notes.Add(Memory("empty store", empty));
        report.Notes.Add(Memory($"{count} open orders, after the restart", crowded));

        var crowdedShop = await stage.OpenShopAsync(crowded, "crowded");
        List<Measurement> among = [], alone = [];
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            alone.Add(await stage.LoadAsync("Placing into an empty store", empty, emptyShop.PlaceAsync, warmUp: round == 0));
            await emptyShop.WhenIdleAsync();
            among.Add(await stage.LoadAsync("Placing among open orders", crowded, crowdedShop.PlaceAsync, warmUp: round == 0));
            await crowdedShop.WhenIdleAsync();
        }

        await Audit.MustHoldAsync(emptyShop);
        await Audit.MustHoldAsync(crowdedShop, new OpenBefore(count, count));
        await WakeSomeAsync(crowdedShop, count);
        report.Rows.AddRange([new($"place, {count} open orders", among), new("place, empty store", alone)]);
        report.AddRatio("placing with open orders / empty", report.Rows[0].Rate / report.Rows[1].Rate, atLeast: 0.8);
        report.Notes.Add("The audit of all promises held, of both stores.");
        return report;
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
        var running = (long)(await shop.HealthAsync())["runningOrchestrations"]!;
        if ((long)(await shop.StockAsync(0))["held"]! != before - woken || running != count + shop.Placed.Count - woken)
            throw new LoadFailedException($"{woken} sleepers were cancelled; {running} processes are left.");
    }

    private static async Task RestartAsync(ServerProcess crowded, BenchmarkReport report)
    {
        await crowded.StartAsync();
        await crowded.KillAsync();
        var took = await Stage.ShowAsync("Restart after a kill", _ => crowded.StartAsync());
        report.AddRatio("seconds from the start of the process to the first answer", took.TotalSeconds, atMost: 3);
    }

    private static string Memory(string what, ServerProcess host) =>
        string.Create(CultureInfo.InvariantCulture, $"Memory of the process, {what}: {host.WorkingSet / 1048576} MB.");
}
