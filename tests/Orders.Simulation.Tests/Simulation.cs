using LocalFunctions.Storage;
using Orders.Application.Lifecycle;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Clients;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests;

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

    /// <summary>The days between what people do when all faults have ended: in all as long as a case can take.</summary>
    private static readonly int[] CaseRests = [2, 1, 2, 15, 2, 15, 15, 15];

    /// <summary>Then as long as records are kept, and a night in which the last ones are purged.</summary>
    private static readonly int[] RecordRests = [40, 2];

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
    private RefundsHand refunds = null!;
    private CaseBuyers caseBuyers = null!;
    private CaseStaff caseStaff = null!;
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
        refunds = new RefundsHand(auditor, provider, shop, trace, chance);
        caseBuyers = new CaseBuyers(clients, shoppers, auditor, chance);
        caseStaff = new CaseStaff(clients, caseBuyers, auditor, chance);
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
            .. AfterSaleActions(),
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

    private (int, string, Func<Task>)[] AfterSaleActions() =>
    [
        (6, "open case", caseBuyers.OpenAsync),
        (1, "open case again", caseBuyers.OpenAgainAsync),
        (1, "withdraw", caseBuyers.WithdrawAsync),
        (4, "send back", caseBuyers.SendBackAsync),
        (2, "pay difference", caseBuyers.PayDifferenceAsync),
        (2, "money", caseBuyers.ReadMoneyAsync),
        (4, "review", caseStaff.ReviewAsync),
        (3, "inspect", caseStaff.InspectAsync),
        (2, "replace", caseStaff.ReplaceAsync),
        (2, "way on", caseStaff.FindWayOnAsync),
        (4, "refund answers", refunds.ChangeAnswersAsync),
        (4, "decide refund", refunds.DecideAsync),
        (2, "forge refund", refunds.ForgeAsync),
        (1, "unknown money", provider.TellOfUnknownAsync),
    ];

    private async Task SafetyAsync()
    {
        nests = true;
        while (auditor.Books.Versions.Count < options.Orders && steps < (options.MostSteps ?? int.MaxValue) && auditor.Violations.Count == 0)
            await StepAsync();
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
        var closing = new Closing(clients, auditor, shop);
        foreach (var days in CaseRests)
        {
            await shoppers.ShipAllAsync();
            await caseStaff.ReplaceSomeAsync();
            await caseBuyers.GoOnAsync(provider.SettleAsync);
            await refunds.DecideAllAsync();
            await shop.AdvanceAsync(TimeSpan.FromDays(days));
            auditor.Look();
            await closing.ReadPagesOfFailuresAsync();
            await caseStaff.FindAllWaysOnAsync();
        }

        await closing.RunAsync();
        foreach (var days in RecordRests)
            await shop.AdvanceAsync(TimeSpan.FromDays(days));
        auditor.AtEnd();
    }

    /// <summary>One thing happens; if the process died of it, a new one starts.</summary>
    private async Task StepAsync()
    {
        steps++;
        var (name, act) = Draw(actions.Length);
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
        shop.Fail(FaultDraws.Ports(chance), FaultDraws.NetworkRate(chance));
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
        await shop.PutCouponAsync(Basket.Coupon, percentOff: 7);
        if (options.HasSale)
            await saleShoppers.OpenAsync();
        auditor.Look();
    }
}
