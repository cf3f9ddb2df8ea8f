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
    public static async Task<int> RunAsync(LocalHostArguments arguments, TextWriter output, TextWriter error)
    {
        var folder = Directory.CreateTempSubdirectory("order-functions-demo-");
        try
        {
            var listen = FreeAddress();
            using var app = ServeCommand.Build(folder.FullName, listen);
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = listen.Own, Timeout = TimeSpan.FromMinutes(5) };
            var exitCode = await PlayAsync(arguments, new DemoShop(http), ConsoleOn(output));
            await app.StopAsync();
            return exitCode;
        }
        catch (Exception failed) when (failed is DemoFailedException or HttpRequestException)
        {
            await error.WriteLineAsync($"The demo can't go on: {failed.Message}");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static async Task<int> PlayAsync(LocalHostArguments arguments, DemoShop shop, IAnsiConsole console)
    {
        var chance = new Random(arguments.Seed);
        var orders = Enumerable.Range(0, arguments.Orders).Select(number => NewOrder(number, chance)).ToList();
        var stock = new Dictionary<string, int> { ["demo-tea"] = arguments.Orders * 4, ["demo-cup"] = arguments.Orders * 4 };
        var watch = Stopwatch.StartNew();
        var days = 0;
        IReadOnlyList<Finding> findings = [];
        await DemoStages.RunAsync(console, async stages =>
        {
            await shop.PutItemAsync("demo-tea", "Tea, 100 g", 690, stock["demo-tea"]);
            await shop.PutItemAsync("demo-cup", "Cup", 1250, stock["demo-cup"]);
            if (orders.Count(order => order.Story.InSale) is > 0 and var inSale)
                await shop.PutSaleAsync("demo-tea", quantity: 2 * inSale);
            await EachAsync(stages, "Placing orders", orders, async order => order.OrderId = await shop.PlaceAsync(order));
            await EachAsync(stages, "Paying, cancelling, losing webhooks", orders, order => order.Story.FirstDay(shop, order));
            days += await AdvanceAsync(stages, shop, "Waiting three days", days: 3);
            await EachAsync(stages, "Shipping and receiving", [.. orders.Where(order => order.Story.LaterOn is not null)], order => order.Story.LaterOn!(shop, order));
            days += await AdvanceAsync(stages, shop, "Waiting thirty days", days: 30);
            await stages.StageAsync("Checking the books", orders.Count, async done => findings = await DemoAudit.RunAsync(shop, orders, stock, done));
        });

        DemoReport.Print(console, orders, findings, watch.Elapsed, days);
        return findings.All(finding => finding.Holds) ? 0 : 1;
    }

    /// <summary>Colours and bars on a terminal alone: what goes to a file or a CI log is plain text.</summary>
    internal static IAnsiConsole ConsoleOn(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
    }

    private static ListenAddresses FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        return ListenAddresses.TryParse($"http://127.0.0.1:{port}", out var listen) ? listen : throw new InvalidOperationException($"{port} is no port.");
    }

    private static DemoOrder NewOrder(int number, Random chance) =>
        new(number, "demo-buyer-" + (number % 50).ToString(CultureInfo.InvariantCulture), Story.All[number % Story.All.Count])
        {
            // The first line has two units, so that a parcel can be partial. A sale's order has one line.
            Basket = Story.All[number % Story.All.Count].InSale ? [("demo-tea", 2)] : [("demo-tea", 2), ("demo-cup", chance.Next(1, 3))],
        };

    private static Task EachAsync(DemoStages stages, string title, IReadOnlyList<DemoOrder> orders, Func<DemoOrder, Task> step) =>
        stages.StageAsync(title, orders.Count, done => Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) =>
        {
            await step(order);
            done();
        }));

    private static async Task<int> AdvanceAsync(DemoStages stages, DemoShop shop, string title, int days)
    {
        await stages.StageAsync(title, days, async done =>
        {
            for (var day = 0; day < days; day++)
            {
                await shop.AdvanceAsync("P1D");
                done();
            }
        });
        return days;
    }
}
