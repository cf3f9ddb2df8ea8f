using System.Text;
using System.Text.Json;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>
/// Says what would come of a dead letter if it were delivered again now, by what is known: the inbox of its consumer, the order, and what the consumer keeps.
/// Has no effect, and decides nothing: the consumer does, when it comes to it.
/// </summary>
public sealed class JudgeDeadLetter(
    IInbox inbox, IOrderStore orders, IPaymentBook book, IStockLedger ledger, IProviderMessages messages, ISaleUnits units, IDeliveries deliveries)
{
    public async Task<DeadLetterVerdict> RunAsync(DeadLetter letter, CancellationToken cancellation)
    {
        try
        {
            return letter.Source switch
            {
                "payment-messages" => await JudgeProviderMessageAsync(letter, cancellation).ConfigureAwait(false),
                "sale-orders" => await JudgeTicketAsync(SaleOrderMessage.Parse(Encoding.UTF8.GetBytes(letter.Body)), cancellation).ConfigureAwait(false),
                "webhook-deliveries" => await JudgeTurnAsync(DeliveryTurn.Parse(Encoding.UTF8.GetBytes(letter.Body)), cancellation).ConfigureAwait(false),
                _ when letter.Consumer is { } consumer =>
                    await JudgeEventAsync(consumer, OrderEventEnvelope.Parse(letter.Body), cancellation).ConfigureAwait(false),
                _ => new(VerdictOutcome.WouldApply, "It would be delivered again; what its queue does with it is not known here."),
            };
        }
        catch (JsonException)
        {
            return new(VerdictOutcome.Unreadable, "Its body is not a message that its consumer reads: edit it, or purge it.");
        }
    }

    private async Task<DeadLetterVerdict> JudgeEventAsync(string consumer, OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        if (await inbox.HasSeenAsync(consumer, envelope.Id, cancellation).ConfigureAwait(false))
            return new(VerdictOutcome.AlreadyApplied, $"{consumer} has finished event {envelope.Id}; it would only go away.");
        if (PassesOver(consumer, envelope))
            return new(VerdictOutcome.AlreadyApplied, $"{consumer} does nothing at {envelope.Type}; it would only go away.");
        if (await orders.FindAsync(envelope.Order, cancellation).ConfigureAwait(false) is not { } order)
            return new(VerdictOutcome.OrderUnknown, $"There is no order {envelope.Subject} of this buyer.");
        if (envelope.Data.Version > order.Version)
            return new(VerdictOutcome.OrderUnknown, $"The order is at version {order.Version} and never was at {envelope.Data.Version}.");
        if (await WasDoneAsync(consumer, envelope, cancellation).ConfigureAwait(false) is { } done)
            return new(VerdictOutcome.AlreadyApplied, done);
        return new(VerdictOutcome.WouldApply, $"{consumer} has not finished it; it tells of version {envelope.Data.Version}, the order is at {order.Version}.");
    }

    private static bool PassesOver(string consumer, OrderEventEnvelope envelope) => consumer switch
    {
        FinanceConsumer.Name => !FinanceConsumer.Types.Contains(envelope.Type),
        CouponConsumer.Name => envelope.Data.CouponCode is null || !CouponConsumer.Types.Contains(envelope.Type),
        SaleConsumer.Name => envelope.Data.SaleId is null || !SaleConsumer.Types.Contains(envelope.Type),
        NotificationConsumer.Name => NotificationTexts.For(envelope) is null,
        InventoryConsumer.Name => !InventoryConsumer.Types.Contains(envelope.Type) || (envelope.Data.Case is null && InventoryOfCases.Types.Contains(envelope.Type)),
        _ => false,
    };

    /// <summary>What the consumer keeps tells that it happened, whatever the inbox says: in words, else null.</summary>
    private async Task<string?> WasDoneAsync(string consumer, OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var hold = new HoldKey(envelope.Order, envelope.Data.Hold);
        switch (consumer)
        {
            case FinanceConsumer.Name:
                var booked = await book.FindAsync(envelope.Data.OrderId, cancellation).ConfigureAwait(false);
                return BookEntries.Of(envelope.Order, envelope.Data).All(entry => booked.Any(known => known.Key == entry.Key && known.Version >= entry.Version))
                    ? "The books have all of it, by this event or a later one."
                    : null;
            case InventoryConsumer.Name when envelope.Type == EventTypes.Paid:
                return await ledger.FindHoldAsync(hold, cancellation).ConfigureAwait(false) is { Stage: HoldStage.Sold } ? $"Hold {hold} is sold." : null;
            case SaleConsumer.Name when envelope.Type == EventTypes.Paid:
                return await units.FindHoldAsync(envelope.Data.SaleId!.Value, hold, cancellation).ConfigureAwait(false) is { State: SaleHoldState.Sold }
                    ? $"The sale's units of {hold} are sold."
                    : null;
            default:
                return null;
        }
    }

    private async Task<DeadLetterVerdict> JudgeProviderMessageAsync(DeadLetter letter, CancellationToken cancellation)
    {
        if (MessageBodies.ReadStoredMessageName(letter.Body) is not var (source, messageId))
            return new(VerdictOutcome.Unreadable, "Its body is not {source, messageId}.");
        return await messages.FindAsync(source, messageId, cancellation).ConfigureAwait(false) switch
        {
            null => new(VerdictOutcome.OrderUnknown, $"No message {messageId} of {source} is stored."),
            { State: ProviderMessageState.Stored } => new(VerdictOutcome.WouldApply, $"Message {messageId} of {source} is stored and not applied."),
            var known => new(VerdictOutcome.AlreadyApplied, $"Message {messageId} of {source} is {known.State.ToString().ToLowerInvariant()}."),
        };
    }

    private async Task<DeadLetterVerdict> JudgeTicketAsync(SaleOrderMessage ticket, CancellationToken cancellation)
    {
        if (await orders.FindAsync(ticket.Order, cancellation).ConfigureAwait(false) is not null)
            return new(VerdictOutcome.AlreadyApplied, "The ticket has become an order.");
        return await units.FindHoldAsync(ticket.Sale, ticket.Claim.Key, cancellation).ConfigureAwait(false) switch
        {
            { State: SaleHoldState.Released } => new(VerdictOutcome.AlreadyApplied, "The ticket's units were given back; no order can come of it."),
            { } => new(VerdictOutcome.WouldApply, "The ticket has its units and no order."),
            null => new(VerdictOutcome.WouldApply, "Nothing is known of the ticket's units; its turn would take them anew, if any are left."),
        };
    }

    private async Task<DeadLetterVerdict> JudgeTurnAsync(DeliveryTurn turn, CancellationToken cancellation) =>
        await deliveries.FindAsync(turn.WebhookId, turn.DeliveryId, cancellation).ConfigureAwait(false) switch
        {
            null => new(VerdictOutcome.OrderUnknown, $"There is no delivery {turn.DeliveryId}."),
            { Status: DeliveryStatus.Pending } delivery when delivery.AttemptCount == turn.Attempt => new(VerdictOutcome.WouldApply, "The attempt is the delivery's next."),
            var delivery => new(
                VerdictOutcome.AlreadyApplied, $"The delivery is {delivery.Status.ToString().ToLowerInvariant()} after {delivery.AttemptCount} attempts."),
        };
}
