using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// Sends back what an order owes. Each refund is written down, with the id that is its key at the provider, before the provider is
/// asked: a crash between finds it again, and the provider knows the key.
/// </summary>
public sealed class RefundOwed(
    IOrderStore orders, OrderChanges changes, IPaymentIndex index, PaymentProviders providers, OrderPolicy policy, TimeProvider clock,
    ILogger<RefundOwed> log)
{
    /// <exception cref="DependencyUnavailableException">Unknown whether the provider heard it: repeat.</exception>
    public async Task RunAsync(OrderRef order, CancellationToken cancellation)
    {
        await changes.ChangeAsync(order, WriteDown, cancellation).ConfigureAwait(false);
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
            return;
        foreach (var payment in read.Payments)
        {
            foreach (var refund in payment.Refunds.Where(refund => refund.Status == RefundStatus.Requested))
                await SendAsync(order, payment, refund, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Records the provider's message on how a refund ended; the same again changes nothing. One that was believed to have succeeded can
    /// still fail (a closed account): the money is then with the provider, and people are told.
    /// </summary>
    public Task RecordAsync(OrderRef order, PaymentId paymentId, string refundId, RefundStatus status, CancellationToken cancellation) =>
        RecordAsync(order, paymentId, refundId, new Word(status, Reference: null, Because: null, IsMessage: true), cancellation);

    /// <summary>
    /// Records what the provider answered, of a refund that is not decided yet: its message on how the refund really ended may have been faster
    /// than its answer.
    /// </summary>
    public Task RecordAsync(OrderRef order, PaymentId paymentId, ProviderRefund answer, CancellationToken cancellation)
    {
        var status = answer.Status switch
        {
            ProviderRefundStatus.Succeeded => RefundStatus.Succeeded,
            ProviderRefundStatus.Failed => RefundStatus.Failed,
            _ => RefundStatus.Pending,
        };
        return RecordAsync(order, paymentId, answer.RefundId, new Word(status, answer.Reference, answer.Because, IsMessage: false), cancellation);
    }

    private async Task RecordAsync(OrderRef order, PaymentId paymentId, string refundId, Word word, CancellationToken cancellation)
    {
        var result = await changes.ChangeAsync(order, read => Record(read, paymentId, refundId, word), cancellation).ConfigureAwait(false);
        if (word.Status == RefundStatus.Failed && result is { Outcome: true })
        {
            OrderMetrics.RefundsFailed.Add(1);
            log.RefundFailed(order.OrderId.Value, refundId);
        }

        if (word is { Status: RefundStatus.Succeeded, IsMessage: true } && result is { Order: var read } && IsPaidTwice(read, refundId))
            log.RefundPaidTwice(order.OrderId.Value, refundId);
    }

    private async Task SendAsync(OrderRef order, OrderPayment payment, OrderRefund refund, CancellationToken cancellation)
    {
        var money = payment.Captured!.Value with { Amount = refund.Amount };
        var answer = await providers[payment.Provider].RefundAsync(refund.RefundId, ProviderKey.Of(payment), money, cancellation).ConfigureAwait(false);

        // Before it is written down as pending, for then nothing of the order is left to do.
        if (answer.Status == ProviderRefundStatus.Pending)
        {
            await index.AskAtAsync(
                order.OrderId, payment.PaymentId, AskSchedule.Next(refund.RequestedAt, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        }

        await RecordAsync(order, payment.PaymentId, answer, cancellation).ConfigureAwait(false);
    }

    private Decision<bool> WriteDown(Order order)
    {
        if (!order.Payments.Any(order.OwesOn))
            return new(Outcome: false);
        var now = clock.GetUtcNow();
        var payments = order.Payments.Select(payment => order.OwesOn(payment)
            ? payment with { Refunds = [.. payment.Refunds, NewRefund(order, payment, now)] }
            : payment);
        return new(Outcome: true, order.Changed(now) with { Payments = [.. payments] }, EventTypes.RefundRequested);
    }

    private static OrderRefund NewRefund(Order order, OrderPayment payment, DateTimeOffset now) =>
        new(CaseRefund.NextKey(payment), payment.Owed, Settlement.ReasonOf(order, payment), RefundStatus.Requested, now);

    private Decision<bool> Record(Order order, PaymentId paymentId, string refundId, Word word)
    {
        var payment = order.FindPayment(paymentId);
        if (payment?.Refunds.FirstOrDefault(other => other.RefundId == refundId) is not { } refund)
            return new(Outcome: false);
        // A refund that failed stays so: its money may have been sent anew, or paid outside. What says that it succeeded comes late, out of order.
        if (refund.RetriedBy is not null || refund.SettledOutside is not null || refund.Status == word.Status || refund.Status == RefundStatus.Failed
            || !(word.IsMessage || AskSchedule.IsUndecided(refund)))
            return new(Outcome: false);
        var now = clock.GetUtcNow();
        var recorded = order.With(payment, refund with
        {
            Status = word.Status,
            SentAt = word.Status == RefundStatus.Succeeded ? order.InstantOf(now) : null,
            ProviderReference = word.Reference ?? refund.ProviderReference,
        });
        var (changed, eventType, about) = CaseRefund.Saved(
            recorded, refund, EventTypeOf(word.Status), Actor.Provider, policy, now, RefundStepWords.Of(word.Status, word.Because));
        return new(Outcome: true, changed, eventType, about);
    }

    /// <summary>The provider sent a refund after all that it had refused, and that was sent anew or paid outside meanwhile.</summary>
    private static bool IsPaidTwice(Order order, string refundId) =>
        order.FindRefund(refundId) is { Refund: { RetriedBy: not null } or { SettledOutside: not null } };

    private static string EventTypeOf(RefundStatus status) => status switch
    {
        RefundStatus.Succeeded => EventTypes.Refunded,
        RefundStatus.Failed => EventTypes.RefundFailed,
        _ => EventTypes.RefundPending,
    };

    /// <summary>How a refund ended or stands, by a message of the provider's or by its answer.</summary>
    private readonly record struct Word(RefundStatus Status, string? Reference, string? Because, bool IsMessage);
}
