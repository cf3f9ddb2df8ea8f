using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;
using static Orders.Application.Tests.Subjects.ShopCases;

namespace Orders.Application.Tests.AfterSales;

/// <summary>Cases that are written between the reading and the saving of another.</summary>
public sealed class CasesAtOnceTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task TheLastUnit_GoesIntoTheCaseThatIsSavedFirst()
    {
        var order = await shop.CompletedAsync(("MUG", 2));
        await shop.OpenedAsync(order, "return", "first", ("MUG", 1));

        var slow = await WhenOtherIsFasterAsync(
            () => shop.OpenAsync(order, Case("return", ("MUG", 1)), "fast"),
            store => OpenWith(store).RunAsync(new OpenCaseCommand(Ada, order.OrderId, "slow", Case("return", ("MUG", 1))), default));

        Assert.IsType<Refusal.LineNotEligible>(slow.Refusal);
        Assert.Equal(2, (await shop.ReadAsync(order.Ref)).Cases.Count);
    }

    [Fact]
    public async Task TwoCases_OfOtherUnits_AreBothOpened_AndWorthNoMoreThanWasPaid()
    {
        var order = await shop.CompletedAsync(("MUG", 2), ("TEA", 3));

        var slow = await WhenOtherIsFasterAsync(
            () => shop.OpenAsync(order, Case("return", ("TEA", 2)), "fast"),
            store => OpenWith(store).RunAsync(new OpenCaseCommand(Ada, order.OrderId, "slow", Case("return")), default));

        Assert.Equal(Units.Of(("1", 2), ("2", 1)), slow.Value!.Case.Units);
        Assert.Equal(order.Totals.Paid, (await shop.ReadAsync(order.Ref)).Cases.Sum(c => c.RefundDue));
    }

    [Fact]
    public async Task TheRefundsOfTwoCases_TakeTheirMoneyOnce()
    {
        var order = await shop.CompletedAsync(("MUG", 1), ("TEA", 1));
        var mug = await shop.ApproveAsync(await shop.OpenedAsync(order, "refund", "mug", ("MUG", 1)));
        var tea = await shop.ApproveAsync(await shop.OpenedAsync(order, "refund", "tea", ("TEA", 1)));

        await WhenOtherIsFasterAsync(
            () => shop.Use<RequestCaseRefund>().RunAsync(new CaseRef(order.Ref, mug.Value!.Case.CaseId), default),
            store => new RequestCaseRefund(new OrderChanges(store, shop.Clock), new OrderPolicy(), shop.Clock)
                .RunAsync(new CaseRef(order.Ref, tea.Value!.Case.CaseId), default));

        var payment = (await shop.ReadAsync(order.Ref)).Payments[0];
        Assert.Equal(0, payment.Kept);
        Assert.Equal([1_250, 499], payment.Refunds.Select(refund => refund.Amount));
    }

    private OpenCase OpenWith(IOrderStore store)
    {
        var (access, changes, policy) = (new OrderAccess(store), new OrderChanges(store, shop.Clock), new OrderPolicy());
        return new OpenCase(
            access, changes, shop.Use<ICatalogue>(), new ApproveCase(access, store, changes, shop.Use<IStock>(), policy, shop.Clock), policy, shop.Clock);
    }

    private async Task<T> WhenOtherIsFasterAsync<T>(Func<Task> other, Func<IOrderStore, Task<T>> slow)
    {
        var store = new Interrupted(shop.Use<IOrderStore>(), other);
        var done = await slow(store);
        Assert.True(store.WasInterrupted);
        return done;
    }

    /// <summary>Lets something happen before the first save.</summary>
    private sealed class Interrupted(IOrderStore inner, Func<Task> before) : IOrderStore
    {
        public bool WasInterrupted { get; private set; }

        public async Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
        {
            if (!WasInterrupted)
            {
                WasInterrupted = true;
                await before();
            }

            return await inner.SaveAsync(order, outboxItem, cancellation);
        }

        public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => inner.FindAsync(order, cancellation);

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => inner.LocateAsync(orderId, cancellation);

        public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => inner.CreateAsync(order, outboxItem, cancellation);

        public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListAsync(user, status, limit, cursor, cancellation);

        public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
            inner.FindOverdueAsync(before, limit, cursor, cancellation);

        public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) => inner.ListOpenAsync(limit, cursor, cancellation);

        public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListOfSaleAsync(sale, limit, cursor, cancellation);

        public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListAllAsync(limit, cursor, cancellation);
    }
}
