using Orders.Application.AfterSales;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// What one of an order's holds of stock is for, by the order's document: its own, number <c>Order.Hold</c>, or that of a replacement, number
/// <c>AfterSaleCase.Hold</c>. The sweep does as it says, and a rebuild of the counters knows by it what is held.
/// </summary>
public abstract record HoldUse
{
    private HoldUse()
    {
    }

    /// <summary>Nothing stands on it (any more): free it.</summary>
    public sealed record Nothing : HoldUse;

    /// <summary>Its order ended unpaid at that instant: free it, and the buyer has a mark.</summary>
    public sealed record Unpaid(DateTimeOffset At) : HoldUse;

    /// <summary>Needed for these units, at least until then.</summary>
    public sealed record Awaited(IReadOnlyList<StockLine> Lines, DateTimeOffset Until) : HoldUse;

    /// <summary>These units are sold.</summary>
    public sealed record Sold(IReadOnlyList<StockLine> Lines) : HoldUse;

    /// <param name="order">As it was read.</param>
    /// <param name="number">Of any of its holds, also of one that is long gone.</param>
    public static HoldUse Of(Order order, int number) => number >= ApproveCase.FirstHold
        ? Of(order.Cases.FirstOrDefault(@case => @case.Hold == number))
        : order switch
        {
            // Of a revival that didn't happen, or of the time before one that did; or the units could not be had, and their money goes back.
            _ when number != order.Hold || order.Cases.Any(@case => @case.WithoutStock) => new Nothing(),
            { State: OrderState.Cancelled { Cause: CancelCause.PaymentDeadline } ended } => new Unpaid(ended.At),
            { State: OrderState.Cancelled } => new Nothing(),
            { State: OrderState.PendingPayment pending } => new Awaited(StockLines.Of(order), pending.PayBy),
            _ => new Sold(StockLines.Of(order)),
        };

    /// <summary>The numbers of all holds that may have a use.</summary>
    public static IEnumerable<int> NumbersOf(Order order) => [order.Hold, .. order.Cases.Select(@case => @case.Hold).OfType<int>()];

    private static HoldUse Of(AfterSaleCase? @case) => @case switch
    {
        { ReplacedWith: not null } => new Sold(StockLines.OfReplacement(@case)),
        { IsOpen: true, State.Deadline: { } until } => new Awaited(StockLines.OfReplacement(@case), until),
        _ => new Nothing(),
    };
}
