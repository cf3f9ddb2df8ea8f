using Orders.LoadTests.Report;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>Reading one order again and again, in turn with an empty endpoint.</summary>
internal static class HotRead
{
    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var floor = await stage.StartFloorAsync(host, shop);
        await shop.WhenIdleAsync();
        shop.Placed.TryPeek(out var order);
        List<Measurement> reading = [], nothing = [];
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            reading.Add(await stage.LoadAsync("Reading an order", host, shop.ReadCall(order!), stage.Options.Rate, warmUp: round == 0));
            nothing.Add(await stage.LoadAsync("Empty endpoint", floor, LoadShop.EmptyCall("/empty"), stage.Options.Rate, warmUp: round == 0));
        }

        var report = new BenchmarkReport(stage.Options);
        report.Rows.AddRange([new("read a hot order", reading), new("empty endpoint", nothing)]);
        report.AddRatio("reading / empty endpoint", report.Rows[0].Rate / report.Rows[1].Rate, atLeast: 0.7);
        return report;
    }
}
