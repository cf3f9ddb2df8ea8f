using Orders.Application;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>Goods come back, or not.</summary>
public sealed class ReturnStoryTests : CaseStories
{
    [Fact]
    public Task Return_ComesBackAndIsRefunded() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", MugRefunded, "10+0+1, 8+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived RefundSucceeded",
        Paid, Shipped, Returned, Approved, SentBack, world => world.Desk.ReceiveAsync());

    [Fact]
    public Task Return_WrittenOff_IsRefundedAndNotOnSaleAgain() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", MugRefunded, Sold,
        "Completed: Opened Approved GoodsSent GoodsReceived RefundSucceeded",
        Paid, Shipped, Returned, Approved, SentBack, world => world.Desk.ReceiveAsync(writtenOff: 1));

    [Fact]
    public Task Return_NeverSent_Lapses() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", NothingRefunded, Sold, "Lapsed: Opened Approved GoodsOverdue",
        new OrderPolicy { ReceiptWindow = 30 * Day },
        Paid, Shipped, Returned, Approved, At(14 * Day));

    [Fact]
    public Task Return_NobodyInspects_CountsAsReceived() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", MugRefunded, "10+0+1, 8+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived RefundSucceeded",
        new OrderPolicy { ReceiptWindow = 30 * Day },
        Paid, Shipped, Returned, Approved, SentBack, At(14 * Day));

    [Fact]
    public Task Withdrawn_TheOrderIsWhereItWas() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", NothingRefunded, Sold, "Withdrawn: Opened Withdrawn",
        Paid, Shipped, Returned, world => world.Desk.WithdrawAsync());

    [Fact]
    public Task Rejected_TheOrderIsWhereItWas() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", NothingRefunded, Sold, "Rejected: Opened Rejected",
        Paid, Shipped, Returned, world => world.Desk.RejectAsync());
}
