using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Events;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Events;

/// <summary>Events reach the topic at least once and in order per order, whatever fails on the way.</summary>
public sealed class RelayOutboxTests : IDisposable
{
    private readonly Shop shop;
    private readonly FlakyPublisher publisher;
    private readonly RelayOutbox relay;

    public RelayOutboxTests()
        : this(new Shop())
    {
    }

    /// <summary>On a shop that may have died and been opened again.</summary>
    private RelayOutboxTests(Shop shop)
    {
        this.shop = shop;
        publisher = new FlakyPublisher(shop.Use<IEventPublisher>());
        relay = new RelayOutbox(shop.Use<IOutbox>(), publisher, NullLogger<RelayOutbox>.Instance);
    }

    [Fact]
    public async Task Relay_PublishesInOrderAndEmptiesTheOutbox()
    {
        var order = await shop.PaidAsync(("MUG", 1));
        var items = await ItemsAsync();

        var result = await relay.RunAsync([.. items.Reverse()], default);

        Assert.Equal(new RelayResult(items.Count, 0, 0, 0), result);
        Assert.Equal(Enumerable.Range(1, (int)order.Version).Select(version => $"{order.OrderId}-{version}"), publisher.Published);
        Assert.Empty(await ItemsAsync());
    }

    [Fact]
    public async Task Relay_WhenAnEarlierOneFails_HoldsBackItsOrderAlone()
    {
        var (first, items) = await TwoOrdersAsync();
        publisher.Refused.Add($"{first.OrderId}-1");

        var result = await relay.RunAsync(items, default);

        Assert.Equal((1, 1, 3), (result.Failed, result.Published, result.Waiting));
        Assert.DoesNotContain(publisher.Published, id => id.StartsWith(first.OrderId.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Relay_OfALaterOneAlone_LetsItWaitForTheEarlier()
    {
        await shop.PaidAsync(("MUG", 1));
        var last = (await ItemsAsync())[^1];

        Assert.Equal(new RelayResult(0, 0, Waiting: 1, 0), await relay.RunAsync([last], default));
        Assert.Empty(publisher.Published);
    }

    [Fact]
    public async Task Relay_AfterTwentyFailures_ParksTheItemAndGoesOn()
    {
        var (first, items) = await TwoOrdersAsync();
        publisher.Refused.Add($"{first.OrderId}-1");
        for (var attempt = 1; attempt < RelayOutbox.ParkAt; attempt++)
            Assert.Equal(1, (await relay.RunAsync(items, default)).Failed);

        Assert.Equal((1, 0), await relay.RunAsync(items, default) is var result ? (result.Parked, result.Failed) : default);

        Assert.Contains($"{first.OrderId}-2", publisher.Published);
        Assert.Contains($"{first.OrderId}-3", publisher.Published);
        Assert.Empty(await ItemsAsync());
    }

    [Fact]
    public async Task Sweep_LeavesFreshItemsToTheRelayAndSendsOldOnes()
    {
        await shop.PaidAsync(("MUG", 1));
        Assert.Equal(default, await SweepAsync());
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(1).AddSeconds(1));

        Assert.Equal(4, (await SweepAsync()).Published);

        Assert.Empty(await ItemsAsync());
        Assert.Equal(publisher.Published.Order(StringComparer.Ordinal), publisher.Published);
    }

    [Fact]
    public async Task Sweep_WithTheBusAway_EndsAndTriesAgainNextTime()
    {
        await shop.PaidAsync(("MUG", 1));
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(2));
        publisher.Refused.UnionWith((await ItemsAsync()).Select(item => item.Id));
        Assert.Equal((0, 1), await SweepAsync() is var away ? (away.Published, away.Failed) : default);

        publisher.Refused.Clear();
        Assert.Equal(4, (await SweepAsync()).Published);
    }

    [Fact]
    public async Task Relay_KilledAfterAnyCommit_PublishesEveryEventInOrder()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new RelayOutboxTests();
            var order = await dying.shop.PaidAsync(("MUG", 1));
            var died = await dying.shop.RunAndDieAsync(commits, async () => await dying.relay.RunAsync(await dying.ItemsAsync(), default));
            var next = new RelayOutboxTests(dying.shop);
            await next.relay.RunAsync(await next.ItemsAsync(), default);

            var published = dying.publisher.Published.Concat(next.publisher.Published).Distinct();
            Assert.Equal(Enumerable.Range(1, (int)order.Version).Select(version => $"{order.OrderId}-{version}"), published);
            Assert.Empty(await next.ItemsAsync());
            if (!died)
                break;
        }
    }

    public void Dispose() => shop.Dispose();

    private async Task<(Order First, IReadOnlyList<OutboxItem> Items)> TwoOrdersAsync()
    {
        var first = await shop.PaidAsync(("MUG", 1));
        await shop.PlaceAsync(Shop.Basket(("TEA", 1)), "key-2", Shop.Bob);
        return (first, await ItemsAsync());
    }

    private Task<IReadOnlyList<OutboxItem>> ItemsAsync() => shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default);

    private Task<RelayResult> SweepAsync() =>
        new SweepOutbox(shop.Use<IOutbox>(), relay, new OrderPolicy(), shop.Clock, NullLogger<SweepOutbox>.Instance).RunAsync(default);
}
