using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// What becomes of a message that names no payment in our index. Money is held, once per capture, and people are told; a refund of such money is recorded.
/// </summary>
public sealed class HoldUnknownMoney(IUnknownMoney unknown, IOrderStore orders, ApplySettlement settlement, TimeProvider clock, ILogger<HoldUnknownMoney> log)
{
    private const string Nobodys = "it belongs to no payment of ours";

    /// <summary>Null when it had its effect after all; else why it has none.</summary>
    public async Task<string?> RunAsync(string source, string messageId, ProviderMessageBody body, CancellationToken cancellation) => body switch
    {
        { Type: ProviderMessageTypes.PaymentSucceeded } => await HoldAsync(source, messageId, body, cancellation).ConfigureAwait(false),
        { Type: ProviderMessageTypes.RefundSucceeded or ProviderMessageTypes.RefundFailed } when UnknownMoney.IsRefund(body.Data.ProviderReference) =>
            await RecordRefundAsync(source, body, cancellation).ConfigureAwait(false),
        _ => Nobodys,
    };

    private async Task<string?> HoldAsync(string source, string messageId, ProviderMessageBody body, CancellationToken cancellation)
    {
        var data = body.Data;
        var found = new UnknownMoney(
            UnknownMoney.IdOf(source, data.PaymentId, data.ProviderReference), source, messageId, data.OrderId, data.PaymentId,
            new Money(data.Amount, data.Currency), data.ProviderReference, body.Timestamp, clock.GetUtcNow())
        {
            ProviderPaymentId = data.ProviderPaymentId,
        };

        // The index may have lost what the order knows.
        if (await unknown.FindAsync(found.Id, cancellation).ConfigureAwait(false) is null
            && await orders.LocateAsync(data.OrderId, cancellation).ConfigureAwait(false) is { } place
            && await settlement.RunAsync(place, data.PaymentId, CaptureOf(found), cancellation).ConfigureAwait(false) is { } decided
            && decided is not SettlementDecision.UnknownPayment)
            return (decided as SettlementDecision.Contradicts)?.Because;

        var held = await unknown.HoldAsync(found, cancellation).ConfigureAwait(false);
        if (held.Money != found.Money)
            return $"it contradicts what is held as {held.Id}";
        if (held.MessageId == messageId)
            log.UnknownMoneyHeld(held.Id, source, data.OrderId.Value);
        return $"{Nobodys}; it is held as {held.Id}";
    }

    private async Task<string?> RecordRefundAsync(string source, ProviderMessageBody body, CancellationToken cancellation)
    {
        // The message names the refund; which capture it is of only the record of the payment knows.
        string? cursor = null;
        do
        {
            var page = await unknown.ListAsync(UnknownMoneyState.Refunding, 100, cursor, cancellation).ConfigureAwait(false);
            if (page.Items.FirstOrDefault(money => money.Provider == source && money.RefundKey == body.Data.ProviderReference) is { } refunding)
            {
                await RecordAsync(refunding, body.Type == ProviderMessageTypes.RefundSucceeded, because: null, cancellation).ConfigureAwait(false);
                return null;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return "it belongs to no refund of ours that is under way";
    }

    /// <summary>How a refund ended. What was recorded meanwhile by another stays.</summary>
    internal async Task<UnknownMoney> RecordAsync(UnknownMoney refunding, bool succeeded, string? because, CancellationToken cancellation)
    {
        var ended = succeeded
            ? refunding.Next(UnknownMoneyState.Refunded, $"It went back as {refunding.RefundKey}.")
            : refunding.Next(UnknownMoneyState.RefundFailed, $"The provider refused to send it back as {refunding.RefundKey}: {because ?? "it did not say why"}.");
        if (!await unknown.SaveAsync(ended, cancellation).ConfigureAwait(false))
            return await unknown.FindAsync(refunding.Id, cancellation).ConfigureAwait(false) ?? ended;
        if (!succeeded)
            log.UnknownMoneyNotSentBack(ended.Id, ended.Provider);
        return ended;
    }

    internal static Capture CaptureOf(UnknownMoney money) => new(money.Money, money.CapturedAt, money.Reference) { ProviderPaymentId = money.ProviderPaymentId };
}
