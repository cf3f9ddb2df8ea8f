using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.AfterSales;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Lifecycle;
using Orders.Contracts.Tests.Statistics;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class OrdersInCosmos() : OrderStoreContract(CosmosSubject.Create());

public sealed class OutboxInCosmos() : OutboxContract(CosmosSubject.Create());

public sealed class CompletedCasesInCosmos() : CompletedCasesContract(CosmosSubject.Create());

public sealed class ChangedOrdersInCosmos() : ChangedOrdersContract(CosmosSubject.Create());

/// <summary>What only this store can get wrong: its batches, its change feed and what it costs.</summary>
public sealed class CosmosOrderTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public CosmosOrderTests() => subject = CosmosSubject.Create(out server);

    private IOrderStore Orders => subject.Port<IOrderStore>();

    private IOutbox Outbox => subject.Port<IOutbox>();

    public void Dispose() => subject.Dispose();

    /// <summary>What the trigger hands to the relay is read as it is; orders, parked items and counts are passed over.</summary>
    [Fact]
    public async Task Feed_GivesTheRelayEachEventOnce_AndNothingForAFailure()
    {
        var (placed, cancelled) = await PlaceAndCancelAsync();
        var (items, place) = await FeedAsync(ChangeFeedStartFrom.Beginning());
        Assert.Equal([Event(placed), Event(cancelled, EventTypes.Cancelled)], items.OrderBy(item => item.Sequence));

        await Outbox.CountFailureAsync(items[0], "away", parkAt: 20, None);
        await Outbox.CountFailureAsync(items[1], "too large", parkAt: 1, None);
        await Outbox.DeleteAsync(items[0], None);
        Assert.Empty((await FeedAsync(ChangeFeedStartFrom.ContinuationToken(place))).Items);
    }

    /// <summary>An order that late money opens again is found by the sweep again.</summary>
    [Fact]
    public async Task ListOpen_FindsAnOrderThatWasReopened()
    {
        var (_, cancelled) = await PlaceAndCancelAsync();
        Assert.Empty((await Orders.ListOpenAsync(10, cursor: null, None)).Items);
        var reopened = cancelled.Changed(Subject.Start.AddHours(1)) with { ClosedAt = null };
        Assert.True(await Orders.SaveAsync(reopened, Event(reopened), None));
        Assert.Equal([new ListedOrder(cancelled.Ref, reopened.Version, OrderStatus.Cancelled)], (await Orders.ListOpenAsync(10, cursor: null, None)).Items);
        Assert.NotEmpty((await Orders.FindOverdueAsync(Subject.Start.AddDays(1), 10, cursor: null, None)).Items);
    }

    [Fact]
    public async Task Database_Away_IsUnavailable_AndThrottledIsToo()
    {
        var order = Order(Alice, "a");
        foreach (var status in new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests })
        {
            server.Faults = _ => new Fault(status, TimeSpan.FromSeconds(9));
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => Orders.FindAsync(order.Ref, None));
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => Orders.CreateAsync(order, Event(order), None));
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => Orders.ListAsync(Alice, status: null, 1, cursor: null, None));
        }
    }

    /// <summary>The answer to the batch was lost: the call may be repeated, and finds what it did.</summary>
    [Fact]
    public async Task Save_WhoseAnswerIsLost_IsFoundDone()
    {
        var order = Order(Alice, "a");
        server.Faults = request => request.What == "batch" ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: true) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Orders.CreateAsync(order, Event(order), None));
        var cancelled = Cancelled(order, Subject.Start);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Orders.SaveAsync(cancelled, Event(cancelled), None));
        server.Faults = _ => null;
        Assert.True(await Orders.SaveAsync(cancelled, Event(cancelled), None));
        Assert.False(await Orders.SaveAsync(cancelled, Event(cancelled, EventTypes.Paid), None));
        Assert.Equal(2, (await Orders.CreateAsync(order, Event(order), None))!.Version);
        Assert.Equal(2, (await Outbox.FindOlderThanAsync(Subject.Start.AddMinutes(1), 10, None)).Count);
    }

    /// <summary>One request to place, one to save, one to read, each in the buyer's partition.</summary>
    [Fact]
    public async Task EachCall_IsOneRequest()
    {
        await Orders.FindAsync(Ref(9), None);
        server.Forget();
        var (placed, _) = await PlaceAndCancelAsync();
        await Orders.FindAsync(placed.Ref, None);
        await Orders.ListAsync(Alice, OrderStatus.Cancelled, 10, cursor: null, None);
        Assert.Equal(["batch", "batch", "read", "query"], server.Answered.Select(answered => answered.Request.What).Where(what => what is not ("ranges" or "container")));
    }

    private async Task<(Order Placed, Order Cancelled)> PlaceAndCancelAsync()
    {
        var placed = Order(Alice, "a");
        var cancelled = Cancelled(placed, Subject.Start);
        Assert.Null(await Orders.CreateAsync(placed, Event(placed), None));
        Assert.True(await Orders.SaveAsync(cancelled, Event(cancelled, EventTypes.Cancelled), None));
        return (placed, cancelled);
    }

    private async Task<(List<OutboxItem> Items, string Place)> FeedAsync(ChangeFeedStartFrom from)
    {
        var items = new List<OutboxItem>();
        using var client = server.CreateClient();
        using var pages = client.GetContainer("orders", CosmosOrderStore.Container).GetChangeFeedStreamIterator(from, ChangeFeedMode.LatestVersion);
        while (true)
        {
            using var page = await pages.ReadNextAsync();
            if (page.StatusCode == HttpStatusCode.NotModified)
                return (items, page.ContinuationToken);
            using var content = JsonDocument.Parse(page.EnsureSuccessStatusCode().Content);
            items.AddRange(content.RootElement.GetProperty("Documents").EnumerateArray().Select(OutboxDocument.Read).OfType<OutboxItem>());
        }
    }
}
