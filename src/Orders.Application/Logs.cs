using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Payments;
using Orders.Application.Stock;

namespace Orders.Application;

/// <summary>
/// What the use cases tell people. Event ids are stable, by hundreds: 1000 reading, 1100 checkout, 1200 payments, 1300 events, 1400 sweeps,
/// 1500 stock, 1600 search, 1700 users.
/// Warnings and errors are alerts. No addresses, no payment data.
/// </summary>
internal static partial class Logs
{
    [LoggerMessage(1001, LogLevel.Warning, "The hot orders don't answer; orders are read from the store")]
    public static partial void HotOrdersAway(this ILogger log, Exception error);

    [LoggerMessage(1002, LogLevel.Warning, "Order {OrderId} was written and the hot orders could not be told; they may show it as it was for some seconds")]
    public static partial void HotOrderNotTold(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1101, LogLevel.Warning, "Order {OrderId}: its process could not be started with it; its event or the sweep will")]
    public static partial void ProcessNotStarted(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1102, LogLevel.Warning, "Ticket {Ticket} has no units: they were given back before its turn came")]
    public static partial void TicketWithoutUnits(this ILogger log, string ticket);

    [LoggerMessage(1103, LogLevel.Information, "Ticket {Ticket} did not become an order: {End}. {Reason}")]
    public static partial void TicketEnded(this ILogger log, string ticket, SaleEnd end, string reason);

    [LoggerMessage(1104, LogLevel.Error, "Order {OrderId} has no units of sale {Sale} and could not be called off: it is being paid")]
    public static partial void OrderWithoutUnits(this ILogger log, string orderId, string sale);

    [LoggerMessage(1105, LogLevel.Warning, "A user's limits could not be read; those known last go on, or the default tier's")]
    public static partial void LimitsNotRead(this ILogger log, Exception error);

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

    [LoggerMessage(1209, LogLevel.Error, "Order {OrderId}: the provider has not decided on refund {RefundId} for weeks; it is not asked again")]
    public static partial void RefundUndecided(this ILogger log, string orderId, string refundId);

    [LoggerMessage(1210, LogLevel.Warning, "{Count} payments could not be asked about; they are asked again in a minute")]
    public static partial void PaymentsNotAsked(this ILogger log, Exception error, int count);

    [LoggerMessage(1261, LogLevel.Error, "Money {Money} of {Provider} for order {OrderId} belongs to no payment of ours; it is held (GET /api/ops/unknown-money)")]
    public static partial void UnknownMoneyHeld(this ILogger log, string money, string provider, string orderId);

    [LoggerMessage(1262, LogLevel.Error, "Money {Money} of {Provider} is held since {HeldSince} and no order has come for it: somebody must decide")]
    public static partial void UnknownMoneyForPeople(this ILogger log, string money, string provider, DateTimeOffset heldSince);

    [LoggerMessage(1263, LogLevel.Warning, "Held money {Money} was taken over into order {OrderId}")]
    public static partial void UnknownMoneyApplied(this ILogger log, string money, string orderId);

    [LoggerMessage(1264, LogLevel.Warning, "Held money {Money} is sent back to {Provider}")]
    public static partial void UnknownMoneySentBack(this ILogger log, string money, string provider);

    [LoggerMessage(1265, LogLevel.Error, "{Provider} refused to send held money {Money} back")]
    public static partial void UnknownMoneyNotSentBack(this ILogger log, string money, string provider);

    [LoggerMessage(1266, LogLevel.Warning, "Held money {Money} could not be settled now; the next round looks again")]
    public static partial void UnknownMoneyNotSettled(this ILogger log, Exception error, string money);

    [LoggerMessage(1251, LogLevel.Warning, "Difference {Difference} ({Class}) of order {OrderKey} was carried out; put right: {IsDone}")]
    public static partial void DifferenceCarriedOut(this ILogger log, string difference, DifferenceClass @class, string orderKey, bool isDone);

    [LoggerMessage(1252, LogLevel.Information, "Difference {Difference} ({Class}) of order {OrderKey} is {State}")]
    public static partial void DifferenceDecided(this ILogger log, string difference, DifferenceClass @class, string orderKey, DifferenceState state);

    [LoggerMessage(1253, LogLevel.Warning, "Order {OrderKey} could not be reconciled now; the rest of its part is")]
    public static partial void OrderNotReconciled(this ILogger log, Exception error, string orderKey);

    [LoggerMessage(1254, LogLevel.Information, "{Date} is reconciled")]
    public static partial void DayReconciled(this ILogger log, string date);

    [LoggerMessage(1255, LogLevel.Error, "{Date} is reconciled; {Count} differences wait for people")]
    public static partial void DayReconciledWithDifferences(this ILogger log, string date, long count);

    [LoggerMessage(1221, LogLevel.Warning, "Order {OrderId}: a refund that is to be sent again could not be sent now; it will be")]
    public static partial void RefundNotSentYet(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1222, LogLevel.Error, "Order {OrderId}: the provider sent refund {RefundId} after all, which was sent anew or paid outside meanwhile")]
    public static partial void RefundPaidTwice(this ILogger log, string orderId, string refundId);

    [LoggerMessage(1301, LogLevel.Error, "Order {OrderId}: event {EventId} could not be published {Failures} times and is parked")]
    public static partial void EventParked(this ILogger log, Exception error, string orderId, string eventId, int failures);

    [LoggerMessage(1302, LogLevel.Error, "Hold {Hold} could not be {Become}: {Outcome}")]
    public static partial void HoldNotSettled(this ILogger log, string hold, string become, HoldOutcome outcome);

    [LoggerMessage(1303, LogLevel.Information, "The coupon of {Hold} was not locked when its order was paid; the use is counted all the same")]
    public static partial void CouponCountedWithoutLock(this ILogger log, string hold);

    [LoggerMessage(1304, LogLevel.Error, "The coupon of {Hold} could not be given back: it is used")]
    public static partial void CouponNotGivenBack(this ILogger log, string hold);

    [LoggerMessage(1305, LogLevel.Error, "The sale's units of {Hold} could not be {Become}: {Outcome}")]
    public static partial void SaleUnitsNotSettled(this ILogger log, string hold, string become, HoldOutcome outcome);

    [LoggerMessage(1306, LogLevel.Error, "Order {OrderId} is paid and its stock can't be had; its money goes back")]
    public static partial void OrderUnavailable(this ILogger log, string orderId);

    [LoggerMessage(1307, LogLevel.Error, "Order {OrderId} is paid, its stock can't be had, and it could not be refunded: {Because}")]
    public static partial void UnavailableNotRefunded(this ILogger log, string orderId, string because);

    [LoggerMessage(1308, LogLevel.Error, "{Units} units of {Sku} of case {CaseId} could not be put back on sale: the stock would exceed its bound")]
    public static partial void NotBackOnSale(this ILogger log, string caseId, string sku, int units);

    [LoggerMessage(1321, LogLevel.Warning, "Delivery {DeliveryId} could not be sent")]
    public static partial void WebhookNotSent(this ILogger log, Exception error, string deliveryId);

    [LoggerMessage(1322, LogLevel.Warning, "Delivery {DeliveryId} is given up after {Attempts} attempts")]
    public static partial void WebhookGivenUp(this ILogger log, string deliveryId, int attempts);

    [LoggerMessage(1323, LogLevel.Error, "Webhook {WebhookId} is disabled: it failed for days without a success, or is gone; its last answer was {Status} (0: none)")]
    public static partial void WebhookDisabled(this ILogger log, string webhookId, int status);

    [LoggerMessage(1401, LogLevel.Information, "Outbox swept: {Published} published, {Failed} failed, {Parked} parked")]
    public static partial void OutboxSwept(this ILogger log, int published, int failed, int parked);

    [LoggerMessage(1402, LogLevel.Information, "Overdue orders swept: {Helped} helped along, {Failed} could not be")]
    public static partial void OverdueOrdersSwept(this ILogger log, int helped, int failed);

    [LoggerMessage(1403, LogLevel.Warning, "Order {OrderId} is overdue and could not be helped along now")]
    public static partial void OverdueOrderNotHelped(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1404, LogLevel.Warning, "Order {OrderId} had no process; it was started again")]
    public static partial void ProcessStartedAgain(this ILogger log, string orderId);

    [LoggerMessage(1405, LogLevel.Information, "{Count} holds that nobody had ended or kept were settled")]
    public static partial void HoldsSwept(this ILogger log, int count);

    [LoggerMessage(1406, LogLevel.Information, "{Count} inbox and idempotency records, marks of unpaid orders, freed holds and ended deliveries were forgotten")]
    public static partial void RecordsPurged(this ILogger log, int count);

    [LoggerMessage(1407, LogLevel.Information, "{Count} coupon locks that nobody had ended or kept were settled")]
    public static partial void CouponLocksSwept(this ILogger log, int count);

    [LoggerMessage(1408, LogLevel.Error, "Order {OrderId} can't be read; {Sweep} passes it and looks again later")]
    public static partial void UnreadableOrderPassed(this ILogger log, Exception error, string orderId, string sweep);

    [LoggerMessage(1409, LogLevel.Warning, "Order {OrderId} has no process and could not be given one now")]
    public static partial void ProcessNotStartedAgain(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1410, LogLevel.Information, "{Count} places in sales without an order were settled")]
    public static partial void SaleUnitsSwept(this ILogger log, int count);

    [LoggerMessage(1411, LogLevel.Warning, "{Count} places in sales had outlived their orders, or were not sold though paid; they were settled")]
    public static partial void SaleUnitsReconciled(this ILogger log, int count);

    [LoggerMessage(1412, LogLevel.Warning, "Sale {Sale} could not be looked at now")]
    public static partial void SaleNotLookedAt(this ILogger log, Exception error, string sale);

    [LoggerMessage(1413, LogLevel.Information, "{Count} records of sales that are long over were forgotten")]
    public static partial void SalesForgotten(this ILogger log, int count);

    [LoggerMessage(1416, LogLevel.Warning, "Case {CaseId} had no process; it has one again")]
    public static partial void CaseProcessStartedAgain(this ILogger log, string caseId);

    [LoggerMessage(1414, LogLevel.Warning, "What the completed cases of order {OrderId} bring back could not be looked at now; the next round does")]
    public static partial void CompletedCasesNotSwept(this ILogger log, Exception error, string orderId);

    [LoggerMessage(1415, LogLevel.Warning, "Case {CaseId} puts nothing back on sale of what hold {Hold} was for: that was never sold")]
    public static partial void NeverSold(this ILogger log, string caseId, string hold);

    [LoggerMessage(1421, LogLevel.Information, "{Count} deliveries that were due had no turn; they have one again")]
    public static partial void DeliveriesSwept(this ILogger log, int count);

    [LoggerMessage(1501, LogLevel.Error, "The counters of the stock are lost: nothing is sold until they have been built anew")]
    public static partial void StockCountersLost(this ILogger log);

    [LoggerMessage(1502, LogLevel.Warning, "The counters of the stock have been built anew, from the ledger and the orders in flight")]
    public static partial void StockCountersBuilt(this ILogger log);

    [LoggerMessage(1503, LogLevel.Information, "Stock reconciled: {Proven} SKUs proven, {Drifted} had drifted")]
    public static partial void StockReconciled(this ILogger log, int proven, int drifted);

    [LoggerMessage(1505, LogLevel.Error, "The counters of sale {Sale} are lost: nothing of it is given out until they have been built anew")]
    public static partial void SaleCountersLost(this ILogger log, string sale);

    [LoggerMessage(1506, LogLevel.Warning, "The counters of sale {Sale} have been built anew from its orders")]
    public static partial void SaleCountersBuilt(this ILogger log, string sale);

    [LoggerMessage(1507, LogLevel.Warning, "The counters of sale {Sale} had another quantity than it must have; it is {Quantity} now")]
    public static partial void SaleCountersSet(this ILogger log, string sale, int quantity);

    [LoggerMessage(1504, LogLevel.Error, "The counters of {Sku} are {Found} and must be {Expected}; repaired: {Repaired}")]
    public static partial void StockDrifted(this ILogger log, string sku, StockCount expected, StockCount found, bool repaired);

    [LoggerMessage(1601, LogLevel.Information, "The search was built anew: {Documents} orders; live: {IsLive}")]
    public static partial void SearchRebuilt(this ILogger log, long documents, bool isLive);

    [LoggerMessage(1602, LogLevel.Warning, "{Count} orders were found otherwise than they are; the search has them now")]
    public static partial void SearchSwept(this ILogger log, int count);

    [LoggerMessage(1603, LogLevel.Information, "{Count} documents of the search that were in no generation any more are gone")]
    public static partial void SearchPurged(this ILogger log, int count);

    [LoggerMessage(1701, LogLevel.Error, "Order {Order} can't be read and is missing in the report of {Date}")]
    public static partial void OrderNotReported(this ILogger log, string order, string date);

    [LoggerMessage(1702, LogLevel.Error, "The live statistics of {Date} differ from the store in {Count} places, first {First}; what is missing is counted now")]
    public static partial void StatisticsDiffer(this ILogger log, string date, int count, string first);

    [LoggerMessage(1703, LogLevel.Warning, "What the live statistics of {Date} missed is counted; {Left} differences are left")]
    public static partial void StatisticsRepaired(this ILogger log, string date, int left);

    [LoggerMessage(1801, LogLevel.Warning, "{Erasure} was asked for by {Operator}")]
    public static partial void ErasureRequested(this ILogger log, string erasure, string @operator);

    [LoggerMessage(1802, LogLevel.Warning, "{Erasure} is done: {Orders} orders looked at, {Erased} without the person, {Open} not over and left alone")]
    public static partial void UserErased(this ILogger log, string erasure, long orders, long erased, long open);
}
