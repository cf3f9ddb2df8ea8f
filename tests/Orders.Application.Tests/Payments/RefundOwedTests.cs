using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>What the order's log of refunds says, whatever comes first: the provider's answer or its message.</summary>
public sealed class RefundOwedTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Refund_ThatTheProviderLeavesPending_IsPendingAndNotOwedAgain()
    {
        var (order, _) = await RefundedAsync(ProviderRefundStatus.Pending);

        Assert.Equal((RefundStatus.Pending, 0L, false), (RefundOf(order).Status, order.Totals.Refunded, order.OwesMoney));
        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        Assert.Equal(order.Version, (await shop.ReadAsync(order.Ref)).Version);
    }

    [Theory]
    [InlineData(ProviderRefundStatus.Succeeded, RefundStatus.Succeeded, 100)]
    [InlineData(ProviderRefundStatus.Failed, RefundStatus.Failed, 0)]
    public async Task Refund_ThatWasPending_EndsByTheProvidersWord(ProviderRefundStatus answer, RefundStatus status, long refunded)
    {
        var (order, payment) = await RefundedAsync(ProviderRefundStatus.Pending);

        await shop.Use<RefundOwed>().RecordAsync(order.Ref, payment, new ProviderRefund(RefundOf(order).RefundId, answer, "re_1"), default);

        order = await shop.ReadAsync(order.Ref);
        Assert.Equal((status, "re_1", refunded), (RefundOf(order).Status, RefundOf(order).ProviderReference, order.Totals.Refunded));
    }

    /// <summary>An answer that was long on its way must not undo what the provider's message said meanwhile.</summary>
    [Theory]
    [InlineData(RefundStatus.Failed, ProviderRefundStatus.Succeeded)]
    [InlineData(RefundStatus.Succeeded, ProviderRefundStatus.Failed)]
    [InlineData(RefundStatus.Succeeded, ProviderRefundStatus.Pending)]
    public async Task Answer_OlderThanTheMessage_ChangesNothing(RefundStatus message, ProviderRefundStatus answer)
    {
        var (order, payment) = await RefundedAsync(ProviderRefundStatus.Pending);
        var refund = RefundOf(order).RefundId;
        await shop.Use<RefundOwed>().RecordAsync(order.Ref, payment, refund, message, default);

        await shop.Use<RefundOwed>().RecordAsync(order.Ref, payment, new ProviderRefund(refund, answer), default);

        Assert.Equal(message, RefundOf(await shop.ReadAsync(order.Ref)).Status);
    }

    /// <summary>A statement has it as sent, and its approval comes when it has failed here: what isn't recorded is not said to be.</summary>
    [Theory]
    [InlineData(RefundStatus.Pending, true, "Recorded: the refund arrived.")]
    [InlineData(RefundStatus.Failed, false, "Not recorded: the refund failed here, and one that failed stays so. Staff see whether it was sent anew or settled outside.")]
    public async Task Difference_ThatMarksItRefunded_SaysWhatCameOfIt(RefundStatus before, bool isDone, string outcome)
    {
        var (order, payment) = await RefundedAsync(ProviderRefundStatus.Pending);
        var refund = RefundOf(order).RefundId;
        await shop.Use<RefundOwed>().RecordAsync(order.Ref, payment, refund, before, default);
        var difference = new Difference(
            "d", new DateOnly(2026, 3, 1), "scripted", DifferenceClass.MissingHere, BookEntryKind.Refund, order.OrderId.Value, "re_1", DifferenceProposal.MarkRefunded, "It differs.")
        {
            At = shop.Clock.GetUtcNow(),
            Order = order.Ref,
            PaymentId = payment,
            RefundId = refund,
        };

        Assert.Equal(new CarriedOut(isDone, outcome), await shop.Use<CarryOutDifference>().RunAsync(difference, default));

        Assert.Equal(isDone ? RefundStatus.Succeeded : before, RefundOf(await shop.ReadAsync(order.Ref)).Status);
    }

    /// <summary>A euro too much was paid, and has been sent back.</summary>
    private async Task<(Order Order, PaymentId Payment)> RefundedAsync(ProviderRefundStatus answer)
    {
        shop.Provider.RefundAnswer = answer;
        var order = await shop.PlacedAsync(("MUG", 1));
        var payment = await shop.WithAttemptAsync(order);
        var capture = new Capture(order.Total with { Amount = order.Total.Amount + 100 }, shop.Clock.GetUtcNow(), "c");
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, capture, default);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        return (await shop.ReadAsync(order.Ref), payment);
    }

    private static OrderRefund RefundOf(Order order) => Assert.Single(order.Payments[0].Refunds);
}
