using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Stock;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>
/// Turns held stock into sold or free, and nobody else does (checkout undoes its own failure). Events name the hold by its number, so one
/// that comes late or twice can't touch the hold of a revived order. A paid order whose stock can't be had is refunded.
/// </summary>
public sealed class InventoryConsumer(
    IStock stock, InventoryOfCases cases, RefundUnavailable refundUnavailable, ConsumeEvent consume, OrderPolicy policy, ILogger<InventoryConsumer> log)
{
    public const string Name = "inventory";

    /// <summary>What it wants to hear of: where a hold is kept, ends or comes back, of the order or of a case.</summary>
    public static readonly IReadOnlyList<string> Types = [EventTypes.Placed, EventTypes.Paid, EventTypes.Cancelled, .. InventoryOfCases.Types];

    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation) => envelope switch
    {
        { Type: EventTypes.Placed or EventTypes.Paid or EventTypes.Cancelled } => consume.RunAsync(Name, envelope, ApplyAsync, cancellation),
        { Data.Case: not null } when InventoryOfCases.Types.Contains(envelope.Type) => consume.RunAsync(Name, envelope, cases.RunAsync, cancellation),
        _ => Task.FromResult<Rejection?>(null),
    };

    private async Task<Rejection?> ApplyAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var key = new HoldKey(envelope.Order, envelope.Data.Hold);
        switch (envelope.Type)
        {
            case EventTypes.Placed:
                // False: sold or freed by a later event that was faster. The look is the second layer of the event that ends the hold.
                await stock.KeepAsync(key, policy.NextLook(envelope.Data.PayBy, envelope.Data.PlacedAt), cancellation).ConfigureAwait(false);
                return null;
            case EventTypes.Paid:
                return await SellAsync(key, envelope, cancellation).ConfigureAwait(false);
            default:
                var freed = envelope.Data.CancelledBecause == CancelCause.PaymentDeadline
                    ? await stock.ExpireAsync(key, generation: null, envelope.Data.UpdatedAt, cancellation).ConfigureAwait(false)
                    : await stock.ReleaseAsync(key, generation: null, cancellation).ConfigureAwait(false);
                return freed == HoldOutcome.Refused ? Reject(key, "freed", freed) : null;
        }
    }

    private async Task<Rejection?> SellAsync(HoldKey key, OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var sold = await stock.CommitAsync(key, StockLines.Of(envelope.Data.Lines), cancellation).ConfigureAwait(false);
        if (sold is HoldOutcome.Done or HoldOutcome.AlreadyDone)
            return null;
        if (sold == HoldOutcome.NothingHeld && (await refundUnavailable.RunAsync(envelope.Order, cancellation).ConfigureAwait(false)).Succeeded)
            return null;
        return Reject(key, "sold", sold);
    }

    private Rejection Reject(HoldKey key, string become, HoldOutcome outcome)
    {
        log.HoldNotSettled(key.ToString(), become, outcome);
        return new Rejection($"Stock{outcome}", $"Hold {key} could not be {become}: {outcome}.");
    }
}
