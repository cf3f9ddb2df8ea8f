using System.Diagnostics;
using Orders.LoadTests.Report;
using Orders.LoadTests.Servers;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>
/// Orders placed, paid at the provider, their webhooks applied, accepted, all over HTTP. An order counts when all of this is done, so the time
/// until the host is quiet belongs to the run.
/// </summary>
internal static class Paid
{
    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var report = new BenchmarkReport(stage.Options);
        var runs = new List<Measurement>();
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            if (round == 0)
                await WholeAsync(stage, host, shop, warmUp: true);
            runs.Add(await WholeAsync(stage, host, shop));
        }

        await Audit.MustHoldAsync(shop);
        report.Rows.Add(new Series("placed, paid, applied, accepted", runs));
        report.AddRatio("paid orders a second", report.Rows[0].Rate, atLeast: 1000);
        report.Notes.Add("Latencies are of three requests in a row: place, open the payment, settle it at the provider.");
        report.Notes.Add("The audit of all promises held.");
        return report;
    }

    private static async Task<Measurement> WholeAsync(Stage stage, ServerProcess host, LoadShop shop, bool warmUp = false)
    {
        var watch = Stopwatch.StartNew();
        var before = host.Cpu;
        var run = await stage.LoadAsync(warmUp ? "Paid orders: warming up" : "Paid orders", host, shop.PlaceAndPayAsync);
        await shop.WhenIdleAsync();
        return run with { Elapsed = watch.Elapsed, Cpu = host.Cpu - before };
    }
}
