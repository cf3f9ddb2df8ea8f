using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>Opening an attempt to pay.</summary>
public sealed class OpenPaymentTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Open_AsksForExactlyTheTotal()
    {
        var order = await shop.PlacedAsync(("MUG", 1), ("TEA", 2));

        var opened = (await OpenAsync(order)).Value!;

        Assert.Equal((order.Total, PaymentStatus.Open), (opened.Payment.Amount, opened.Payment.Status));
        Assert.NotNull(opened.Payment.PayUrl);
        Assert.Equal(order.Ref, await shop.Use<IPaymentIndex>().FindAsync(order.OrderId, opened.Payment.PaymentId, default));
    }

    [Fact]
    public async Task Open_SameKeyAgain_IsTheSameAttempt()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var first = (await OpenAsync(order)).Value!;

        Assert.Equal(first.Payment.PaymentId, (await OpenAsync(order)).Value!.Payment.PaymentId);
        Assert.Single((await shop.ReadAsync(order.Ref)).Payments);
    }

    [Fact]
    public async Task Open_SameKeyWithOtherMethod_IsRefused()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await OpenAsync(order);

        Assert.IsType<Refusal.OtherRequestWithKey>((await OpenAsync(order, method: "card")).Refusal);
    }

    [Fact]
    public async Task Open_Another_VoidsTheFormer()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var first = (await OpenAsync(order)).Value!.Payment.PaymentId;
        await OpenAsync(order, "pay-2");

        Assert.Equal([first], shop.Provider.Voided);
        Assert.Equal([PaymentStatus.Voided, PaymentStatus.Open], (await shop.ReadAsync(order.Ref)).Payments.Select(payment => payment.Status));
    }

    [Fact]
    public async Task Open_WhenTheFormerWasPaid_SettlesThatAndIsRefused()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var first = (await OpenAsync(order)).Value!.Payment.PaymentId;
        shop.Provider.Pay(first, order.Total, shop.Clock.GetUtcNow());

        Assert.IsType<Refusal.NotPayable>((await OpenAsync(order, "pay-2")).Refusal);

        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((OrderStatus.Paid, false), (after.Status, after.HasOpenAttempt));
    }

    [Fact]
    public async Task Open_OfAnothersOrder_FindsNone()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        Assert.IsType<Refusal.NotFound>((await OpenAsync(order, caller: Shop.Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await OpenAsync(order, caller: Shop.Support)).Refusal);
        Assert.Empty((await shop.ReadAsync(order.Ref)).Payments);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task Open_FromTheDeadlineOn_IsRefused(int secondsAfter, bool refused)
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        shop.Clock.MoveTo(order.PayBy.AddSeconds(secondsAfter));

        Assert.Equal(refused, (await OpenAsync(order)).Refusal is Refusal.NotPayable);
    }

    [Fact]
    public async Task Open_OfAPaidOrder_IsRefused()
    {
        var order = await shop.PaidAsync(("MUG", 1));

        Assert.IsType<Refusal.NotPayable>((await OpenAsync(order, "pay-2")).Refusal);
    }

    [Fact]
    public async Task Open_TheTwentyFirst_IsRefused()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        for (var n = 1; n <= OrderLimits.MostPayments; n++)
            Assert.Null((await OpenAsync(order, $"pay-{n}")).Refusal);

        Assert.Equal(new Refusal.LimitReached("payments", OrderLimits.MostPayments), (await OpenAsync(order, "pay-21")).Refusal);
        Assert.Null((await OpenAsync(order, "pay-20")).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("012345678901234567890123456789012345678901234567890")]
    public async Task Open_WithAMethodOfTheWrongLength_IsInvalid(string method)
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        Assert.IsType<Refusal.Invalid>((await OpenAsync(order, method: method)).Refusal);
    }

    [Fact]
    public async Task Open_WithTheProviderAway_IsWrittenDownAndGoesOnWithTheSameKey()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        shop.Provider.IsAway = true;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => OpenAsync(order));
        Assert.Equal(PaymentStatus.Opening, (await shop.ReadAsync(order.Ref)).Payments.Single().Status);

        shop.Provider.IsAway = false;
        Assert.Equal(PaymentStatus.Open, (await OpenAsync(order)).Value!.Payment.Status);
    }

    [Fact]
    public async Task Open_KilledAfterAnyCommit_IsOneAttemptThatWeKnow()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new Shop();
            var order = await dying.PlacedAsync(("MUG", 1));
            await dying.WithAttemptAsync(order, "former");
            var died = await dying.RunAndDieAsync(commits, () => dying.WithAttemptAsync(order));

            foreach (var payment in (await dying.ReadAsync(order.Ref)).Payments.Where(payment => payment.Status == PaymentStatus.Open))
                Assert.NotNull(await dying.Use<IPaymentIndex>().FindAsync(order.OrderId, payment.PaymentId, default));
            await dying.WithAttemptAsync(order);
            Assert.Equal(
                [PaymentStatus.Voided, PaymentStatus.Open], (await dying.ReadAsync(order.Ref)).Payments.Select(payment => payment.Status));
            if (!died)
                break;
        }
    }

    public void Dispose() => shop.Dispose();

    private Task<Result<OpenedPayment>> OpenAsync(Order order, string key = "pay-1", string? method = null, Caller? caller = null) =>
        shop.Use<OpenPayment>().RunAsync(new OpenPaymentCommand(caller ?? Shop.Ada, order.OrderId, key, method), default);
}
