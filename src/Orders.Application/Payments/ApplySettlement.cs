using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>
/// Applies captured money to its order, once: pays it, revives it, or writes down what must go back. Whoever hears of the money first
/// (webhook, query, void) calls it; whoever comes later learns that it is applied.
/// </summary>
public sealed class ApplySettlement(
    OrderChanges changes, IStock stock, ISaleUnits units, OrderPolicy policy, TimeProvider clock, ILogger<ApplySettlement> log)
{
    private const int MostReservations = 3;

    /// <summary>Returns what was decided; null when there is no such order. Repeating is harmless.</summary>
    public async Task<SettlementDecision?> RunAsync(OrderRef order, PaymentId paymentId, Capture capture, CancellationToken cancellation)
    {
        RevivalStock? reserved = null;
        var reservedAt = DateTimeOffset.MinValue;
        for (var asked = 0; asked <= MostReservations; asked++)
        {
            var result = await changes.ChangeAsync(
                order,
                read => ToSave(Settlement.Decide(read, paymentId, capture, IsFresh(reservedAt) ? reserved : null, policy, clock.GetUtcNow())),
                cancellation).ConfigureAwait(false);
            if (result is not { } changed)
                return null;
            if (changed.Outcome is not SettlementDecision.NeedsStock needs)
                return Told(order, paymentId, capture, changed.Outcome);

            // Undo of this hold: the sweep of unkept holds, which asks the document. To release it here could free what another delivery
            // of the same message has just revived the order with, for both reserve under the same key.
            reservedAt = clock.GetUtcNow();
            var hold = new HoldKey(order, needs.Hold);
            var answer = await stock.ReserveAsync(hold, StockLines.Of(changed.Order), cancellation).ConfigureAwait(false);
            reserved = new RevivalStock(
                needs.Hold,
                answer is ReserveResult.Reserved or ReserveResult.AlreadySold
                && await HasUnitsAsync(hold, changed.Order, cancellation).ConfigureAwait(false));
        }

        throw new DependencyUnavailableException($"order {order.OrderId}, revived by many at once,");
    }

    /// <summary>
    /// An order of a sale comes back only if the sale has units for it, running or not: they went back to the sale when it was cancelled. Their undo is the
    /// sweep, too.
    /// </summary>
    private async Task<bool> HasUnitsAsync(HoldKey hold, Order order, CancellationToken cancellation)
    {
        if (order.SaleId is not { } sale)
            return true;
        var line = order.Lines[0];
        var claim = new SaleClaim(hold, line.Sku, line.Quantity, Admission: null, order.Fingerprint);
        return await units.ReserveAsync(sale, claim, cancellation).ConfigureAwait(false) is SaleClaimResult.Reserved
            || await units.FindHoldAsync(sale, hold, cancellation).ConfigureAwait(false) is { State: SaleHoldState.Sold };
    }

    /// <summary>Whether a hold of that instant can be built on: the sweep takes it after twice that time, and the write is to come first.</summary>
    private bool IsFresh(DateTimeOffset reservedAt) => clock.GetUtcNow() - reservedAt <= policy.HoldWithoutOrder / 2;

    private static Decision<SettlementDecision> ToSave(SettlementDecision decision) =>
        decision is SettlementDecision.Save save ? new(decision, save.Changed, save.EventType, save.About) : new(decision);

    private SettlementDecision Told(OrderRef order, PaymentId paymentId, Capture capture, SettlementDecision decision)
    {
        switch (decision)
        {
            case SettlementDecision.Save { Kind: SettlementKind.OtherCurrency }:
                log.MoneyInOtherCurrency(order.OrderId.Value, paymentId.Value, capture.Money.Currency.Value);
                break;
            case SettlementDecision.Save { Kind: SettlementKind.Late or SettlementKind.SecondPayment } save:
                log.MoneyToReturn(order.OrderId.Value, paymentId.Value, save.Kind);
                break;
            case SettlementDecision.Contradicts contradicts:
                log.MoneyContradicts(order.OrderId.Value, paymentId.Value, contradicts.Because);
                break;
        }

        return decision;
    }
}
