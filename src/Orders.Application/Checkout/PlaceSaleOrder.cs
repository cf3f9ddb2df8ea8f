using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// Turns a ticket into an order, or into the reason why not. The order is placed as every order is, with stock, price and process, under a key that the ticket
/// gives; so a message that comes twice finds its own order. A place that was given back meanwhile is not brought back to life.
/// </summary>
public sealed class PlaceSaleOrder(
    ISaleUnits units, PlaceOrder placeOrder, OrderChanges changes, IInbox inbox, SaleGate gate, SaleQueueWatch watch, OrderPolicy policy, TimeProvider clock,
    ILogger<PlaceSaleOrder> log)
{
    /// <summary>Its name in the inbox, which is the queue's.</summary>
    public const string Name = "sale-orders";

    /// <summary>Completes when the message is done with.</summary>
    /// <exception cref="DependencyUnavailableException">It is unknown how far it came: give it the message again.</exception>
    public async Task RunAsync(SaleOrderMessage message, IOrderProcess process, CancellationToken cancellation)
    {
        if (await inbox.HasSeenAsync(Name, message.MessageId, cancellation).ConfigureAwait(false))
            return;
        var claim = message.Claim;

        // Younger from now on: the sweep gives the order as long to be written as any order has.
        var hold = await units.ResumeAsync(message.Sale, claim, cancellation).ConfigureAwait(false);
        if (hold is { Claim: var held } && (held.Sku, held.Quantity) != (claim.Sku, claim.Quantity))
        {
            // The counters were lost, and its buyer has asked for something else by the same key since: that request's message is still to come.
            log.TicketWithoutUnits(message.MessageId);
            return;
        }

        if (hold is { State: not SaleHoldState.Released })
            await PlaceAsync(message, claim, process, cancellation).ConfigureAwait(false);
        else
            log.TicketWithoutUnits(message.MessageId);
        watch.Handled();
        await inbox.RecordAsync(Name, message.MessageId, clock.GetUtcNow() + policy.InboxRetention, cancellation).ConfigureAwait(false);
    }

    private async Task PlaceAsync(SaleOrderMessage message, SaleClaim claim, IOrderProcess process, CancellationToken cancellation)
    {
        var command = new PlaceOrderCommand(message.Buyer, message.Ticket.OrderKey, message.Basket) { Sale = message.Sale };
        var placed = await placeOrder.RunAsync(command, process, cancellation).ConfigureAwait(false);
        if (!placed.Succeeded)
        {
            var (end, reason) = EndOf(placed.Refusal);
            log.TicketEnded(message.MessageId, end, reason);
            await units.ReleaseAsync(message.Sale, claim.Key, generation: null, end, reason, cancellation).ConfigureAwait(false);
            gate.Forget(message.Sale);
            if (placed.Refusal is Refusal.OutOfStock { Sku: var sku, Available: var available })
                gate.MarkShort(message.Sale, sku, available);
        }
        else if (!await KeepAsync(message.Sale, claim, cancellation).ConfigureAwait(false))
        {
            await CallOffAsync(message, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Counters that were built anew while the order was being written don't know of it: its units are held anew, if they are left.</summary>
    private async Task<bool> KeepAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) =>
        await units.KeepAsync(sale, claim.Key, cancellation).ConfigureAwait(false)
        || (await units.ResumeAsync(sale, claim, cancellation).ConfigureAwait(false) is { State: not SaleHoldState.Released }
            && await units.KeepAsync(sale, claim.Key, cancellation).ConfigureAwait(false));

    /// <summary>
    /// The units were given back while the order was being written: it took longer than the sweep waits. The order is called off, unless it is over anyway, so
    /// that there are never more orders than units.
    /// </summary>
    private async Task CallOffAsync(SaleOrderMessage message, CancellationToken cancellation)
    {
        var result = await changes.ChangeAsync(
            message.Order,
            order => order.State is OrderState.PendingPayment && !order.HasOpenAttempt
                ? order.Decide(
                    new OrderEvent.CancelRequested(clock.GetUtcNow(), CancelCause.Support), Actor.System, "Its place in the sale was given to another", EventTypes.Cancelled)
                : new(Outcome: null),
            cancellation).ConfigureAwait(false);
        if (result is { Order.Status: not OrderStatus.Cancelled })
            log.OrderWithoutUnits(message.Order.OrderId.Value, message.Sale.Value);
    }

    private static (SaleEnd End, string Reason) EndOf(Refusal refusal) => refusal switch
    {
        Refusal.OutOfStock { Sku: var sku } => (SaleEnd.OutOfStock, $"There is no more of '{sku}'."),
        Refusal.UnknownSku { Sku: var sku } => (SaleEnd.Failed, $"'{sku}' is not sold any more."),
        Refusal.Invalid { Errors: var errors } => (SaleEnd.Failed, $"The order breaks a rule of its form: {string.Join(", ", errors.Keys)}."),
        _ => (SaleEnd.Failed, "The order could not be placed."),
    };
}
