using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Plants;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>Bugs of orders, stock, messages and statistics.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output) : PlantedBugs(output)
{
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
    public Task ReleaseNotIdempotent_IsFound() => IsFoundAsync<StockIsConserved>(Bugs.ReleaseNotIdempotent, firstSeed: 2);

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
    public Task BackorderWithoutEnd_IsFound() => IsFoundAsync<NeverOversold>(Bugs.BackorderWithoutEnd, orders: 150, firstSeed: 8);

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
}
