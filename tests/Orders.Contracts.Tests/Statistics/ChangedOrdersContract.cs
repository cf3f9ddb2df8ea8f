using Orders.Application.Lifecycle;
using Orders.Application.Statistics;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Statistics;

/// <summary>What every list of orders by their last change must do.</summary>
public abstract class ChangedOrdersContract(Subject subject) : ContractTests(subject)
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private IOrderStore Store => Subject.Port<IOrderStore>();

    private IChangedOrders Changed => Subject.Port<IChangedOrders>();

    [Fact]
    public async Task List_OfAllParts_GivesEachOrderOfTheTimeOnce()
    {
        for (var n = 0; n < 40; n++)
            await PlaceAsync(n, Day.AddHours(n % 24));
        await Subject.RestartAsync();
        Assert.Equal(Enumerable.Range(0, 40).Select(n => Ref(n).OrderId.Value).Order(StringComparer.Ordinal), (await ListAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_GivesWholeOrders()
    {
        var placed = await PlaceAsync(1, Day);
        var found = Assert.Single((await Changed.ListAsync(OrderParts.Of(placed.OrderId), Day, Day.AddDays(1), 10, cursor: null, None)).Items);
        Assert.Equal(OrderJson.Write(placed), OrderJson.Write(found.Order!));
    }

    [Fact]
    public async Task List_LeavesOutWhoChangedBefore_AndWhoCameLater()
    {
        await PlaceAsync(1, Day.AddTicks(-1));
        await PlaceAsync(2, Day);
        await PlaceAsync(3, Day.AddDays(1).AddTicks(-1));
        await PlaceAsync(4, Day.AddDays(1));
        Assert.Equal(new[] { 2, 3 }.Select(n => Ref(n).OrderId.Value).Order(StringComparer.Ordinal), (await ListAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_GivesWhoWasPlacedBefore_AndChangedLater()
    {
        var early = await PlaceAsync(1, Day.AddDays(-9));
        var late = Cancelled(early, Day.AddDays(7));
        Assert.True(await Store.SaveAsync(late, Event(late), None));
        Assert.Equal([early.OrderId.Value], await ListAsync());
    }

    /// <summary>An order that changes while it is listed moves ahead: it may come twice, and is never missed.</summary>
    [Fact]
    public async Task List_NeverMissesWhoChangesMeanwhile()
    {
        var first = Enumerable.Range(0, 2_000).Select(n => Ref(n).OrderId).GroupBy(OrderParts.Of).First(group => group.Count() >= 4);
        var numbers = Enumerable.Range(0, 2_000).Where(n => OrderParts.Of(Ref(n).OrderId) == first.Key).Take(4).OrderBy(n => Ref(n).OrderId.Value, StringComparer.Ordinal).ToList();
        foreach (var n in numbers)
            await PlaceAsync(n, Day);
        var page = await Changed.ListAsync(first.Key, Day, Day.AddDays(1), 2, cursor: null, None);
        foreach (var n in new[] { numbers[0], numbers[3] })
        {
            var moved = Cancelled((await Store.FindAsync(Ref(n), None))!, Day.AddDays(1));
            Assert.True(await Store.SaveAsync(moved, Event(moved), None));
        }

        var rest = await ReadAllAsync(cursor => Changed.ListAsync(first.Key, Day, Day.AddDays(1), 2, cursor ?? page.NextCursor, None));
        Assert.Equal(numbers.Select(n => Ref(n).OrderId).Order(Comparer<OrderId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))),
            page.Items.Concat(rest).Select(item => item.OrderId).Distinct().OrderBy(id => id.Value, StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_WithACursorOfAnother_IsRefused()
    {
        for (var n = 0; n < 200; n++)
            await PlaceAsync(n, Day);
        var part = Enumerable.Range(0, OrderParts.Count).First(p => Enumerable.Range(0, 200).Count(n => OrderParts.Of(Ref(n).OrderId) == p) > 1);
        var cursor = (await Changed.ListAsync(part, Day, Day.AddDays(1), 1, cursor: null, None)).NextCursor;
        await Assert.ThrowsAsync<FormatException>(() => Changed.ListAsync((part + 1) % OrderParts.Count, Day, Day.AddDays(1), 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Changed.ListAsync(part, Day, Day.AddDays(2), 1, cursor, None));
    }

    private async Task<Order> PlaceAsync(int number, DateTimeOffset at)
    {
        var order = Order(Alice, $"{number}", at);
        Assert.Null(await Store.CreateAsync(order, Event(order), None));
        return order;
    }

    private async Task<IReadOnlyList<string>> ListAsync()
    {
        var all = new List<ChangedOrder>();
        for (var part = 0; part < OrderParts.Count; part++)
            all.AddRange(await ReadAllAsync<ChangedOrder>(cursor => Changed.ListAsync(part, Day, Day.AddDays(1), 1, cursor, None)));
        return [.. all.Select(item => item.OrderId.Value)];
    }
}

public sealed class ChangedOrdersInMemory() : ChangedOrdersContract(Subject.OnMemory());

public sealed class ChangedOrdersInFile() : ChangedOrdersContract(Subject.OnFile());
