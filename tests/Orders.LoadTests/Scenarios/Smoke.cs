using Orders.LoadTests.Report;
using Orders.LoadTests.Servers;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>A little of everything, with the audit at the end. Its figures mean nothing; that it ends well does.</summary>
internal static class Smoke
{
    private const double ArrivalsPerSecond = 50;

    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var floor = await stage.StartFloorAsync(host, shop);
        shop.Placed.TryPeek(out var order);
        var report = new BenchmarkReport(stage.Options) { DrawsLatency = true };
        report.Rows.Add(await OneAsync(stage, "bare durable insert", floor, shop.InsertCall()));
        report.Rows.Add(await OneAsync(stage, "empty endpoint", floor, LoadShop.EmptyCall("/empty")));
        report.Rows.Add(await OneAsync(stage, "read a hot order", host, shop.ReadCall(order!)));
        report.Rows.Add(await OneAsync(stage, "place", host, shop.PlaceAsync, ArrivalsPerSecond));
        report.Rows.Add(await OneAsync(stage, "place and pay", host, shop.PlaceAndPayAsync, ArrivalsPerSecond));
        var units = stage.Options.Units;
        var rush = new SaleRush(shop, units);
        await rush.OpenAsync();
        report.Rows.Add(new("a flash sale", [await stage.LoadAsync("a flash sale", host, rush.TryAsync, stage.Options.Requests)]));
        await host.KillAsync();
        await host.StartAsync();
        await Audit.MustHoldAsync(shop, new OpenBefore(units, UnitsOfFirst: 0));
        await rush.AuditAsync();
        report.Notes.Add("The audit of all promises held, after a kill.");
        return report;
    }

    private static async Task<Series> OneAsync(Stage stage, string name, ServerProcess server, Call call, double? rate = null) =>
        new(name, [await stage.LoadAsync(name, server, call, rate)]);
}
