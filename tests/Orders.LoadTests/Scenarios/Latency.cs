using System.Globalization;
using Orders.LoadTests.Report;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>Placing in an open loop at shares of the top rate, which is found first.</summary>
internal static class Latency
{
    private static readonly double[] Shares = [0.1, 0.25, 0.5, 0.7, 0.85];

    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var top = (await stage.LoadAsync("Top rate", host, shop.PlaceAsync, warmUp: true)).Rate;
        await shop.WhenIdleAsync();
        var report = new BenchmarkReport(stage.Options);
        var runs = Shares.Select(_ => new List<Measurement>()).ToList();
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            for (var i = 0; i < Shares.Length; i++)
            {
                var rate = Math.Round(top * Shares[i]);
                runs[i].Add(await stage.LoadAsync($"Placing {rate} a second", host, shop.PlaceAsync, rate));
                await shop.WhenIdleAsync();
            }
        }

        await Audit.MustHoldAsync(shop);
        for (var i = 0; i < Shares.Length; i++)
            report.Rows.Add(new Series(string.Create(CultureInfo.InvariantCulture, $"{Shares[i]:0 %} of the top rate"), runs[i]));
        var half = report.Rows[Array.IndexOf(Shares, 0.5)];
        report.AddRatio("p99 / p50 at half the top rate", half.Percentile(0.99) / half.Percentile(0.5), atMost: 5);
        report.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"Top rate: {top:0} a second. The audit of all promises held."));
        report.DrawsLatency = true;
        return report;
    }
}
