using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// The active query: asks providers about money that may have moved without our hearing of it, and applies what they say. Repeating is harmless.
/// </summary>
public sealed class AskProvider(
    IOrderStore orders, PaymentProviders providers, TakeProviderWord take, RefundOwed refunds, IMoneyTrail trail, OrderPolicy policy,
    TimeProvider clock, ILogger<AskProvider> log)
{
    /// <summary>
    /// Asks about every attempt without money, withdrawn and failed ones included: the money may have been faster, or the buyer may have tried
    /// the declined one again. An attempt that the provider never heard of stays as it is, for whoever is opening it.
    /// </summary>
    public async Task RunAsync(OrderRef order, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
            return;
        foreach (var payment in read.Payments)
            await AskForMoneyAsync(order, payment, QueriedBy.Deadline, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks about one payment, and about its refunds that are not decided. Returns when to ask next; null when nothing of it is open.</summary>
    /// <exception cref="DependencyUnavailableException">The provider could not say: nothing is believed, repeat.</exception>
    public async Task<DateTimeOffset?> RunAsync(OrderRef order, PaymentId paymentId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(order, paymentId, cancellation).ConfigureAwait(false) is not (_, { } payment))
            return null;
        if (payment.Captured is null || payment.Refunds.Any(AskSchedule.IsUndecided))
        {
            await AskForMoneyAsync(order, payment, QueriedBy.Schedule, cancellation).ConfigureAwait(false);
            foreach (var refund in payment.Refunds.Where(AskSchedule.IsUndecided))
                await AskForRefundAsync(order, payment, refund, cancellation).ConfigureAwait(false);
        }

        // As the order is after that: what was found may have opened a question of its own.
        var (read, after) = await FindAsync(order, paymentId, cancellation).ConfigureAwait(false);
        if (after is null)
            return null;
        foreach (var refund in after.Refunds.Where(refund => AskSchedule.IsUndecided(refund) && now >= refund.RequestedAt + AskSchedule.RefundPatience))
            log.RefundUndecided(order.OrderId.Value, refund.RefundId);
        return AskSchedule.NextFor(read!, after, policy.RevivalWindow, now);
    }

    private async Task<(Order? Order, OrderPayment? Payment)> FindAsync(OrderRef order, PaymentId paymentId, CancellationToken cancellation)
    {
        var read = await orders.FindAsync(order, cancellation).ConfigureAwait(false);
        return (read, read?.FindPayment(paymentId));
    }

    /// <summary>The word is taken first and noted after: the note is a trace, and must not stand in the money's way.</summary>
    private async Task AskForMoneyAsync(OrderRef order, OrderPayment payment, QueriedBy by, CancellationToken cancellation)
    {
        if (payment.Captured is not null)
            return;
        var word = await providers[payment.Provider].FindAsync(ProviderKey.Of(payment), cancellation).ConfigureAwait(false);
        if (word is not null)
            await take.RunAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        await trail.NoteAsync(ProviderQuery.Of(order, payment.PaymentId, by, word, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
    }

    private async Task AskForRefundAsync(OrderRef order, OrderPayment payment, OrderRefund refund, CancellationToken cancellation)
    {
        var word = await providers[payment.Provider].FindRefundAsync(
            refund.RefundId, ProviderKey.Of(payment), refund.ProviderReference, cancellation).ConfigureAwait(false);
        if (word is not null)
            await refunds.RecordAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        await trail.NoteAsync(
            ProviderQuery.Of(order, payment.PaymentId, refund.RefundId, QueriedBy.Schedule, word, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
    }
}
