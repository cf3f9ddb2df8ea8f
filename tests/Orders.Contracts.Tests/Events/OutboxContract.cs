using System.Text.Json;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every outbox must do with what the order store put in.</summary>
public abstract class OutboxContract(Subject subject) : ContractTests(subject)
{
    private IOutbox Outbox => Subject.Port<IOutbox>();

    [Fact]
    public async Task Delete_TakesOneAwayAndMayBeRepeated()
    {
        var items = await PlaceAndChangeAsync("a", versions: 2);
        await Outbox.DeleteAsync(items[0], None);
        await Outbox.DeleteAsync(items[0], None);
        Assert.Equal([items[1]], await FindAsync());
    }

    [Fact]
    public async Task FindOlderThan_CountsTheAgeFromTheWrite()
    {
        var old = await PlaceAndChangeAsync("a", versions: 1);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        await PlaceAndChangeAsync("b", versions: 1);
        Assert.Empty(await Outbox.FindOlderThanAsync(Subject.Start, 10, None));
        Assert.Equal(old, await Outbox.FindOlderThanAsync(Subject.Start.AddMinutes(1), 10, None));
    }

    [Fact]
    public async Task FindOlderThan_KeepsAnOrdersEventsInOrderWhateverTheirTime()
    {
        // Facts carry their own instants: the money may have come before the save that precedes it.
        var items = await PlaceAndChangeAsync("a", versions: 12, at: version => Subject.Start.AddSeconds(-version));
        Assert.Equal(items, await FindAsync());
        Assert.Equal(items.Take(3), await FindAsync(limit: 3));
    }

    [Fact]
    public async Task CountFailure_ParksAtTheLimit()
    {
        var item = (await PlaceAndChangeAsync("a", versions: 1))[0];
        for (var failures = 1; failures < 3; failures++)
            Assert.Equal(failures, await Outbox.CountFailureAsync(item, "the bus is away", parkAt: 3, None));
        Assert.Single(await FindAsync());
        Assert.Equal(3, await Outbox.CountFailureAsync(item, "the bus is away", parkAt: 3, None));
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Revive_LetsTheParkedItemsOfThatOrderBeFoundAgain_WithTheirFailuresForgotten()
    {
        var items = await PlaceAndChangeAsync("a", versions: 2);
        var other = await PlaceAndChangeAsync("b", versions: 1);
        foreach (var item in (OutboxItem[])[items[0], items[0], other[0], other[0]])
            await Outbox.CountFailureAsync(item, "too large", parkAt: 2, None);
        Assert.Equal([items[1]], await FindAsync());

        Assert.Equal(0, await Outbox.ReviveAsync(items[0].Order with { UserId = Bob }, None));
        Assert.Equal(1, await Outbox.ReviveAsync(items[0].Order, None));
        Assert.Equal(0, await Outbox.ReviveAsync(items[0].Order, None));

        Assert.Equal(items, await FindAsync());
        Assert.True(await Outbox.HasEarlierAsync(items[1], None));
        Assert.Equal(1, await Outbox.CountFailureAsync(items[0], "too large", parkAt: 2, None));
    }

    [Fact]
    public async Task HasEarlier_LooksAtTheSameOrderAndPassesOverParkedOnes()
    {
        var items = await PlaceAndChangeAsync("a", versions: 2);
        var other = await PlaceAndChangeAsync("b", versions: 2);
        Assert.False(await Outbox.HasEarlierAsync(items[0], None));
        Assert.True(await Outbox.HasEarlierAsync(items[1], None));
        await Outbox.CountFailureAsync(items[0], "too large", parkAt: 1, None);
        Assert.False(await Outbox.HasEarlierAsync(items[1], None));
        Assert.True(await Outbox.HasEarlierAsync(other[1], None));
        await Outbox.DeleteAsync(other[0], None);
        Assert.False(await Outbox.HasEarlierAsync(other[1], None));
    }

    [Fact]
    public async Task Document_ReadBack_IsTheItem()
    {
        var item = (await PlaceAndChangeAsync("a", versions: 1))[0];
        using var document = JsonDocument.Parse(OutboxDocument.Write(item));
        Assert.Equal(item, OutboxDocument.Read(document.RootElement));
    }

    [Theory]
    [InlineData("""{"id":"x","kind":"order"}""")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""[]""")]
    public void Document_OfAnotherKind_IsPassedOver(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Null(OutboxDocument.Read(document.RootElement));
    }

    [Theory]
    [InlineData("""{"id":"x","kind":"outbox"}""")]
    [InlineData("""{"id":1,"kind":"outbox","userId":"a","orderId":"b","type":"t","sequence":1,"event":{},"at":"2026-03-01T12:00:00Z"}""")]
    public void Document_Malformed_IsAnError(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Throws<JsonException>(() => OutboxDocument.Read(document.RootElement));
    }

    private Task<IReadOnlyList<OutboxItem>> FindAsync(int limit = 100) =>
        Outbox.FindOlderThanAsync(Subject.Clock.GetUtcNow().AddTicks(1), limit, None);

    private async Task<List<OutboxItem>> PlaceAndChangeAsync(string key, int versions, Func<int, DateTimeOffset>? at = null)
    {
        var order = Order(Alice, key);
        var items = new List<OutboxItem> { Event(order) };
        await Subject.Port<IOrderStore>().CreateAsync(order, items[0], None);
        for (var version = 2; version <= versions; version++)
        {
            order = order.Changed(order.UpdatedAt);
            items.Add(Event(order, EventTypes.PaymentOpened) with { At = at?.Invoke(version) ?? order.UpdatedAt });
            Assert.True(await Subject.Port<IOrderStore>().SaveAsync(order, items[^1], None));
        }

        return items;
    }
}

public sealed class OutboxInMemory() : OutboxContract(Subject.OnMemory());

public sealed class OutboxInFile() : OutboxContract(Subject.OnFile());
