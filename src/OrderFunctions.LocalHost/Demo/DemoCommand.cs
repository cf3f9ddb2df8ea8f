using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>Plays whole order lives against a host of its own, in virtual time, and checks the books at the end.</summary>
public static class DemoCommand
{
    private const int AtOnce = 8;

    /// <returns>The process's exit code: 0 if every rule held.</returns>
    public static async Task<int> RunAsync(LocalHostArguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("order-functions-demo-");
        try
        {
            var urls = $"http://127.0.0.1:{FreePort()}";
            using var app = ServeCommand.Build(arguments with { DataDirectory = folder.FullName }, urls);
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(urls), Timeout = TimeSpan.FromMinutes(5) };
            var exitCode = await PlayAsync(arguments, new DemoShop(http));
            await app.StopAsync();
            return exitCode;
        }
        catch (DemoFailedException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> PlayAsync(LocalHostArguments arguments, DemoShop shop)
    {
        var chance = new Random(arguments.Seed);
        var orders = Enumerable.Range(0, arguments.Orders).Select(number => NewOrder(number, chance)).ToList();
        var stock = new Dictionary<string, int> { ["demo-tea"] = arguments.Orders * 4, ["demo-cup"] = arguments.Orders * 4 };
        var watch = Stopwatch.StartNew();
        var virtualDays = 0.0;

        IReadOnlyList<Finding> findings = [];
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            await shop.PutItemAsync("demo-tea", "Tea, 100 g", 690, stock["demo-tea"]);
            await shop.PutItemAsync("demo-cup", "Cup", 1250, stock["demo-cup"]);
            await EachAsync(progress, "Placing orders", orders, async order =>
                order.OrderId = (string)(await shop.PlaceAsync(order.Buyer, order.Key("place"), [.. order.Basket]))["orderId"]!);
            await EachAsync(progress, "Paying, cancelling, losing webhooks", orders, order => order.Story.FirstDay(shop, order));
            virtualDays += await AdvanceAsync(progress, shop, "Waiting one day", days: 1);
            virtualDays += await AdvanceAsync(progress, shop, "Waiting two days", days: 2);
            await EachAsync(progress, "Shipping and receiving", [.. orders.Where(order => order.Story.LaterOn is not null)], order => order.Story.LaterOn!(shop, order));
            virtualDays += await AdvanceAsync(progress, shop, "Waiting thirty days", days: 30);
            findings = await AuditAsync(progress, shop, orders, stock);
        });

        Print(orders, findings, watch.Elapsed, virtualDays);
        return findings.All(finding => finding.Broken.Count == 0) ? 0 : 1;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static DemoOrder NewOrder(int number, Random chance) =>
        new(number, "demo-buyer-" + (number % 50).ToString(CultureInfo.InvariantCulture), Story.All[number % Story.All.Count])
        {
            // The first line has two units, so that a parcel can be partial.
            Basket = [("demo-tea", 2), ("demo-cup", chance.Next(1, 3))],
        };

    private static async Task EachAsync(ProgressContext progress, string title, IReadOnlyList<DemoOrder> orders, Func<DemoOrder, Task> step)
    {
        var bar = progress.AddTask(title, maxValue: orders.Count);
        await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) =>
        {
            await step(order);
            bar.Increment(1);
        });
    }

    private static async Task<double> AdvanceAsync(ProgressContext progress, DemoShop shop, string title, int days)
    {
        var bar = progress.AddTask(title, maxValue: days);
        for (var day = 0; day < days; day++)
        {
            await shop.AdvanceAsync("P1D");
            bar.Increment(1);
        }

        return days;
    }

    private static async Task<IReadOnlyList<Finding>> AuditAsync(
        ProgressContext progress, DemoShop shop, List<DemoOrder> orders, Dictionary<string, int> stock)
    {
        var bar = progress.AddTask("Checking the books", maxValue: 1);
        var findings = await DemoAudit.RunAsync(shop, orders, stock);
        bar.Increment(1);
        return findings;
    }

    private static void Print(List<DemoOrder> orders, IReadOnlyList<Finding> findings, TimeSpan took, double virtualDays)
    {
        var stories = new Table().Border(TableBorder.Rounded).AddColumn("story").AddColumn(new TableColumn("orders").RightAligned()).AddColumn("ends as");
        foreach (var story in Story.All)
            stories.AddRow(story.Title, orders.Count(order => order.Story == story).ToString(CultureInfo.InvariantCulture), story.Status);
        AnsiConsole.Write(stories);

        var rules = new Table().Border(TableBorder.Rounded).AddColumn("what must hold").AddColumn("").AddColumn("broken by");
        foreach (var finding in findings)
        {
            var holds = finding.Broken.Count == 0;
            rules.AddRow(finding.Rule, holds ? "[green]holds[/]" : "[red]broken[/]", Markup.Escape(string.Join("\n", finding.Broken.Take(5))));
        }

        AnsiConsole.Write(rules);
        var broken = findings.Count(finding => finding.Broken.Count > 0);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{orders.Count} orders, {virtualDays:0} days of the shop's time in {took.TotalSeconds:0.0} s; {(broken == 0 ? "every rule held" : $"{broken} rules broken")}."));
    }
}
