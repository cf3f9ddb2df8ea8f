using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Search;

/// <summary>The search shows each order as it is, however its events come.</summary>
public sealed class SearchConsumerTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task AnEvent_BringsTheOrderAsItIsNow_WithTheNameThatItDoesNotCarry()
    {
        var order = await shop.PaidAsync(("MUG", 1));
        var events = await EventsAsync();

        await DeliverAsync(events[0]);

        var found = Assert.Single(await FoundAsync("ada zür"));
        Assert.Equal((OrderStatus.Paid, order.Version, "Ada"), (found.Status, found.Version, found.Name));
        Assert.DoesNotContain(events, one => one.ToString().Contains("Main Street", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_InAnyOrder_AndAgain_ComeToTheSame()
    {
        var order = await shop.CompletedAsync(("MUG", 1), ("TEA", 2));
        var events = await EventsAsync();

        await DeliverAsync([.. events.Reverse(), .. events]);

        Assert.Equal(Shown(SearchDocument.Of(await shop.ReadAsync(order.Ref))), Shown(Assert.Single(await FoundAsync("tea"))));
    }

    /// <summary>What its first event brought needs no record of its own.</summary>
    [Fact]
    public async Task AnEventOfWhatIsFoundAlready_WritesNothing()
    {
        await shop.CompletedAsync(("MUG", 1));
        var events = await EventsAsync();
        await DeliverAsync(events[0]);
        var commits = shop.Store.Commits;

        await DeliverAsync([.. events.Skip(1)]);

        Assert.Equal(commits, shop.Store.Commits);
    }

    [Fact]
    public async Task AfterADeathAtAnyCommit_TheOrderIsFound()
    {
        for (var commits = 0; ; commits++)
        {
            using var dying = new SearchConsumerTests();
            await dying.shop.PaidAsync(("MUG", 1));
            var events = await dying.EventsAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.DeliverAsync([.. events]));
            await dying.DeliverAsync([.. events]);

            Assert.Equal((commits, OrderStatus.Paid), (commits, Assert.Single(await dying.FoundAsync("mug")).Status));
            if (!died)
                break;
        }
    }

    [Fact]
    public async Task AnEventAboutNoOrder_IsRejected()
    {
        await shop.PlacedAsync(("MUG", 1));
        var placed = (await EventsAsync())[0];
        var stranger = placed with { UserId = Id.Parse<UserId>("nobody") };

        Assert.Equal("NoSuchOrder", (await shop.Use<SearchConsumer>().RunAsync(stranger, default))?.Reason);
    }

    [Fact]
    public async Task AnEventThatIsAheadOfTheStore_WaitsForIt()
    {
        await shop.PlacedAsync(("MUG", 1));
        var placed = (await EventsAsync())[0];
        var ahead = placed with { Id = "ahead", Data = placed.Data with { Version = 2 } };

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => shop.Use<SearchConsumer>().RunAsync(ahead, default));
        Assert.Empty(await FoundAsync("mug"));
    }

    [Fact]
    public async Task Lag_IsTheTimeFromTheChange()
    {
        await shop.PlacedAsync(("MUG", 1));
        Assert.Null(shop.Use<SearchLag>().LastSeconds);
        shop.Clock.MoveTo(Shop.Start.AddSeconds(90));

        await DeliverAsync((await EventsAsync())[0]);

        Assert.Equal(90, shop.Use<SearchLag>().LastSeconds);
    }

    [Fact]
    public async Task TheSweep_PutsInWhatIsMissingOrOld_AndNothingElse()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        Assert.Equal(1, await shop.Use<SweepSearch>().RunAsync(default));
        Assert.Equal(0, await shop.Use<SweepSearch>().RunAsync(default));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), expectedVersion: null, default);
        shop.Clock.MoveTo(SweepSearch.NextRound(Shop.Start));
        Assert.Equal(1, await shop.Use<SweepSearch>().RunAsync(default));
        Assert.Equal(OrderStatus.Cancelled, Assert.Single(await FoundAsync("mug")).Status);
    }

    /// <summary>It would cost every order that there ever was its share of each five minutes.</summary>
    [Fact]
    public async Task TheSweep_RestsAfterARound()
    {
        Assert.Equal(0, await shop.Use<SweepSearch>().RunAsync(default));
        await shop.PlacedAsync(("MUG", 1));
        shop.Clock.MoveTo(SweepSearch.NextRound(Shop.Start).AddSeconds(-1));
        Assert.Equal(0, await shop.Use<SweepSearch>().RunAsync(default));
        shop.Clock.MoveTo(SweepSearch.NextRound(Shop.Start));
        Assert.Equal(1, await shop.Use<SweepSearch>().RunAsync(default));
    }

    private async Task DeliverAsync(params OrderEventEnvelope[] events)
    {
        foreach (var envelope in events)
            Assert.Null(await shop.Use<SearchConsumer>().RunAsync(envelope, default));
    }

    private static string Shown(SearchDocument document) => System.Text.Encoding.UTF8.GetString(SearchJson.Write(document));

    private async Task<IReadOnlyList<SearchDocument>> FoundAsync(string typed) =>
        (await shop.Use<IOrderSearch>().QueryAsync(new SearchQuery { Terms = SearchWords.Terms(typed) }, 10, cursor: null, default)).Items;

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];
}
