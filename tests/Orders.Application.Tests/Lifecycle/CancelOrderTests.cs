using Orders.Application.Lifecycle;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Lifecycle;

public sealed class CancelOrderTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Unpaid_IsCancelled_AndASecondTimeUnchanged()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        var cancelled = await CancelAsync(order.OrderId, Ada);
        var again = await CancelAsync(order.OrderId, Ada, expectedVersion: order.Version);

        Assert.Equal(OrderStatus.Cancelled, cancelled.Value!.Status);
        Assert.Equal(new TimelineEntry(Start, OrderStatus.PendingPayment, OrderStatus.Cancelled, "customer", "changed my mind"), cancelled.Value.Timeline[^1]);
        Assert.NotNull(cancelled.Value.ClosedAt);
        Assert.Equal(cancelled.Value.Version, again.Value!.Version);
    }

    [Theory]
    [InlineData(Access.Role.Merchant, "merchant", CancelCause.Merchant)]
    [InlineData(Access.Role.Support, "support", CancelCause.Support)]
    public async Task Staff_CancelsForTheBuyer_AndTheTimelineSaysWho(Access.Role role, string by, CancelCause cause)
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        var cancelled = await CancelAsync(order.OrderId, new Access.Caller(Id.Parse<UserId>("mia"), new HashSet<Access.Role> { role }));

        Assert.Equal(by, cancelled.Value!.Timeline[^1].By);
        Assert.Equal(cause, Assert.IsType<OrderState.Cancelled>(cancelled.Value.State).Cause);
    }

    [Fact]
    public async Task AnothersOrder_IsNotFound_AndStaysAsItIs()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        Assert.IsType<Refusal.NotFound>((await CancelAsync(order.OrderId, Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await CancelAsync(order.OrderId, Carrier)).Refusal);
        Assert.Equal(1, (await shop.ReadAsync(order.Ref)).Version);
    }

    [Fact]
    public async Task Paid_IsNotCancellable()
    {
        var order = await shop.PaidAsync(("MUG", 1));

        Assert.Equal(new Refusal.NotCancellable(OrderStatus.Paid), (await CancelAsync(order.OrderId, Ada)).Refusal);
        Assert.Empty(shop.Provider.Voided);
    }

    [Fact]
    public async Task OpenAttempt_IsVoidedFirst()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var payment = await shop.WithAttemptAsync(order);

        var cancelled = await CancelAsync(order.OrderId, Ada);

        Assert.Equal([payment], shop.Provider.Voided);
        Assert.Equal(PaymentStatus.Voided, cancelled.Value!.Payments[0].Status);
        Assert.Equal(OrderStatus.Cancelled, cancelled.Value.Status);
    }

    [Fact]
    public async Task Money_ThatWasFaster_PaysTheOrderInstead()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var payment = await shop.WithAttemptAsync(order);
        shop.Provider.Pay(payment, order.Total, Start);

        var refused = await CancelAsync(order.OrderId, Ada);

        Assert.Equal(new Refusal.NotCancellable(OrderStatus.Paid), refused.Refusal);
        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Paid);
    }

    [Fact]
    public async Task ShortMoney_ThatWasFaster_DoesNotSaveTheOrder_AndIsOwedBack()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var payment = await shop.WithAttemptAsync(order);
        shop.Provider.Pay(payment, order.Total with { Amount = 1_000 }, Start);

        var cancelled = await CancelAsync(order.OrderId, Ada);

        Assert.Equal(OrderStatus.Cancelled, cancelled.Value!.Status);
        Assert.Equal(1_000, cancelled.Value.Payments[0].Owed);
        Assert.True(cancelled.Value.OwesMoney);
        Assert.Null(cancelled.Value.ClosedAt);
    }

    [Fact]
    public async Task Provider_WhoDoesNotAnswer_LeavesTheOrderAsItIs()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.WithAttemptAsync(order);
        shop.Provider.IsAway = true;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => CancelAsync(order.OrderId, Ada));

        Assert.Equal(OrderStatus.PendingPayment, (await shop.ReadAsync(order.Ref)).Status);
    }

    [Fact]
    public async Task Attempt_OpenedWhileTheFormerIsVoided_IsVoidedToo()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.WithAttemptAsync(order);
        shop.Provider.AfterVoid = () =>
        {
            shop.Provider.AfterVoid = null;
            return shop.WithAttemptAsync(order, "pay-2");
        };

        var cancelled = await CancelAsync(order.OrderId, Ada);

        Assert.Equal(OrderStatus.Cancelled, cancelled.Value!.Status);
        Assert.Equal([PaymentStatus.Voided, PaymentStatus.Voided], cancelled.Value.Payments.Select(payment => payment.Status));
    }

    [Fact]
    public async Task IfMatch_OfAnotherVersion_IsRefused_BeforeAnythingIsVoided()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.WithAttemptAsync(order);
        var now = await shop.ReadAsync(order.Ref);

        Assert.Equal(new Refusal.VersionMismatch(now.Version), (await CancelAsync(order.OrderId, Ada, expectedVersion: 1)).Refusal);
        Assert.Empty(shop.Provider.Voided);
        Assert.True((await CancelAsync(order.OrderId, Ada, expectedVersion: now.Version)).Succeeded);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public async Task Reason_IsNeeded(string? reason)
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        var refused = await shop.Use<CancelOrder>().RunAsync(Ada, order.OrderId, new CancelRequest(reason), expectedVersion: null, default);

        Assert.Equal(["reason"], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
    }

    [Fact]
    public async Task Reason_HasItsBound()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        Assert.IsType<Refusal.Invalid>((await CancelAsync(order.OrderId, Ada, reason: new string('r', 501))).Refusal);
        Assert.True((await CancelAsync(order.OrderId, Ada, reason: new string('r', 500))).Succeeded);
    }

    private Task<Result<Order>> CancelAsync(OrderId order, Access.Caller caller, long? expectedVersion = null, string reason = "changed my mind") =>
        shop.Use<CancelOrder>().RunAsync(caller, order, new CancelRequest(reason), expectedVersion, default);
}
