using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Plants;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>Bugs of flash sales, cases, refunds and the reconciliation.</summary>
public sealed class PlantedMoneyBugTests(ITestOutputHelper output) : PlantedBugs(output)
{
    [Fact]
    public Task SaleWithoutEnd_IsFound() => IsFoundAsync<SaleUnitsAreConserved>(Bugs.SaleWithoutEnd, firstSeed: 2);

    [Fact]
    public Task SoldPlaceStaysHeld_IsFound() => IsFoundAsync<SaleUnitsAreConserved>(Bugs.SoldPlaceStaysHeld, firstSeed: 3);

    [Fact]
    public Task SaleLimitNotAsked_IsFound() => IsFoundAsync<SaleLimitIsKept>(Bugs.SaleLimitNotAsked, firstSeed: 4);

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
    public Task RefundAskedForAnew_IsFound() => IsFoundAsync<MoneyBalances>(Bugs.RefundAskedForAnew, firstSeed: 6);

    [Fact]
    public Task UnitsRounded_AreFound() => IsFoundAsync<EveryLineBalances>(Bugs.UnitsRounded, firstSeed: 4);

    [Fact]
    public Task RestockedTwice_IsFound() => IsFoundAsync<GoodsComeBackOnce>(Bugs.RestockedTwice);

    [Fact]
    public Task PendingRefundForgotten_IsFound() => IsFoundAsync<EveryCaseEnds>(Bugs.PendingRefundForgotten, orders: 136, firstSeed: 2);

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
}
