using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>Goods for goods, with a difference or without.</summary>
public sealed class ExchangeStoryTests : CaseStories
{
    [Fact]
    public Task Exchange_ForTheSame_SendsTheReplacementFromReservedStock() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", NothingRefunded, "9+0+2, 8+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived ReplacementSent",
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", Mug()), Approved, SentBack, world => world.Desk.ReceiveAsync(),
        world => world.Desk.SendReplacementAsync());

    [Fact]
    public Task Exchange_ForCheaper_RefundsTheDifference() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", "paid 2248 refunded 751; outside 2248 751", "10+0+1, 7+0+3",
        "Completed: Opened Approved GoodsSent GoodsReceived ReplacementSent RefundSucceeded",
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", new CaseLineRequest("MUG", 1, ReplacementSku: "TEA")), Approved, SentBack,
        world => world.Desk.ReceiveAsync(), world => world.Desk.SendReplacementAsync());

    [Fact]
    public Task Exchange_DifferenceUnpaid_BecomesARefund_AndItsStockIsFree() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", OneTeaRefunded, "9+0+1, 9+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived ReplacementOverdue RefundSucceeded",
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, SentBack,
        world => world.Desk.ReceiveAsync(), At(3 * Day));

    [Fact]
    public Task Exchange_ReplacementNotSent_BecomesARefund_AndItsStockIsFree() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", MugRefunded, "10+0+1, 8+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived ReplacementOverdue RefundSucceeded",
        new OrderPolicy { ReceiptWindow = 30 * Day },
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", Mug()), Approved, SentBack, world => world.Desk.ReceiveAsync(), At(14 * Day));

    [Fact]
    public Task Exchange_OutOfStock_BecomesAReturn() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", MugRefunded, "1+0+1, 8+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived RefundSucceeded",
        Paid, Shipped, world => world.Shop.StockToAsync(World.Mug, 1), world => world.Desk.OpenAsync("exchange", Mug()), Approved, SentBack,
        world => world.Desk.ReceiveAsync());

    [Fact]
    public Task Exchange_Withdrawn_FreesItsStock() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", NothingRefunded, Sold, "Withdrawn: Opened Approved Withdrawn",
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", Mug()), Approved, world => world.Desk.WithdrawAsync());

    [Fact]
    public Task Exchange_ForDearer_DifferencePaid_SendsTheReplacement() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", "paid 2999 refunded 0; outside 2999 0", "8+0+2, 9+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived DifferencePaid ReplacementSent",
        [.. DearerReceived, world => world.Desk.OpenDifferenceAsync(), world => world.Desk.PayDifferenceAsync(751), world => world.Desk.SendReplacementAsync()]);

    /// <summary>No message came: the provider is asked before it is believed that nobody paid.</summary>
    [Fact]
    public Task Exchange_DifferencePaid_AndNotHeardOf_IsFoundAtTheDeadline() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", "paid 2999 refunded 0; outside 2999 0", "8+0+2, 9+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived DifferencePaid ReplacementSent",
        [
            .. DearerReceived, world => world.Desk.OpenDifferenceAsync(), world => world.Desk.PayDifferenceAsync(751, isHeard: false), At(3 * Day),
            world => world.Desk.SendReplacementAsync(),
        ]);

    /// <summary>Too late for the replacement: the case has fallen back, and the late money goes back, too.</summary>
    [Fact]
    public Task Exchange_DifferencePaidTooLate_GoesBackWithTheRest() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped AfterSale Shipped", "paid 2999 refunded 1250; outside 2999 1250", "9+0+1, 9+0+2",
        "Completed: Opened Approved GoodsSent GoodsReceived ReplacementOverdue RefundSucceeded",
        [.. DearerReceived, world => world.Desk.OpenDifferenceAsync(), At(3 * Day), world => world.Desk.PayDifferenceAsync(751), At(4 * Day)]);
}
