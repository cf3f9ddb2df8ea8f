using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost.Faults;
using Orders.Application.Lifecycle;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Clients;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests;

/// <summary>What to simulate. The same options make the same run, step by step.</summary>
internal sealed record SimulationOptions(int Seed)
{
    /// <summary>Orders that come to be; more are asked for and refused.</summary>
    public int Orders { get; init; } = 250;

    /// <summary>Ends the safety phase though there are fewer orders; no bound when null.</summary>
    public int? MostSteps { get; init; }

    /// <summary>Whether there is a flash sale, with its buyers.</summary>
    public bool HasSale { get; init; } = true;

    /// <summary>Replaces parts of the shop by broken ones; the real parts when left alone.</summary>
    public Action<IServiceCollection> Plant { get; init; } = _ => { };

    /// <summary>Settings besides, such as disabled functions.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>What came of a run.</summary>
/// <param name="Sights">How often the rarer things happened.</param>
internal sealed record SimulationReport(
    int Seed, int Steps, int Orders, int Versions, int Answers, int Lost, int Restarts, string Hash, IReadOnlyDictionary<string, int> Sights,
    IReadOnlyList<Violation> Violations, string Trace)
{
    public override string ToString() =>
        $"""
        seed {Seed}: {Steps} steps, {Orders} orders in {Versions} versions, {Answers} answers, {Lost} lost ones, {Restarts} deaths, trace {Hash}
        seen: {string.Join(", ", Sights.Select(sight => $"{sight.Key} {sight.Value}"))}
        {string.Join(Environment.NewLine, Violations)}
        {(Violations.Count == 0 ? "" : Trace)}
        """;
}

/// <summary>
/// The whole shop on one thread, with everything that can go wrong going wrong by a seed. First safety: nothing may be broken while ports fail,
/// answers are lost, processes die and everybody acts between everybody's steps. Then liveness: the faults end, and everything must come to
/// its end.
/// </summary>
internal sealed class Simulation
{
    private const int Buyers = 12;
    private const int DeepestNesting = 2;
    private const int MostAtOnce = 4;
    private static readonly double[] NestingRates = [0.01, 0.03, 0.06, 0.12];

    private readonly SimulationOptions options;
    private readonly Random chance;
    private readonly double nestingRate;
    private readonly Trace trace = new();
    private SimulatedShop shop = null!;
    private Auditor auditor = null!;
    private Clients.Clients clients = null!;
    private Shoppers shoppers = null!;
    private SaleShoppers saleShoppers = null!;
    private ProvidersHand provider = null!;
    private (int Weight, string Name, Func<Task> Act)[] actions = [];
    private int actionsThatNest;
    private int nesting;
    private bool nests;
    private bool hangs = true;
    private int steps;

    private Simulation(SimulationOptions options)
    {
        this.options = options;
        chance = new Random(options.Seed);
        // Some runs are calm and go far, some are a crowd in which hardly anything is done undisturbed.
        nestingRate = NestingRates[chance.Next(NestingRates.Length)];
    }

    public static async Task<SimulationReport> RunAsync(SimulationOptions options)
    {
        var simulation = new Simulation(options);
        simulation.shop = await SimulatedShop.StartAsync(options.Seed, options.Plant, options.Settings, simulation.Between);
        await using (simulation.shop)
            return await simulation.RunAsync();
    }

    private async Task<SimulationReport> RunAsync()
    {
        auditor = new Auditor(shop, trace);
        clients = new Clients.Clients(shop, auditor, trace, chance);
        shoppers = new Shoppers(clients, auditor, shop, chance, Buyers);
        saleShoppers = new SaleShoppers(clients, shoppers, shop, chance, Buyers, 2 + options.Orders / 10);
        provider = new ProvidersHand(shoppers, shop, trace, chance);
        actions = Actions();
        await StockUpAsync();
        await SafetyAsync();
        if (auditor.Violations.Count == 0)
            await LivenessAsync();
        return new SimulationReport(
            options.Seed, steps, auditor.Books.Versions.Count, auditor.Books.Versions.Values.Sum(all => all.Count), clients.Answers, clients.Lost,
            shop.Restarts, trace.Hash, auditor.Books.Sights(), auditor.Violations, trace.ToString());
    }

    /// <summary>What can happen, with weights. Those before <see cref="actionsThatNest"/> can also happen between two calls of another.</summary>
    private (int, string, Func<Task>)[] Actions()
    {
        (int, string, Func<Task>)[] nesting =
        [
            (60, "work", WorkAsync),
            (9, "place", shoppers.PlaceAsync),
            (4, "place again", shoppers.PlaceAgainAsync),
            (6, "repeat", clients.RepeatAsync),
            (14, "pay", shoppers.PayAsync),
            (14, "provider", provider.ActAsync),
            (2, "forge", provider.ForgeAsync),
            (3, "cancel", shoppers.CancelAsync),
            (9, "ship", shoppers.ShipAsync),
            (2, "report", shoppers.ReportAsync),
            (4, "receive", shoppers.ReceiveAsync),
            (5, "read", shoppers.ReadAsync),
            (1, "adjust", shoppers.AdjustStockAsync),
            .. options.HasSale ? SaleActions() : [],
            (2, "faults", PlanFaults),
            (3, "death", PlanDeath),
            (4, "hang", HangAsync),
        ];
        actionsThatNest = nesting.Length;
        return
        [
            .. nesting,
            (6, "seconds", () => shop.AdvanceAsync(TimeSpan.FromSeconds(chance.Next(1, 60)))),
            (2, "minutes", () => shop.AdvanceAsync(TimeSpan.FromSeconds(chance.Next(60, 1000)))),
            (1, "hours", () => chance.Next(6) == 0 ? shop.AdvanceAsync(TimeSpan.FromHours(chance.Next(1, 60))) : Task.CompletedTask),
        ];
    }

    private (int, string, Func<Task>)[] SaleActions() =>
    [
        (5, "sale order", saleShoppers.OrderAsync),
        (2, "sale order again", saleShoppers.OrderAgainAsync),
        (2, "ticket", saleShoppers.ReadTicketAsync),
        (1, "sale terms", saleShoppers.ChangeTermsAsync),
    ];

    private async Task SafetyAsync()
    {
        nests = true;
        while (auditor.Books.Versions.Count < options.Orders && steps < (options.MostSteps ?? int.MaxValue) && auditor.Violations.Count == 0)
            await StepAsync(actions.Length);
    }

    private async Task LivenessAsync()
    {
        nests = false;
        shop.StayAlive();
        shop.Fail([], 0);
        trace.Add("the faults end");
        await shop.AdvanceAsync(TimeSpan.Zero);
        for (var round = 0; clients.Unknown > 0 && round < 1000; round++)
        {
            await clients.RepeatAsync();
            if (round % 20 == 19)
                await shop.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        await shop.AdvanceAsync(TimeSpan.FromHours(2));
        auditor.AfterDeadlines();
        foreach (var rest in new[] { TimeSpan.FromDays(2), TimeSpan.FromDays(1), TimeSpan.FromDays(60), TimeSpan.FromDays(2) })
        {
            await shoppers.ShipAllAsync();
            await shop.AdvanceAsync(rest);
            auditor.Look();
        }

        auditor.AtEnd();
    }

    /// <summary>One thing happens; if the process died of it, a new one starts.</summary>
    private async Task StepAsync(int among)
    {
        steps++;
        var (name, act) = Draw(among);
        trace.Add($"{steps} {name}");
        await TryAsync(act);
        if (shop.IsDead)
        {
            trace.Add($"{steps} a new process");
            await shop.RestartAsync();
        }

        auditor.Look();
    }

    private (string Name, Func<Task> Act) Draw(int among)
    {
        var point = chance.Next(actions.Take(among).Sum(action => action.Weight));
        foreach (var (weight, name, act) in actions)
        {
            point -= weight;
            if (point < 0)
                return (name, act);
        }

        throw new InvalidOperationException("The weights don't add up.");
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (StoreCrashedException)
        {
            // The process died within; the step's end sees to it.
        }
    }

    /// <summary>Comes between the calls of ports: what else can happen at this very moment.</summary>
    private Task? Between(string operation)
    {
        if (!nests || nesting >= DeepestNesting || shop.IsDead || chance.NextDouble() >= nestingRate)
            return null;
        return NestAsync(mayHang: operation is not (nameof(IOrderStore.CreateAsync) or nameof(IOrderStore.SaveAsync)));
    }

    private async Task NestAsync(bool mayHang)
    {
        nesting++;
        var before = hangs;
        hangs &= mayHang;
        try
        {
            auditor.Look();
            for (var more = chance.Next(1, MostAtOnce + 1); more > 0 && !shop.IsDead; more--)
            {
                var (name, act) = Draw(actionsThatNest);
                trace.Add($"{new string(' ', nesting)}meanwhile {name}");
                await TryAsync(act);
            }
        }
        finally
        {
            hangs = before;
            nesting--;
        }
    }

    private async Task WorkAsync()
    {
        for (var items = chance.Next(1, 8); items > 0 && !shop.IsDead; items--)
        {
            if (!await shop.StepAsync())
                return;
        }
    }

    /// <summary>
    /// The process stands still for a while, but not within a write of an order: that has a time-out of seconds, so it happens soon or never.
    /// Upon this assumption rests that a hold outlives the write that follows it.
    /// </summary>
    private Task HangAsync() => hangs ? shop.HangAsync(TimeSpan.FromSeconds(chance.Next(1, 240))) : Task.CompletedTask;

    private Task PlanFaults()
    {
        var ports = FaultyPorts.Names.ToArray();
        var faults = Enumerable.Range(0, chance.Next(4) == 0 ? 0 : chance.Next(2, 8)).Select(_ => new Fault(
            ports[chance.Next(ports.Length)], Operation: null, (FaultMode)chance.Next(4), Times: null, Rate: 0.02 + chance.NextDouble() * 0.25, Seed: chance.Next())).ToList();
        shop.Fail(faults, chance.Next(3) == 0 ? 0.1 : 0);
        return Task.CompletedTask;
    }

    private Task PlanDeath()
    {
        shop.DieAfter(chance.Next(1, chance.Next(2) == 0 ? 5 : 20));
        return Task.CompletedTask;
    }

    private async Task StockUpAsync()
    {
        foreach (var item in Assortment.Items)
            await shop.StockAsync(item.Sku, item.UnitPrice, 2 + (int)(item.PerOrder * options.Orders), item.Rules);
        if (options.HasSale)
            await saleShoppers.OpenAsync();
        auditor.Look();
    }
}
