using Microsoft.Extensions.DependencyInjection;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Plants;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>
/// The negative controls of the simulation: with a bug planted, the checker of the promise that it breaks must say so, within a bounded
/// number of runs. A checker that can't be made to speak would prove nothing by its silence.
/// </summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int MostSeeds = 10;
    private const int OrdersPerSeed = 45;
    private const int MostSteps = 3_000;

    [Fact]
    public Task UndoAfterStep_IsFound() => IsFoundAsync<StockIsConserved>(Bugs.UndoAfterStep, orders: 136, hasSale: false);

    [Fact]
    public Task OwnerCheckRemoved_IsFound() => IsFoundAsync<OwnersOnly>(Bugs.OwnerCheckRemoved);

    [Fact]
    public Task EventPublishedBeforeSave_IsFound() => IsFoundAsync<EventsTellOfSaves>(Bugs.PublishedBeforeSave);

    [Fact]
    public Task AmountNotLookedAt_IsFound() => IsFoundAsync<MoneyBalances>(Bugs.AmountNotLookedAt);

    [Fact]
    public Task LateMoneyKept_IsFound() => IsFoundAsync<MoneyBalances>(Bugs.LateMoneyKept);

    [Fact]
    public Task ReleaseNotIdempotent_IsFound() => IsFoundAsync<StockIsConserved>(Bugs.ReleaseNotIdempotent);

    [Fact]
    public Task InboxForgets_IsFound() => IsFoundAsync<EventsTellOfSaves>(Bugs.InboxForgets);

    [Fact]
    public Task AnsweredBeforeStored_IsFound() => IsFoundAsync<AnsweredIsThere>(Bugs.AnsweredBeforeStored);

    [Fact]
    public Task AddressInEvents_IsFound() => IsFoundAsync<EventsTellOfSaves>(Bugs.AddressInEvents);

    [Fact]
    public Task NameInNotifications_IsFound() => IsFoundAsync<PersonalDataStays>(Bugs.NameInNotifications);

    [Fact]
    public Task StockGivenToEverybody_IsFound() => IsFoundAsync<NeverOversold>(Bugs.StockGivenToEverybody, firstSeed: 2);

    [Fact]
    public Task CapNotAsked_IsFound() => IsFoundAsync<CapsAreKept>(Bugs.CapNotAsked);

    /// <summary>In a longer run: what may be on backorder besides the stock is a fixed number, and few orders seldom use it up.</summary>
    [Fact]
    public Task BackorderWithoutEnd_IsFound() => IsFoundAsync<NeverOversold>(Bugs.BackorderWithoutEnd, orders: 150, firstSeed: 2);

    [Fact]
    public Task EverybodyMarked_IsFound() => IsFoundAsync<MarksAreDeserved>(Bugs.EverybodyMarked);

    /// <summary>Without a flash sale: its buyers use more keys for one path than anybody, so the sale's own checker would always be the first to see it.</summary>
    [Fact]
    public Task KeyNotLookedAt_IsFound() => IsFoundAsync<OneOrderPerKey>(Bugs.KeyNotLookedAt, hasSale: false);

    [Fact]
    public Task KeyNotLookedAt_InASale_IsFound() => IsFoundAsync<OneTicketOneOrder>(Bugs.KeyNotLookedAt, firstSeed: 2);

    [Fact]
    public Task TimelineLost_IsFound() => IsFoundAsync<LifecycleOnly>(Bugs.TimelineLost);

    [Fact]
    public Task MessageStateForgotten_IsFound() => IsFoundAsync<OneEffectPerMessage>(Bugs.MessageStateForgotten);

    [Fact]
    public Task RefundOnlyWrittenDown_IsFound() => IsFoundAsync<NoMoneyKeptSilently>(Bugs.RefundOnlyWrittenDown);

    [Fact]
    public Task OutboxNeverEmptied_IsFound() => IsFoundAsync<NothingUnbounded>(Bugs.OutboxNeverEmptied);

    [Fact]
    public Task FactsCountedPerCall_IsFound() => IsFoundAsync<StatisticsAreExact>(Bugs.FactsCountedPerCall);

    [Fact]
    public Task HistoriesNeverPurged_AreFound() => IsFoundAsync<NothingUnbounded>(_ => { }, new Dictionary<string, string?>
    {
        ["AzureWebJobs.PurgeHistories.Disabled"] = "true",
    });

    [Fact]
    public Task SaleWithoutEnd_IsFound() => IsFoundAsync<SaleUnitsAreConserved>(Bugs.SaleWithoutEnd, firstSeed: 2);

    [Fact]
    public Task SoldPlaceStaysHeld_IsFound() => IsFoundAsync<SaleUnitsAreConserved>(Bugs.SoldPlaceStaysHeld);

    [Fact]
    public Task SaleLimitNotAsked_IsFound() => IsFoundAsync<SaleLimitIsKept>(Bugs.SaleLimitNotAsked);

    [Fact]
    public Task AdmissionsForgotten_IsFound() => IsFoundAsync<OneTicketOneOrder>(Bugs.AdmissionsForgotten, firstSeed: 2);

    /// <summary>A place whose message never comes is found by the sweep. Without it the ticket waits for ever.</summary>
    [Fact]
    public Task TicketsWithoutMessagesAndSweep_AreFound() => IsFoundAsync<EveryTicketEnds>(Bugs.TicketsWithoutMessages, new Dictionary<string, string?>
    {
        ["AzureWebJobs.SweepSaleUnits.Disabled"] = "true",
    }, firstSeed: 2);

    /// <summary>A start that is lost with its process has three who repeat it: the event's consumer and two sweeps. Without them it stays lost.</summary>
    [Fact]
    public Task LostStartWithoutSecondLayers_IsFound() => IsFoundAsync<EveryOrderEnds>(Bugs.LifecycleDeaf, new Dictionary<string, string?>
    {
        ["AzureWebJobs.SweepProcesses.Disabled"] = "true",
        ["AzureWebJobs.SweepOverdueOrders.Disabled"] = "true",
    });

    [Fact]
    public Task RefundAskedForAnew_IsFound() => IsFoundAsync<MoneyBalances>(Bugs.RefundAskedForAnew, firstSeed: 2);

    [Fact]
    public Task UnitsRounded_AreFound() => IsFoundAsync<EveryLineBalances>(Bugs.UnitsRounded, firstSeed: 2);

    [Fact]
    public Task RestockedTwice_IsFound() => IsFoundAsync<GoodsComeBackOnce>(Bugs.RestockedTwice);

    [Fact]
    public Task PendingRefundForgotten_IsFound() => IsFoundAsync<EveryCaseEnds>(Bugs.PendingRefundForgotten, firstSeed: 3);

    /// <summary>As of an order: with the consumer deaf and the sweeps off, nobody begins or goes on with a case.</summary>
    [Fact]
    public Task CasesNobodyCarries_AreFound() => IsFoundAsync<EveryCaseEnds>(Bugs.LifecycleDeaf, new Dictionary<string, string?>
    {
        ["AzureWebJobs.SweepProcesses.Disabled"] = "true",
        ["AzureWebJobs.SweepOverdueOrders.Disabled"] = "true",
    });

    [Fact]
    public Task RefundsStayRequested_IsFound() => IsFoundAsync<BooksAgree>(Bugs.RefundsStayRequested);

    [Fact]
    public Task NobodysMoneyLeftOut_IsFound() => IsFoundAsync<ReconciliationFinds>(Bugs.NobodysMoneyLeftOut);

    [Fact]
    public Task RepairedAgain_IsFound() => IsFoundAsync<ReconciliationFinds>(Bugs.RepairedAgain);

    [Fact]
    public Task DifferencesHidden_AreFound() => IsFoundAsync<MoneyPageTells>(Bugs.DifferencesHidden);

    /// <param name="firstSeed">Where the search begins: the seeds before it are known to show nothing, and each costs some seconds.</param>
    private async Task IsFoundAsync<TChecker>(
        Action<IServiceCollection> plant, IReadOnlyDictionary<string, string?>? settings = null, int orders = OrdersPerSeed, bool hasSale = true, int firstSeed = 1)
        where TChecker : Checker
    {
        for (var seed = firstSeed; seed < firstSeed + MostSeeds; seed++)
        {
            var report = await Simulation.RunAsync(new SimulationOptions(seed)
            {
                Orders = orders,
                MostSteps = MostSteps,
                HasSale = hasSale,
                Plant = plant,
                Settings = settings ?? new Dictionary<string, string?>(),
            });
            output.WriteLine(report.ToString());
            if (report.Violations.Any(violation => violation.Checker == typeof(TChecker).Name))
                return;

            // One bug can break several promises, and a run ends with the first that is seen broken: another seed shows the one meant.
        }

        Assert.Fail($"{typeof(TChecker).Name} found nothing.");
    }
}
