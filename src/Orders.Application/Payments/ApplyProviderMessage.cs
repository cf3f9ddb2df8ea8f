using System.Text;
using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>What applying a stored message came to.</summary>
public enum ApplyMessageOutcome
{
    Applied,

    /// <summary>It was applied or refused before.</summary>
    AlreadyDone,

    /// <summary>Kept without effect; people are told.</summary>
    Refused,

    /// <summary>Nothing was stored under this id.</summary>
    NoSuchMessage,
}

/// <summary>
/// Gives a stored provider message its one effect. The effect comes first and is itself idempotent, then the message's state: a crash
/// between repeats it without harm.
/// </summary>
public sealed class ApplyProviderMessage(
    WebhookSchemes schemes, IProviderMessages messages, IPaymentIndex index, IOrderStore orders, ApplySettlement settlement, TakeProviderWord take, RefundOwed refunds,
    SecondCaptures secondCaptures, HoldUnknownMoney unknown, TimeProvider clock,
    ILogger<ApplyProviderMessage> log)
{
    public async Task<ApplyMessageOutcome> RunAsync(string source, string messageId, CancellationToken cancellation)
    {
        if (await messages.FindAsync(source, messageId, cancellation).ConfigureAwait(false) is not { } message)
            return ApplyMessageOutcome.NoSuchMessage;
        if (message.State != ProviderMessageState.Stored)
            return ApplyMessageOutcome.AlreadyDone;

        var reading = schemes.Read(source, Encoding.UTF8.GetBytes(message.Body));
        var refused = reading switch
        {
            MessageReading.Told told => await ApplyAsync(message, told.Body, cancellation).ConfigureAwait(false),
            MessageReading.NotOurs { Because: var because } => because,
            MessageReading.Malformed { Because: var because } => because,
            _ => null,
        };
        if (refused is not null)
            log.MessageRefused(source, messageId, refused);
        var state = refused is null ? ProviderMessageState.Applied : ProviderMessageState.Refused;
        var note = refused ?? (reading as MessageReading.NoEffect)?.Note;
        await messages.SetStateAsync(source, messageId, state, note, cancellation).ConfigureAwait(false);
        if (OrderMetrics.WebhookLag.Enabled)
            OrderMetrics.WebhookLag.Record((clock.GetUtcNow() - message.ReceivedAt).TotalSeconds, OrderMetrics.By("peer.service", source));
        return refused is null ? ApplyMessageOutcome.Applied : ApplyMessageOutcome.Refused;
    }

    /// <summary>Null when it had its effect, now or before; else why it is refused.</summary>
    private async Task<string?> ApplyAsync(ProviderMessage message, ProviderMessageBody body, CancellationToken cancellation)
    {
        if (await index.FindAsync(body.Data.OrderId, body.Data.PaymentId, cancellation).ConfigureAwait(false) is not { } order)
            return await unknown.RunAsync(message.Source, message.MessageId, body, cancellation).ConfigureAwait(false);
        switch (body.Type)
        {
            case ProviderMessageTypes.PaymentSucceeded:
                return await SettleAsync(order, message, body, cancellation).ConfigureAwait(false);
            case ProviderMessageTypes.PaymentFailed:
                await take.MarkAsync(order, body.Data.PaymentId, PaymentStatus.Failed, cancellation, body.Data.ProviderPaymentId).ConfigureAwait(false);
                return null;
            default:
                return await RecordRefundAsync(order, body, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string?> SettleAsync(OrderRef order, ProviderMessage message, ProviderMessageBody body, CancellationToken cancellation)
    {
        var capture = new Capture(new Money(body.Data.Amount, body.Data.Currency), body.Timestamp, body.Data.ProviderReference)
        {
            ProviderPaymentId = body.Data.ProviderPaymentId,
        };
        return await settlement.RunAsync(order, body.Data.PaymentId, capture, cancellation).ConfigureAwait(false) switch
        {
            null or SettlementDecision.UnknownPayment => await unknown.RunAsync(message.Source, message.MessageId, body, cancellation).ConfigureAwait(false),
            SettlementDecision.Contradicts contradicts => contradicts.Because,
            _ => null,
        };
    }

    private async Task<string?> RecordRefundAsync(OrderRef order, ProviderMessageBody body, CancellationToken cancellation)
    {
        var status = body.Type == ProviderMessageTypes.RefundSucceeded ? RefundStatus.Succeeded : RefundStatus.Failed;
        if (ReconciliationRefunds.IsOne(body.Data.ProviderReference))
            return await secondCaptures.RecordAsync(order, body.Data.ProviderReference, status, cancellation).ConfigureAwait(false) ? null : "it belongs to no refund of ours";
        var read = await orders.FindAsync(order, cancellation).ConfigureAwait(false);
        if (read is null || FindRefund(read, body.Data, status) is not { } refund)
            return "it belongs to no refund of ours";
        if (refund.Status == RefundStatus.Failed && status == RefundStatus.Succeeded)
            return "the refund had failed before";
        await refunds.RecordAsync(order, body.Data.PaymentId, refund.RefundId, status, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// By our own refund id, whose amount must be right: another's may be the same by chance. Where the message names none of ours by the amount, one that has
    /// not ended like this before one that has.
    /// </summary>
    private static OrderRefund? FindRefund(Order order, ProviderMessageData data, RefundStatus status)
    {
        if (order.FindPayment(data.PaymentId) is not { Captured.Currency: var currency, Refunds: var all } || currency != data.Currency)
            return null;
        return all.FirstOrDefault(refund => refund.RefundId == data.ProviderReference) is { } named
            ? named.Amount == data.Amount ? named : null
            : all.Where(refund => refund.Amount == data.Amount).OrderBy(refund => refund.Status == status).FirstOrDefault();
    }
}
