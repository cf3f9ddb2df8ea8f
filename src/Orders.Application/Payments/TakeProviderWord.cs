using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// Takes a provider's word about an attempt over into the order: money is settled, an attempt that ended is marked. What the order
/// knows better already (money that was captured) is never overwritten.
/// </summary>
public sealed class TakeProviderWord(OrderChanges changes, ApplySettlement settlement, TimeProvider clock)
{
    /// <param name="word">Null when the provider never heard of the attempt: it can't be paid any more once it is marked as voided.</param>
    public Task RunAsync(OrderRef order, PaymentId paymentId, ProviderPayment? word, CancellationToken cancellation) => word switch
    {
        { Status: ProviderPaymentStatus.Succeeded, Captured: { } captured } => settlement.RunAsync(
            order, paymentId,
            new Capture(captured, word.CapturedAt ?? clock.GetUtcNow(), word.ProviderReference ?? "") { ProviderPaymentId = word.ProviderPaymentId },
            cancellation),
        { Status: ProviderPaymentStatus.Failed } => MarkAsync(order, paymentId, PaymentStatus.Failed, cancellation, word.ProviderPaymentId),
        null or { Status: ProviderPaymentStatus.Voided } => MarkAsync(order, paymentId, PaymentStatus.Voided, cancellation, word?.ProviderPaymentId),
        _ => Task.CompletedTask,
    };

    /// <summary>Marks an unresolved attempt as failed or voided; one that ended otherwise stays as it is.</summary>
    public Task MarkAsync(
        OrderRef order, PaymentId paymentId, PaymentStatus status, CancellationToken cancellation, string? providerPaymentId = null) => changes.ChangeAsync(
        order,
        read => read.FindPayment(paymentId) is { } payment && payment.IsUnresolved()
            ? new Decision<bool>(
                Outcome: true,
                read.Changed(clock.GetUtcNow()).With(payment with { Status = status, ProviderPaymentId = payment.ProviderPaymentId ?? providerPaymentId }),
                status == PaymentStatus.Failed ? EventTypes.PaymentFailed : EventTypes.PaymentVoided)
            : new Decision<bool>(Outcome: false),
        cancellation);
}
