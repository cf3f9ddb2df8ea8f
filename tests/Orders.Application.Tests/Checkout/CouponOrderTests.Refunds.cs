using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Tests.Subjects;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Checkout;

/// <content>What becomes of a used coupon when money goes back.</content>
public sealed partial class CouponOrderTests
{
    [Fact]
    public async Task FullRefund_GivesTheCouponBack_Once_AndOldEventsTakeItNotAgain()
    {
        var order = await PaidAsync();
        await ConsumeTwiceAsync(await EventsAsync());
        Assert.Equal((0L, 1L), await CountAsync());

        await RefundAsync(order, quantity: 1);
        await ConsumeTwiceAsync(await EventsAsync());
        Assert.Equal((0L, 0L), await CountAsync());

        await shop.Use<IInbox>().PurgeAsync(DateTimeOffset.MaxValue, 100, default);
        await ConsumeTwiceAsync(await EventsAsync());
        Assert.Equal((0L, 0L), await CountAsync());
    }

    [Fact]
    public async Task RefundOfAPart_LeavesTheCouponUsed()
    {
        var order = await PaidAsync(quantity: 2);
        await RefundAsync(order, quantity: 1);
        await ConsumeTwiceAsync(await EventsAsync());
        Assert.Equal((0L, 1L), await CountAsync());

        await RefundAsync(order, quantity: 1, key: "case-2");
        await ConsumeTwiceAsync(await EventsAsync());
        Assert.Equal((0L, 0L), await CountAsync());
    }

    /// <summary>No event came: the sweep finds the lock, and the order that nothing is left of.</summary>
    [Fact]
    public async Task FullRefundWhoseEventsAreLost_GivesTheCouponBackByTheSweep()
    {
        await RefundAsync(await PaidAsync(), quantity: 1);

        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromMinutes(5)));

        Assert.Equal((0L, 0L), await CountAsync());
    }

    private async Task RefundAsync(Order order, int quantity, string key = "case-1")
    {
        var opened = await shop.OpenedAsync(order, "refund", key, ("MUG", quantity));
        await shop.ApproveAsync(opened);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, opened.Case.CaseId), default);
    }
}
