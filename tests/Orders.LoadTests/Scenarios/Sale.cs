using System.Diagnostics;
using System.Globalization;
using Orders.LoadTests.Report;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>
/// A flash sale: all at once, far more want a unit than there are; exactly as many orders as units come of it. Then what it costs to be told that one
/// comes too late, in turn with an empty endpoint.
/// </summary>
internal static class Sale
{
    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var (requests, units) = (stage.Options.Requests, stage.Options.Units);
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var floor = await stage.StartFloorAsync(host, shop);
        var rush = new SaleRush(shop, units);
        await rush.OpenAsync();
        var watch = Stopwatch.StartNew();
        var selling = await stage.LoadAsync($"{requests:N0} want one of {units:N0}", host, rush.TryAsync, requests);
        await shop.WhenIdleAsync();
        var until = watch.Elapsed;
        await Stage.ShowAsync("Audit of the sale", async _ =>
        {
            await rush.AuditAsync();
            return true;
        });

        List<Measurement> tooLate = [], nothing = [];
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            tooLate.Add(await stage.LoadAsync("Being too late", host, rush.BeTooLateAsync, warmUp: round == 0));
            nothing.Add(await stage.LoadAsync("Empty endpoint", floor, LoadShop.EmptyCall("/empty"), warmUp: round == 0));
        }

        await rush.AuditAsync();
        var report = new BenchmarkReport(stage.Options);
        report.Rows.AddRange([new("the rush", [selling]), new("sold out", tooLate), new("empty endpoint", nothing)]);
        report.AddRatio("processor time of a sold-out answer / of an empty endpoint", report.Rows[1].CpuMicroseconds / report.Rows[2].CpuMicroseconds, atMost: 2);
        report.AddRatio("rate of an empty endpoint / of sold-out answers", report.Rows[2].Rate / report.Rows[1].Rate, atMost: 2);
        report.Notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{requests} requests for {units} units: {units} orders, {rush.Refused} refused; the last order stood {until.TotalSeconds:0.0} s after the first request."));
        return report;
    }
}
