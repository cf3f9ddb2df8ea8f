using LocalFunctions.Durable;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Domain.Payments;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>Whole after-sale cases, each with the process killed at every point. The order is one mug for 12.50 and two teas for 4.99 each.</summary>
public sealed class CaseStoryTests
{
    private const string NothingRefunded = "paid 2248 refunded 0; outside 2248 0";
    private const string AllRefunded = "paid 2248 refunded 2248; outside 2248 2248";
    private const string MugRefunded = "paid 2248 refunded 1250; outside 2248 1250";
    private const string OneTeaRefunded = "paid 2248 refunded 499; outside 2248 499";
    private const string Sold = "9+0+1, 8+0+2";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public Task EverythingRefundedBeforeItIsShipped_EndsTheOrder() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale AfterSaleCompleted closed", AllRefunded, "10+0+1, 10+0+2",
        "Completed: Opened Approved RefundSucceeded",
        Paid, world => world.Desk.OpenAsync("refund"));

    [Fact]
    public Task RefundOfAPart_NobodyReviews_IsApprovedByTheRule_AndTheOrderGoesOn() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale PendingShipment", OneTeaRefunded, "9+0+1, 9+0+2",
        "Completed: Opened Approved RefundSucceeded",
        Paid, world => world.Desk.OpenAsync("refund", Tea(1)), At(2 * Day));

    [Fact]
    public Task NobodyReviews_WithTheOtherRule_IsRejected() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale PendingShipment", NothingRefunded, Sold, "Rejected: Opened Rejected",
        new OrderPolicy { AfterSales = new AfterSalePolicy { ApproveUnreviewed = false } },
        Paid, world => world.Desk.OpenAsync("refund", Tea(1)), At(2 * Day));

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
    public Task RefundPending_EndsWithTheProvidersWord() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale AfterSaleCompleted closed", AllRefunded, "10+0+1, 10+0+2",
        "Completed: Opened Approved RefundSucceeded",
        Paid, Pending, world => world.Desk.OpenAsync("refund"), At(Day), world => world.Desk.DecideRefundAsync(RefundStatus.Succeeded), At(2 * Day));

    [Fact]
    public async Task RefundRefused_ParksTheCase()
    {
        var outcome = await Story.PlayAsync(
            [Paid, Refusing, world => world.Desk.OpenAsync("refund"), At(Day)], CaseOutcome.ReadAsync);

        Assert.Equal(
            ("PendingPayment Paid PendingShipment AfterSale", "paid 2248 refunded 0; outside 2248 0", "RefundFailed: Opened Approved RefundRefused"),
            (outcome.Order.States, outcome.Order.Money, outcome.Cases));
        Assert.Equal(OrchestrationRuntimeStatus.Running, outcome.CaseProcess);
    }

    [Fact]
    public Task RefundRefused_AndRetried_Completes() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale AfterSaleCompleted closed", AllRefunded, "10+0+1, 10+0+2",
        "Completed: Opened Approved RefundRefused RefundRetried RefundSucceeded",
        Paid, Refusing, world => world.Desk.OpenAsync("refund"), At(Day), Willing, world => world.Desk.RetryRefundAsync(), At(2 * Day));

    /// <summary>Retried while the provider is away: what is written down goes out by the process of the case.</summary>
    [Fact]
    public Task RefundRetried_WhileTheProviderIsAway_Completes() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale AfterSaleCompleted closed", AllRefunded, "10+0+1, 10+0+2",
        "Completed: Opened Approved RefundRefused RefundRetried RefundSucceeded",
        Paid, Refusing, world => world.Desk.OpenAsync("refund"), At(Day), Willing, Away(calls: 3), world => world.Desk.RetryRefundAsync(), At(2 * Day));

    /// <summary>Refused a second time; then staff pay it by a transfer. The provider sent nothing.</summary>
    [Fact]
    public Task RefundRefusedTwice_AndSettledOutside_Completes() => PlayAsync(
        "PendingPayment Paid PendingShipment AfterSale AfterSaleCompleted closed", "paid 2248 refunded 2248; outside 2248 0", "10+0+1, 10+0+2",
        "Completed: Opened Approved RefundRefused RefundRetried RefundRefused RefundSucceeded",
        Paid, Refusing, world => world.Desk.OpenAsync("refund"), world => world.Desk.RetryRefundAsync(), At(Day),
        world => world.Desk.SettleRefundAsync(number: 2), At(2 * Day));

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

    /// <summary>The hold was lost before the payment, and others hold all mugs; of the teas there are enough, which is of no use alone.</summary>
    [Fact]
    public async Task PaidWithoutItsStock_IsRefundedByItself_AndNothingOfItIsSold()
    {
        var outcome = await Story.PlayAsync(
            [world => world.Shop.PlaceAsync(), world => world.Shop.OpenPaymentAsync(), world => world.Shop.LoseHoldAsync(others: 10), world => world.Shop.PayAndHearAsync()],
            CaseOutcome.ReadAsync);

        Assert.Equal(
            ("PendingPayment Paid AfterSale AfterSaleCompleted closed", AllRefunded, "0+10+0, 10+0+0", "Settled 0 OutOfStock 2248 Succeeded"),
            (outcome.Order.States, outcome.Order.Money, outcome.Order.Stock, outcome.Order.Payments));
        Assert.Equal("Completed: Opened Approved RefundSucceeded", outcome.Cases);
    }

    /// <summary>The negative control of all of these: with a provider that ignores its keys, some death sends the money back twice.</summary>
    [Fact]
    public async Task Crashes_FindAProviderThatIgnoresItsKeys() => Assert.NotEmpty(await Story.DifferencesAfterCallsAsync(
        [Paid, world => world.Desk.OpenAsync("refund")], CaseOutcome.ReadAsync, outcome => outcome.Order.Money,
        provider: () => new OutsideProvider { IgnoresKeys = true }));

    private static async Task Paid(World world)
    {
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
    }

    private static Task Shipped(World world) => world.Shop.ShipAsync("s-1");

    private static Task Returned(World world) => world.Desk.OpenAsync("return", Mug());

    private static Task Approved(World world) => world.Desk.ApproveAsync();

    private static Task SentBack(World world) => world.Desk.SendBackAsync();

    private static Task Pending(World world)
    {
        world.Provider.LeavesRefundsPending = true;
        return Task.CompletedTask;
    }

    private static Task Refusing(World world)
    {
        world.Provider.RefusesRefunds = true;
        return Task.CompletedTask;
    }

    private static Task Willing(World world)
    {
        world.Provider.RefusesRefunds = false;
        return Task.CompletedTask;
    }

    private static Func<World, Task> Away(int calls) => world =>
    {
        world.Provider.CallsThatFail = calls;
        return Task.CompletedTask;
    };

    /// <summary>A tea for a mug: 7.51 more.</summary>
    private static Func<World, Task>[] DearerReceived =>
    [
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, SentBack,
        world => world.Desk.ReceiveAsync(),
    ];

    private static Func<World, Task> At(TimeSpan sinceStart) => world => world.Shop.ComeToAsync(sinceStart);

    private static CaseLineRequest Mug() => new("MUG", 1);

    private static CaseLineRequest Tea(int quantity) => new("TEA", quantity);

    private static Task PlayAsync(string states, string money, string stock, string cases, params Func<World, Task>[] steps) =>
        PlayAsync(states, money, stock, cases, new OrderPolicy(), steps);

    private static async Task PlayAsync(string states, string money, string stock, string cases, OrderPolicy policy, params Func<World, Task>[] steps)
    {
        var outcome = await Story.PlayAsync(steps, CaseOutcome.ReadAsync, () => new World(policy));

        Assert.Equal((states, money, stock, cases), (outcome.Order.States, outcome.Order.Money, outcome.Order.Stock, outcome.Cases));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, outcome.CaseProcess);
    }
}
