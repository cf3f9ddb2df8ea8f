using Microsoft.Extensions.Logging;
using Orders.Application.Payments;

namespace Orders.Application;

/// <summary>
/// What the use cases tell people. Event ids are stable, by hundreds: 1100 checkout, 1200 payments, 1300 events, 1400 sweeps. Warnings and errors are alerts.
/// No addresses, no payment data.
/// </summary>
internal static partial class Logs
{
    [LoggerMessage(1101, LogLevel.Warning, "Order {OrderId}: its process could not be started with it; its event or the sweep will")]
    public static partial void ProcessNotStarted(this ILogger log, Exception error, string orderId);

    [LoggerMessage(
        1201, LogLevel.Warning, "Order {OrderId}: money of payment {PaymentId} came in {Currency}, not the order's currency; it goes back")]
    public static partial void MoneyInOtherCurrency(this ILogger log, string orderId, string paymentId, string currency);

    [LoggerMessage(1202, LogLevel.Information, "Order {OrderId}: money of payment {PaymentId} goes back: {Kind}")]
    public static partial void MoneyToReturn(this ILogger log, string orderId, string paymentId, SettlementKind kind);

    [LoggerMessage(1203, LogLevel.Warning, "Order {OrderId}: what the provider says of payment {PaymentId} is refused: {Because}")]
    public static partial void MoneyContradicts(this ILogger log, string orderId, string paymentId, string because);

    [LoggerMessage(1204, LogLevel.Error, "Order {OrderId}: refund {RefundId} failed; the money is still with the provider")]
    public static partial void RefundFailed(this ILogger log, string orderId, string refundId);

    [LoggerMessage(1205, LogLevel.Warning, "Webhook of {Provider} refused: {Because}")]
    public static partial void WebhookNotGenuine(this ILogger log, string provider, string because);

    [LoggerMessage(1206, LogLevel.Warning, "Message {MessageId} of {Provider} came again with other content; that one is kept and refused")]
    public static partial void MessageWithOtherContent(this ILogger log, string provider, string messageId);

    [LoggerMessage(1207, LogLevel.Warning, "Message {MessageId} of {Provider} is kept and refused: {Because}")]
    public static partial void MessageRefused(this ILogger log, string provider, string messageId, string because);

    [LoggerMessage(1208, LogLevel.Warning, "{Count} provider messages had been stored but not applied; they were enqueued again")]
    public static partial void MessagesEnqueuedAgain(this ILogger log, int count);
}
