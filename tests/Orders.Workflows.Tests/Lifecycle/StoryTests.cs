using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>
/// Whole lives of an order, each played undisturbed and then once more for every commit and every activity with the process killed right
/// there: the outcome must not depend on it.
/// </summary>
public sealed class StoryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    [Fact]
    public Task PaidInTime_IsAcceptedShippedReceivedAndClosed() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped Completed closed",
        "paid 2248 refunded 0; outside 2248 0",
        "9+0+1, 8+0+2",
        "Settled 2248",
        Placed, Opened, Paid, shop => shop.ShipAsync("s-1"), shop => shop.ConfirmReceiptAsync(), At(TimeSpan.FromDays(16)));

    [Fact]
    public Task Unpaid_IsCancelledAtTheDeadline() => PlayAsync(
        "PendingPayment Cancelled closed", "paid 0 refunded 0; outside 0 0", "10+0+0, 10+0+0", "Voided 0",
        Placed, Opened, At(Deadline));

    [Fact]
    public Task CancelledByTheBuyer_FreesItsStock() => PlayAsync(
        "PendingPayment Cancelled closed", "paid 0 refunded 0; outside 0 0", "10+0+0, 10+0+0", "Voided 0",
        Placed, Opened, shop => shop.CancelAsync(), At(Deadline));

    [Fact]
    public Task PaidWithoutAWebhook_IsFoundByTheQuestionAtTheDeadline() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248",
        Placed, Opened, PaidSilently, At(Deadline));

    [Fact]
    public Task LateMoney_RevivesTheOrder() => PlayAsync(
        "PendingPayment Cancelled Paid PendingShipment", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248",
        Placed, Opened, At(Deadline), Paid, At(Deadline + TimeSpan.FromHours(2)));

    [Fact]
    public Task LateMoneyAfterADay_GoesBack() => PlayAsync(
        "PendingPayment Cancelled closed", "paid 2248 refunded 2248; outside 2248 2248", "10+0+0, 10+0+0", "Settled 0 Late 2248 Succeeded",
        Placed, Opened, At(Deadline), At(TimeSpan.FromHours(25)), Paid, At(TimeSpan.FromHours(26)));

    [Fact]
    public Task LateMoneyAfterTheBuyersCancel_GoesBack() => PlayAsync(
        "PendingPayment Cancelled closed", "paid 2248 refunded 2248; outside 2248 2248", "10+0+0, 10+0+0", "Settled 0 Late 2248 Succeeded",
        Placed, Opened, shop => shop.CancelAsync(), Paid, At(Deadline));

    [Fact]
    public Task ShortMoney_WaitsForTheDeadlineAndGoesBack() => PlayAsync(
        "PendingPayment Cancelled closed", "paid 2000 refunded 2000; outside 2000 2000", "10+0+0, 10+0+0", "Settled 0 Short 2000 Succeeded",
        Placed, Opened, shop => shop.PayAndHearAsync(money: Shop.Euros(2_000)), At(Deadline));

    [Fact]
    public Task TooMuchMoney_KeepsTheTotalAndSendsTheRestBack() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 3000 refunded 752; outside 3000 752", "9+0+1, 8+0+2", "Settled 2248 Over 752 Succeeded",
        Placed, Opened, shop => shop.PayAndHearAsync(money: Shop.Euros(3_000)));

    [Fact]
    public Task SecondPayment_GoesBack() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 4496 refunded 2248; outside 4496 2248", "9+0+1, 8+0+2",
        "Settled 0 SecondPayment 2248 Succeeded, Settled 2248",
        Placed, Opened, shop => shop.OpenPaymentAsync("pay-2"), shop => shop.PayAndHearAsync("pay-2"), Paid);

    [Fact]
    public Task MoneyFasterThanANewAttempt_PaysTheOrderAndTheNewAttemptIsWithdrawn() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248, Voided 0",
        Placed, Opened, PaidSilently, shop => shop.OpenPaymentAsync("pay-2"));

    [Fact]
    public Task MoneyOfAVoidedAttempt_PaysTheOrderAndTheOpenAttemptIsWithdrawn() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248, Voided 0",
        Placed, Opened, shop => shop.OpenPaymentAsync("pay-2"), Paid);

    /// <summary>Withdrawing the open attempt says nothing of this money: only the question does.</summary>
    [Fact]
    public Task MoneyOfAVoidedAttemptWithoutAWebhook_IsFoundByTheQuestionAtTheDeadline() => PlayAsync(
        "PendingPayment Paid PendingShipment", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248, Voided 0",
        Placed, Opened, shop => shop.OpenPaymentAsync("pay-2"), PaidSilently, At(Deadline));

    [Fact]
    public Task PartialShipments_ShipTheOrderWithTheLast() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped Completed closed", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248",
        Placed, Opened, Paid, shop => shop.ShipAsync("s-1", ("TEA", 1)), At(TimeSpan.FromDays(20)), shop => shop.ShipAsync("s-2"),
        At(TimeSpan.FromDays(30)), At(TimeSpan.FromDays(45)));

    [Fact]
    public Task NobodyConfirms_CountsAsReceivedAfterTenDays() => PlayAsync(
        "PendingPayment Paid PendingShipment Shipped Completed", "paid 2248 refunded 0; outside 2248 0", "9+0+1, 8+0+2", "Settled 2248",
        Placed, Opened, Paid, shop => shop.ShipAsync("s-1"), At(TimeSpan.FromDays(10)));

    /// <summary>The negative control of all of these: with a provider that ignores its keys, some death sends the money back twice.</summary>
    [Fact]
    public async Task Crashes_FindAProviderThatIgnoresItsKeys()
    {
        Func<Shop, Task>[] steps = [Placed, Opened, shop => shop.CancelAsync(), Paid];

        Assert.NotEmpty(await Story.DifferencesAfterCallsAsync(
            [.. steps.Select(AsStep)], Outcome.ReadAsync, outcome => outcome.Money, provider: () => new OutsideProvider { IgnoresKeys = true }));
    }

    private static Task Placed(Shop shop) => shop.PlaceAsync();

    private static Task Opened(Shop shop) => shop.OpenPaymentAsync();

    private static Task Paid(Shop shop) => shop.PayAndHearAsync();

    private static Task PaidSilently(Shop shop) => shop.PaySilentlyAsync();

    private static Func<Shop, Task> At(TimeSpan sinceStart) => shop => shop.ComeToAsync(sinceStart);

    private static async Task PlayAsync(string states, string money, string stock, string payments, params Func<Shop, Task>[] steps)
    {
        var calm = await Story.PlayAsync([.. steps.Select(AsStep)], Outcome.ReadAsync);
        Assert.Equal((states, money, stock, payments), (calm.States, calm.Money, calm.Stock, calm.Payments));
    }

    private static Func<World, Task> AsStep(Func<Shop, Task> step) => world => step(world.Shop);
}
