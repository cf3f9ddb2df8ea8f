using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <content>What the tests share: opening, buying, losing, looking.</content>
public sealed partial class StockFailoverTests
{
    private async Task OpenAsync(StockScripts? scripts = null)
    {
        connection = server.Connect();
        Stock = NewStock(scripts);
        await SyncAsync();
        await Stock.AdjustAsync(Thing, new StockChange.To(Stocked), "opening", "opening", None);
    }

    private RedisStock NewStock(StockScripts? scripts = null) => new(connection, Ledger, new OrderPolicy(), subject.Clock, scripts ?? StockScripts.Default);

    private RedisStockBooks Books() => new(connection, Ledger, subject.Clock);

    private void Flush()
    {
        using var admin = server.Admin();
        admin.GetServers()[0].FlushAllDatabases();
    }

    /// <summary>The timer's run. A second later, so that adapters ask the ledger again.</summary>
    private async Task SyncAsync(IStockBooks? books = null, IOrderStore? orders = null)
    {
        var sync = new SyncStock(books ?? Books(), subject.Port<ILeases>(), orders ?? subject.Port<IOrderStore>(), new OrderPolicy(), subject.Clock, NullLogger<SyncStock>.Instance);
        await sync.RunAsync(None);
        subject.Clock.MoveTo(subject.Clock.GetUtcNow().AddSeconds(2));
    }

    /// <summary>The orders that came of so many requests for two units each.</summary>
    private async Task<List<Order>> BuyAsync(int requests)
    {
        var placed = new List<Order>();
        for (var n = 0; n < requests; n++)
        {
            var order = Order(Alice, $"{++buyers}", subject.Clock.GetUtcNow(), lines: 1);
            if (await Stock.ReserveAsync(Key(order), StockLines.Of(order), None) is not ReserveResult.Reserved)
                continue;
            await subject.Port<IOrderStore>().CreateAsync(order, Event(order), None);
            placed.Add(order);
        }

        return placed;
    }

    private async Task<Order> SaveAsync(Order order)
    {
        Assert.True(await subject.Port<IOrderStore>().SaveAsync(order, Event(order), None));
        return order;
    }

    private Order Paid(Order order) => Moved(
        order, new OrderEvent.PaymentSettled(subject.Clock.GetUtcNow(), PaymentId.Derive(order.OrderId, "p")), Actor.Provider);

    private Order Accepted(Order order) => Moved(
        order, new OrderEvent.Accepted(subject.Clock.GetUtcNow(), order.AllUnits), "merchant");

    private static Order Moved(Order order, OrderEvent happened, string by)
    {
        var (transition, next) = order.Apply(happened, by, "so it was");
        Assert.IsType<Transition.Moved>(transition);
        return next;
    }

    private static HoldKey Key(Order order) => new(order.Ref, order.Hold);

    private async Task AssertRefusedAsync()
    {
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => BuyAsync(requests: 1));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Stock.CommitAsync(Hold(1), Lines((Thing, 1)), None));
    }

    /// <summary>Once the connection is back.</summary>
    private async Task EventuallyRefusedAsync()
    {
        for (var look = 0; look < 200; look++)
        {
            await AssertRefusedAsync();
            if (!(await Record.ExceptionAsync(() => BuyAsync(requests: 1)))!.InnerException?.GetType().Name.StartsWith("Redis", StringComparison.Ordinal) ?? true)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("the connection did not come back");
    }

    /// <summary>Asked by adapters that have heard of nothing, which find nothing out.</summary>
    private async Task EventuallyConnectedAsync()
    {
        for (var look = 0; look < 200 && await Record.ExceptionAsync(() => NewStock().FindAsync(Thing, None)) is not null; look++)
            await Task.Delay(50);
    }

    private async Task AssertCountedAsync(long held)
    {
        var level = await Stock.FindAsync(Thing, None);
        Assert.Equal((held, 0, Stocked - held), (level!.Held, level.Sold, level.Available));
        await AssertProvenAsync();
    }

    private async Task AssertProvenAsync() =>
        Assert.All((await Books().ProveAsync(10, cursor: null, None)).Items, proof => Assert.True(proof.Holds, proof.ToString()));

    private async Task AssertAllCanBePaidAsync(IReadOnlyList<Order> orders)
    {
        foreach (var order in orders)
            Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Key(order), StockLines.Of(order), None));
        Assert.Equal(new StockCount(Stocked, 0, Stocked), (await Ledger.FindAsync(Thing, None))!.Count);
    }

    /// <summary>Open orders one a page, and before each page something happens.</summary>
    private sealed class SlowOrders(IOrderStore orders, Func<Task> before) : IOrderStore
    {
        public int Pages { get; private set; }

        public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public async Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation)
        {
            Pages++;
            await before();
            return await orders.ListOpenAsync(1, cursor, cancellation);
        }

        public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => orders.FindAsync(order, cancellation);

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
