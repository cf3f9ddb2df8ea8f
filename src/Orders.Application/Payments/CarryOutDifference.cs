using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>What carrying out a proposal came to.</summary>
/// <param name="IsDone">Whether the difference is put right; else it is for people.</param>
/// <param name="Outcome">In words, without personal data.</param>
public readonly record struct CarriedOut(bool IsDone, string Outcome);

/// <summary>
/// Carries out what a difference proposes, through the use cases that a webhook or a deadline would have taken. Each effect has a key of its
/// own (the payment, the refund, the difference), so repeating has no second one.
/// </summary>
public sealed class CarryOutDifference(
    IOrderStore orders, PaymentProviders providers, ApplySettlement settlement, RefundOwed refunds, TakeProviderWord take, IPaymentBook book,
    SecondCaptures secondCaptures, IMoneyTrail trail, TimeProvider clock)
{
    /// <exception cref="DependencyUnavailableException">Unknown whether it happened: repeat.</exception>
    public Task<CarriedOut> RunAsync(Difference difference, CancellationToken cancellation) => difference switch
    {
        { Proposal: DifferenceProposal.Investigate } => Task.FromResult(new CarriedOut(IsDone: true, "Looked into by people; nothing was changed by it.")),
        { Order: null } or { PaymentId: null } => Task.FromResult(new CarriedOut(IsDone: false, "It belongs to no payment of ours.")),
        { Proposal: DifferenceProposal.ApplyCapture } => ApplyAsync(difference, cancellation),
        { Proposal: DifferenceProposal.MarkRefunded } => MarkAsync(difference, cancellation),
        { Proposal: DifferenceProposal.AskProvider, Kind: BookEntryKind.Capture } => AskAsync(difference, cancellation),
        { Proposal: DifferenceProposal.AskProvider } => AskAboutRefundAsync(difference, cancellation),
        { Proposal: DifferenceProposal.RefundDuplicate } => SendBackAsync(difference, cancellation),
        _ => throw new InvalidOperationException($"Nothing stands for {difference.Proposal}."),
    };

    private async Task<CarriedOut> ApplyAsync(Difference difference, CancellationToken cancellation)
    {
        var capture = new Capture(difference.Theirs!.Value, difference.At, difference.Reference);
        var (place, paymentId) = (difference.Order!.Value, difference.PaymentId!.Value);
        var decision = await settlement.RunAsync(place, paymentId, capture, cancellation).ConfigureAwait(false);
        if (decision is SettlementDecision.Contradicts { Because: var because })
            return new(IsDone: false, $"Not taken over: {because}.");
        return (await orders.FindAsync(place, cancellation).ConfigureAwait(false)) is { } order && order.FindPayment(paymentId) is { Captured: not null } payment
            ? new(IsDone: true, WordsFor(order, payment))
            : new(IsDone: false, "The order knows of no such payment.");
    }

    /// <summary>Read from the order and not from the decision, so that it says the same however often it was carried out.</summary>
    private static string WordsFor(Order order, OrderPayment payment) =>
        payment.Kept > 0 ? "It pays the order."
        : order.State is OrderState.PendingPayment && !order.OwesOn(payment) ? "It is less than the order costs, and goes back unless the whole comes in time."
        : $"The order has it; it goes back ({Settlement.ReasonOf(order, payment)}).";

    private async Task<CarriedOut> MarkAsync(Difference difference, CancellationToken cancellation)
    {
        var (order, payment, refund) = (difference.Order!.Value, difference.PaymentId!.Value, difference.RefundId!);
        return await IsRecordedAsync(order, payment, refund, cancellation).ConfigureAwait(false)
            ? new(IsDone: true, "Recorded: the refund arrived.")
            : new(IsDone: false, "Not recorded: the refund failed here, and one that failed stays so. Staff see whether it was sent anew or settled outside.");
    }

    /// <summary>Records that it arrived. Read from where it stands afterwards: what failed meanwhile does not take it.</summary>
    private async Task<bool> IsRecordedAsync(OrderRef order, PaymentId payment, string refund, CancellationToken cancellation)
    {
        if (ReconciliationRefunds.IsOne(refund))
        {
            await secondCaptures.RecordAsync(order, refund, RefundStatus.Succeeded, cancellation).ConfigureAwait(false);
            return (await book.FindAsync(order.OrderId, cancellation).ConfigureAwait(false)).Any(entry => entry.Key == refund && entry.State == BookedState.Done);
        }

        await refunds.RecordAsync(order, payment, refund, RefundStatus.Succeeded, cancellation).ConfigureAwait(false);
        var read = await orders.FindAsync(order, cancellation).ConfigureAwait(false);
        return read?.FindRefund(refund) is { Refund: { Status: RefundStatus.Succeeded, SettledOutside: null } };
    }

    /// <summary>Only the statement lacks it if the provider, asked, has what we have.</summary>
    private async Task<CarriedOut> AskAsync(Difference difference, CancellationToken cancellation)
    {
        var (order, paymentId) = (difference.Order!.Value, difference.PaymentId!.Value);
        var word = await providers[difference.Provider].FindAsync(await KeyAsync(order, paymentId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await trail.NoteAsync(ProviderQuery.Of(order, paymentId, QueriedBy.Reconciliation, word, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        if (word is { Status: ProviderPaymentStatus.Succeeded, Captured: { } captured } && captured == difference.Ours)
            return new(IsDone: true, "The provider, asked, has it; only its statement lacks it.");
        if (word is not null)
            await take.RunAsync(order, paymentId, word, cancellation).ConfigureAwait(false);
        return new(IsDone: false, $"The provider, asked, does not confirm it: {ProviderQuery.WordsFor(word)}.");
    }

    private async Task<CarriedOut> AskAboutRefundAsync(Difference difference, CancellationToken cancellation)
    {
        var (order, paymentId, refundId) = (difference.Order!.Value, difference.PaymentId!.Value, difference.RefundId!);
        var reference = (await book.FindAsync(order.OrderId, cancellation).ConfigureAwait(false)).FirstOrDefault(entry => entry.Key == refundId)?.Reference;
        var key = await KeyAsync(order, paymentId, cancellation).ConfigureAwait(false);
        var word = await providers[difference.Provider].FindRefundAsync(refundId, key, reference, cancellation).ConfigureAwait(false);
        await trail.NoteAsync(ProviderQuery.Of(order, paymentId, refundId, QueriedBy.Reconciliation, word, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        return word switch
        {
            { Status: ProviderRefundStatus.Succeeded } => new(IsDone: true, "The provider, asked, has it; only its statement lacks it."),
            { Status: ProviderRefundStatus.Failed } => await FailAsync(order, paymentId, refundId, cancellation).ConfigureAwait(false),
            _ => new(IsDone: false, $"The provider, asked, does not confirm it: {ProviderQuery.WordsFor(word)}."),
        };
    }

    /// <summary>A refund that came back, of which no message reached us: it is put where people find it, with its ways on.</summary>
    private async Task<CarriedOut> FailAsync(OrderRef order, PaymentId payment, string refund, CancellationToken cancellation)
    {
        if (ReconciliationRefunds.IsOne(refund))
            await secondCaptures.RecordAsync(order, refund, RefundStatus.Failed, cancellation).ConfigureAwait(false);
        else
            await refunds.RecordAsync(order, payment, refund, RefundStatus.Failed, cancellation).ConfigureAwait(false);
        return new(IsDone: true, "The provider, asked, says that it failed. Recorded: staff send it anew or settle it outside.");
    }

    private async Task<CarriedOut> SendBackAsync(Difference difference, CancellationToken cancellation)
    {
        var key = await KeyAsync(difference.Order!.Value, difference.PaymentId!.Value, cancellation).ConfigureAwait(false);
        var word = await secondCaptures.SendBackAsync(difference, key, cancellation).ConfigureAwait(false);
        var money = MoneyText.Of(difference.Theirs!.Value);
        return word.Status switch
        {
            ProviderRefundStatus.Succeeded => new(IsDone: true, $"{money} went back as {word.RefundId}."),
            ProviderRefundStatus.Pending => new(IsDone: true, $"{money} is on its way back as {word.RefundId}."),
            _ => new(IsDone: false, $"The provider refused to send {money} back as {word.RefundId}: {word.Because ?? "it did not say why"}."),
        };
    }

    private async Task<ProviderKey> KeyAsync(OrderRef order, PaymentId paymentId, CancellationToken cancellation) =>
        (await orders.FindAsync(order, cancellation).ConfigureAwait(false))?.FindPayment(paymentId) is { } payment ? ProviderKey.Of(payment) : new ProviderKey(paymentId);
}
