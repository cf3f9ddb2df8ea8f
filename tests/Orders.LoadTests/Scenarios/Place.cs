using System.Diagnostics;
using System.Globalization;
using Orders.LoadTests.Report;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Scenarios;

/// <summary>Placing orders with all consumers on, in turn with one bare durable insert and an empty endpoint.</summary>
internal static class Place
{
    public static async Task<BenchmarkReport> RunAsync(Stage stage)
    {
        var host = await stage.StartHostAsync("host");
        var shop = await stage.OpenShopAsync(host);
        var floor = await stage.StartFloorAsync(host, shop);
        var insert = shop.InsertCall();
        var report = new BenchmarkReport(stage.Options);
        List<Measurement> placing = [], inserting = [], nothing = [];
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            var first = round == 0;
            placing.Add(await stage.LoadAsync("Placing orders", host, shop.PlaceAsync, stage.Options.Rate, warmUp: first));
            report.Notes.Add(await DrainAsync(shop, Stage.BacklogOf(host)));
            inserting.Add(await stage.LoadAsync("Bare durable inserts", floor, insert, stage.Options.Rate, warmUp: first));
            nothing.Add(await stage.LoadAsync("Empty endpoint", floor, LoadShop.EmptyCall("/empty"), stage.Options.Rate, warmUp: first));
        }

        await Audit.MustHoldAsync(shop);
        report.Rows.AddRange([new("place", placing), new("bare durable insert", inserting), new("empty endpoint", nothing)]);
        report.AddRatio("placing / bare durable insert", report.Rows[0].Rate / report.Rows[1].Rate, atLeast: 0.5);
        report.Notes.Add("The audit of all promises held.");
        return report;
    }

    /// <summary>Waits until everything is done that the answered orders left behind.</summary>
    public static async Task<string> DrainAsync(LoadShop shop, Backlog backlog)
    {
        var watch = Stopwatch.StartNew();
        await Stage.ShowAsync("Waiting until the consumers are done", async _ =>
        {
            await shop.WhenIdleAsync();
            return true;
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Backlog at the end of a run: {backlog.Events} events, {backlog.Messages} messages, {backlog.Durable} durable; done {watch.Elapsed.TotalSeconds:0.0} s later.");
    }
}
