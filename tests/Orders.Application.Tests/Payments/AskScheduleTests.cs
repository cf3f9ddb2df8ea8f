using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>When the provider is asked, to the minute.</summary>
public sealed class AskScheduleTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void Next_IsAfter1And3And7And15And30Minutes_ThenDoubledHours_ThenDaily()
    {
        var asked = new List<double>();
        for (var now = At; asked.Count < 13; now = AskSchedule.Next(At, now))
            asked.Add((AskSchedule.Next(At, now) - At).TotalMinutes);

        Assert.Equal([1, 3, 7, 15, 30, 60, 120, 240, 480, 960, 1440, 2880, 4320], asked);
        Assert.Equal(At.AddMinutes(1), AskSchedule.First(At));
    }

    /// <summary>A sweep that comes late asks once and not for every instant that it missed.</summary>
    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0.9, 1)]
    [InlineData(20, 30)]
    [InlineData(1440 * 3 + 1, 1440 * 4)]
    public void Next_AfterALateQuestion_IsTheFirstThatHasNotPassed(double now, double next) =>
        Assert.Equal(At.AddMinutes(next), AskSchedule.Next(At, At.AddMinutes(now)));

    [Theory]
    [InlineData(PaymentStatus.Opening)]
    [InlineData(PaymentStatus.Open)]
    public void NextFor_AnAttemptThatIsNotResolved_GoesOn(PaymentStatus status) =>
        Assert.Equal(At.AddDays(101), NextFor(Attempt(status), At.AddDays(100)));

    [Theory]
    [InlineData(PaymentStatus.Failed)]
    [InlineData(PaymentStatus.Voided)]
    public void NextFor_AnAttemptThatEnded_StopsWhenTheOrderCannotBeRevivedAnyMore(PaymentStatus status)
    {
        Assert.Equal(At.AddHours(24), NextFor(Attempt(status), At.AddHours(16)));
        Assert.Null(NextFor(Attempt(status), At.AddHours(24)));
    }

    [Fact]
    public void NextFor_AnAttemptOfLongAfterTheOrder_ADifferences_GoesOnJustAsLong()
    {
        var late = Attempt(PaymentStatus.Voided) with { OpenedAt = At.AddDays(20) };

        Assert.Equal(At.AddDays(21), NextFor(late, At.AddDays(20).AddHours(16)));
        Assert.Null(NextFor(late, At.AddDays(21)));
    }

    [Fact]
    public void NextFor_MoneyThatCame_IsNever() => Assert.Null(NextFor(Settled(), At));

    [Theory]
    [InlineData(RefundStatus.Requested, true)]
    [InlineData(RefundStatus.Pending, true)]
    [InlineData(RefundStatus.Succeeded, false)]
    [InlineData(RefundStatus.Failed, false)]
    public void NextFor_ARefund_IsAskedAboutUntilItIsDecided(RefundStatus status, bool asked) =>
        Assert.Equal(asked ? At.AddMinutes(3) : null, NextFor(Settled(Refund(status, At)), At.AddMinutes(1)));

    [Fact]
    public void NextFor_ARefund_StopsAfterThirtyDays()
    {
        Assert.Equal(At + 30 * Day, NextFor(Settled(Refund(RefundStatus.Pending, At)), At + 29 * Day));
        Assert.Null(NextFor(Settled(Refund(RefundStatus.Pending, At)), At + 30 * Day));
    }

    [Fact]
    public void NextFor_TwoRefunds_IsTheEarlierOfBoth() => Assert.Equal(
        At.AddHours(3).AddMinutes(1),
        NextFor(Settled(Refund(RefundStatus.Pending, At), Refund(RefundStatus.Pending, At.AddHours(3))), At.AddHours(3)));

    private static DateTimeOffset? NextFor(OrderPayment payment, DateTimeOffset now)
    {
        using var shop = new Subjects.Shop();
        var order = shop.PlacedAsync(("MUG", 1)).GetAwaiter().GetResult();
        Assert.Equal(At.AddMinutes(30), order.PayBy);
        return AskSchedule.NextFor(order with { Payments = [payment] }, payment, Day, now);
    }

    private static OrderPayment Attempt(PaymentStatus status) =>
        new(PaymentId.Derive(OrderId.Derive(Id.Parse<UserId>("ada"), "k"), "p"), new Money(1_250, Id.Parse<Currency>("EUR")), "scripted", status, At);

    private static OrderPayment Settled(params OrderRefund[] refunds) =>
        Attempt(PaymentStatus.Settled) with { Captured = new Money(1_250, Id.Parse<Currency>("EUR")), Refunds = refunds };

    private static OrderRefund Refund(RefundStatus status, DateTimeOffset at) => new("r", 100, RefundReason.Over, status, at);
}
