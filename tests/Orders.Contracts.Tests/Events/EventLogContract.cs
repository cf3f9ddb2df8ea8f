using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every log of events must have: each saved change of an order, before and after it was published.</summary>
public abstract class EventLogContract(Subject subject) : ContractTests(subject)
{
    private IEventLog Log => Subject.Port<IEventLog>();

    private IOrderStore Orders => Subject.Port<IOrderStore>();

    [Fact]
    public async Task EveryChange_IsThere_TheNewestFirst_PublishedOrNot()
    {
        var (one, other) = (await SavedAsync("a", versions: 4), await SavedAsync("b", versions: 2));
        await Subject.Port<IOutbox>().DeleteAsync(Event(one with { Version = 2 }), None);
        await Subject.RestartAsync();
        Assert.Equal([4, 3, 2, 1], await VersionsAsync(one.Ref));
        Assert.Equal([2, 1], await VersionsAsync(other.Ref));
        var first = (await Log.ListAsync(one.Ref, before: 2, 10, None))[0];
        Assert.Equal(($"{one.OrderId}-1", EventTypes.Placed, 1L), (first.Id, first.Type, first.Sequence));
        Assert.Equal(1, OrderEventEnvelope.Parse(first.Body).Data.Version);
    }

    [Fact]
    public async Task List_IsBounded_AndGoesOnBeforeAVersion()
    {
        var order = await SavedAsync("a", versions: 5);
        Assert.Equal([5, 4], await VersionsAsync(order.Ref, limit: 2));
        Assert.Equal([3, 2], await VersionsAsync(order.Ref, before: 4, limit: 2));
    }

    [Fact]
    public async Task AnothersOrder_HasNone()
    {
        var order = await SavedAsync("a", versions: 1);
        Assert.Empty(await Log.ListAsync(order.Ref with { UserId = Bob }, null, 10, None));
        Assert.Empty(await Log.ListAsync(Ref(Alice, "none"), null, 10, None));
    }

    [Fact]
    public async Task ChangeThatWasNotSaved_HasNoEvent()
    {
        var order = await SavedAsync("a", versions: 2);
        Assert.False(await Orders.SaveAsync(order with { Version = 2 }, Event(order with { Version = 2 }, EventTypes.Paid), None));
        Assert.NotNull(await Orders.CreateAsync(order with { Version = 1 }, Event(order with { Version = 1 }), None));
        Assert.Equal([2, 1], await VersionsAsync(order.Ref));
    }

    [Fact]
    public async Task Purge_ForgetsPublishedOldOnes_FromTheFront_AndTheChainHolds()
    {
        var order = await SavedAsync("a", versions: 4);
        for (var version = 1; version <= 3; version++)
            await Subject.Port<IOutbox>().DeleteAsync(Event(order with { Version = version }), None);
        Assert.Equal(0, await Log.PurgeAsync(Subject.Start, 10, None));
        Assert.Equal(2, await Log.PurgeAsync(Subject.Start.AddYears(1), 2, None));
        Assert.Equal([4, 3], await VersionsAsync(order.Ref));
        Assert.Equal(1, await Log.PurgeAsync(Subject.Start.AddYears(1), 10, None));
        Assert.Equal([4], await VersionsAsync(order.Ref));
    }

    private async Task<IEnumerable<long>> VersionsAsync(OrderRef order, long? before = null, int limit = 10) =>
        (await Log.ListAsync(order, before, limit, None)).Select(item => item.Sequence);

    private async Task<Order> SavedAsync(string key, int versions)
    {
        var order = Order(Alice, key);
        Assert.Null(await Orders.CreateAsync(order, Event(order), None));
        for (var version = 2; version <= versions; version++)
        {
            order = order.Changed(Subject.Start);
            Assert.True(await Orders.SaveAsync(order, Event(order, EventTypes.PaymentRequested), None));
        }

        return order;
    }
}

public sealed class EventLogInMemory() : EventLogContract(Subject.OnMemory());

public sealed class EventLogInFile() : EventLogContract(Subject.OnFile());
