using LocalFunctions.Durable;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Domain.Payments;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>Money goes back, or not: reviews, refusals, retries.</summary>
public sealed class RefundStoryTests : CaseStories
{
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
}
