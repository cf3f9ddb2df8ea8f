using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Lifecycle;

/// <summary>Two who write one order at once: one wins, the other decides again on what is there then.</summary>
public sealed class OrderChangesTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Loser_DecidesAgain_OnTheWinnersOrder()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var seen = new List<OrderStatus>();

        var changed = await shop.Use<OrderChanges>().ChangeAsync(
            order.Ref,
            read =>
            {
                seen.Add(read.Status);
                if (seen.Count == 1)
                    Cancel(order);
                return Pay(read);
            },
            default);

        Assert.Equal([OrderStatus.PendingPayment, OrderStatus.Cancelled], seen);
        Assert.IsType<Transition.Illegal>(changed!.Value.Outcome);
        Assert.Equal(OrderStatus.Cancelled, changed.Value.Order.Status);
        Assert.Equal(2, (await shop.ReadAsync(order.Ref)).Version);
    }

    [Fact]
    public async Task Order_WrittenByManyAtOnce_IsGivenUp_InsteadOfForever()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => shop.Use<OrderChanges>().ChangeAsync(
            order.Ref,
            read =>
            {
                shop.Use<OrderChanges>().ChangeAsync(order.Ref, Touch, default).GetAwaiter().GetResult();
                return Touch(read);
            },
            default));
    }

    [Fact]
    public async Task Order_ThatIsNotThere_IsNull() => Assert.Null(
        await shop.Use<OrderChanges>().ChangeAsync(new OrderRef(Ada.UserId, OrderId.Derive(Ada.UserId, "none")), Touch, default));

    private static Decision<bool> Touch(Order order) => new(Outcome: true, order.Changed(Start), EventTypes.PaymentOpened);

    private static Decision<Transition> Pay(Order order)
    {
        var (transition, paid) = order.Apply(
            new OrderEvent.PaymentSettled(Start, PaymentId.Derive(order.OrderId, "p")), Actor.Provider, "Paid in full");
        return transition is Transition.Moved ? new(transition, paid, EventTypes.Paid) : new(transition);
    }

    private void Cancel(Order order) =>
        shop.Use<CancelOrder>().RunAsync(Ada, order.OrderId, new CancelRequest("no"), expectedVersion: null, default).GetAwaiter().GetResult();
}
