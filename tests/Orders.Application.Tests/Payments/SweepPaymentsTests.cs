using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>Money of which no webhook tells is found by asking, soon, and not for ever.</summary>
public sealed class SweepPaymentsTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task MoneyWithoutAWebhook_IsFoundAfterAMinute()
    {
        var (order, payment) = await OpenedAsync();
        shop.Provider.Pay(payment, order.Total, shop.Clock.GetUtcNow());

        await MinutesAsync(1);

        Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order.Ref)).Status);
    }

    [Fact]
    public async Task MoneyWithoutAWebhook_IsNotFoundWithoutTheSweep()
    {
        var (order, payment) = await OpenedAsync();
        shop.Provider.Pay(payment, order.Total, shop.Clock.GetUtcNow());

        await MinutesAsync(29, sweep: false);

        Assert.Equal(OrderStatus.PendingPayment, (await shop.ReadAsync(order.Ref)).Status);
    }

    [Fact]
    public async Task OpenAttempt_IsAskedAboutWithBackoff()
    {
        var (_, payment) = await OpenedAsync();

        Assert.Equal([1, 3, 7, 15, 30, 60, 120], await AskedAtAsync(130, () => shop.Provider.AskedAbout.Count));
        Assert.All(shop.Provider.AskedAbout, asked => Assert.Equal(payment, asked));
    }

    [Fact]
    public async Task PaidAttempt_IsLookedAtOnceAndNeverAskedAbout()
    {
        var (order, payment) = await OpenedAsync();
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, shop.Clock.GetUtcNow(), "c"), default);

        await MinutesAsync(1);
        Assert.Empty(shop.Provider.AskedAbout);
        Assert.Empty(await shop.Use<IPaymentIndex>().FindDueAsync(shop.Clock.GetUtcNow().AddDays(100), 10, default));
    }

    [Fact]
    public async Task WithdrawnAttempt_IsAskedAboutForADayAndNotForEver()
    {
        var (order, payment) = await OpenedAsync();
        await shop.Use<VoidOpenAttempts>().RunAsync(order.Ref, default);

        var asked = await AskedAtAsync(60 * 72, () => shop.Provider.AskedAbout.Count);

        Assert.Equal([1, 3, 7, 15, 30, 60, 120, 240, 480, 960, 1440], asked);
    }

    /// <summary>The declined card works at the second try, unheard, while another attempt has paid.</summary>
    [Fact]
    public async Task MoneyOfADeclinedAttempt_WhileAnotherPaid_IsFoundAndOwedBack()
    {
        var (order, first) = await OpenedAsync();
        shop.Provider.Decline(first);
        await MinutesAsync(1);
        Assert.Equal(PaymentStatus.Failed, (await shop.ReadAsync(order.Ref)).Payments[0].Status);
        var second = await shop.WithAttemptAsync(order, "pay-2");
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, second, new Capture(order.Total, shop.Clock.GetUtcNow(), "c"), default);
        shop.Provider.Pay(first, order.Total, shop.Clock.GetUtcNow());

        await MinutesAsync(2);

        var found = await shop.ReadAsync(order.Ref);
        Assert.Equal((2 * order.Total.Amount, true), (found.Totals.Paid, found.OwesMoney));
    }

    [Fact]
    public async Task ProviderThatIsAway_IsAskedAgainAMinuteLater()
    {
        var (order, payment) = await OpenedAsync();
        shop.Provider.IsAway = true;
        await MinutesAsync(5);
        shop.Provider.IsAway = false;
        shop.Provider.Pay(payment, order.Total, shop.Clock.GetUtcNow());

        await MinutesAsync(1);

        Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order.Ref)).Status);
    }

    [Fact]
    public async Task OneThatCannotBeAskedAbout_DoesNotHoldUpTheOthers()
    {
        var away = await OpenedAsync("key-0");
        shop.Provider.AwayFor.Add(away.Payment);
        var others = new List<(Order Order, PaymentId Payment)>();
        for (var n = 1; n < 9; n++)
            others.Add(await OpenedAsync($"key-{n}"));
        foreach (var (order, payment) in others)
            shop.Provider.Pay(payment, order.Total, shop.Clock.GetUtcNow());

        await MinutesAsync(1);

        foreach (var (order, _) in others)
            Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order.Ref)).Status);
        Assert.Equal(OrderStatus.PendingPayment, (await shop.ReadAsync(away.Order.Ref)).Status);
    }

    [Fact]
    public async Task Sweep_OfManyPages_AsksAboutEachOnce()
    {
        for (var n = 0; n < 450; n++)
        {
            var id = PaymentId.Derive(OrderId.Derive(Shop.Ada.UserId, $"none-{n}"), "p");
            await shop.Use<IPaymentIndex>().AddAsync(id, new OrderRef(Shop.Ada.UserId, OrderId.Derive(Shop.Ada.UserId, $"none-{n}")), Shop.Start, default);
        }

        Assert.Equal(450, await shop.Use<SweepPayments>().RunAsync(default));
        Assert.Equal(0, await shop.Use<SweepPayments>().RunAsync(default));
    }

    [Fact]
    public async Task PendingRefund_IsAskedAboutUntilItIsDecided()
    {
        var order = await RefundedAsync(ProviderRefundStatus.Pending);

        Assert.Equal([1, 3, 7], await AskedAtAsync(10, () => shop.Provider.AskedAboutRefunds.Count));
        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        await MinutesAsync(5);

        Assert.Equal((RefundStatus.Succeeded, 100L), (RefundOf(await shop.ReadAsync(order.Ref)).Status, (await shop.ReadAsync(order.Ref)).Totals.Refunded));
        Assert.Empty(await AskedAtAsync(60 * 24, () => shop.Provider.AskedAboutRefunds.Count));
    }

    [Fact]
    public async Task PendingRefund_IsLeftToPeopleAfterThirtyDays()
    {
        await RefundedAsync(ProviderRefundStatus.Pending);
        await MinutesAsync(1);
        for (var day = 1; day <= 40; day++)
        {
            shop.Clock.MoveTo(Shop.Start.AddDays(day));
            await shop.Use<SweepPayments>().RunAsync(default);
        }

        Assert.Equal(31, shop.Provider.AskedAboutRefunds.Count);
    }

    /// <summary>A process that dies anywhere in the sending leaves a refund that is repeated or asked about.</summary>
    [Fact]
    public async Task PendingRefund_OfAProcessThatDied_IsDecidedAllTheSame()
    {
        for (var commits = 0; ; commits++)
        {
            using var dying = new Shop();
            dying.Provider.RefundAnswer = ProviderRefundStatus.Pending;
            var order = await dying.PlacedAsync(("MUG", 1));
            var payment = await dying.WithAttemptAsync(order);
            await dying.Use<ApplySettlement>().RunAsync(
                order.Ref, payment, new Capture(order.Total with { Amount = order.Total.Amount + 100 }, Shop.Start, "c"), default);
            dying.Clock.MoveTo(Shop.Start.AddMinutes(2));
            await dying.Use<SweepPayments>().RunAsync(default);

            var died = await dying.RunAndDieAsync(commits, () => dying.Use<RefundOwed>().RunAsync(order.Ref, default));
            dying.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
            if ((await dying.ReadAsync(order.Ref)).OwesMoney)
                await dying.Use<RefundOwed>().RunAsync(order.Ref, default);
            dying.Clock.MoveTo(Shop.Start.AddMinutes(10));
            await dying.Use<SweepPayments>().RunAsync(default);

            Assert.Equal((commits, RefundStatus.Succeeded), (commits, RefundOf(await dying.ReadAsync(order.Ref)).Status));
            if (!died)
                return;
        }
    }

    private static OrderRefund RefundOf(Order order) => Assert.Single(order.Payments[0].Refunds);

    private async Task<(Order Order, PaymentId Payment)> OpenedAsync(string key = "key-1")
    {
        var placed = await shop.PlaceAsync(Shop.Basket(("MUG", 1)), key, Shop.Bob);
        Assert.Null(placed.Refusal);
        return (placed.Value!.Order, await shop.WithAttemptAsync(placed.Value.Order));
    }

    private async Task<Order> RefundedAsync(ProviderRefundStatus answer)
    {
        shop.Provider.RefundAnswer = answer;
        var (order, payment) = await OpenedAsync();
        var capture = new Capture(order.Total with { Amount = order.Total.Amount + 100 }, shop.Clock.GetUtcNow(), "c");
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, capture, default);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        return await shop.ReadAsync(order.Ref);
    }

    /// <summary>Lets minutes pass, with a sweep at each.</summary>
    private async Task MinutesAsync(int minutes, bool sweep = true)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(1));
            if (sweep)
                await shop.Use<SweepPayments>().RunAsync(default);
        }
    }

    /// <summary>The minutes at which the count of questions grew.</summary>
    private async Task<List<int>> AskedAtAsync(int minutes, Func<int> count)
    {
        var at = new List<int>();
        for (var minute = 1; minute <= minutes; minute++)
        {
            var before = count();
            await MinutesAsync(1);
            if (count() > before)
                at.Add(minute);
        }

        return at;
    }
}
