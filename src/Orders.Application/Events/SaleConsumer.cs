using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Stock;

namespace Orders.Application.Events;

/// <summary>
/// Turns the units that a sale's order holds into sold ones, or gives them back to the sale. Events name the hold by its number, so one that comes late or
/// twice can't touch what a revived order has.
/// </summary>
public sealed class SaleConsumer(ISaleUnits units, SaleGate gate, ConsumeEvent consume, ILogger<SaleConsumer> log)
{
    public const string Name = "sale";

    /// <summary>What it wants to hear of, of orders of a sale.</summary>
    public static readonly IReadOnlyList<string> Types = [EventTypes.Placed, EventTypes.Paid, EventTypes.Cancelled];

    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation) =>
        envelope.Data.SaleId is not null && Types.Contains(envelope.Type)
            ? consume.RunAsync(Name, envelope, ApplyAsync, cancellation)
            : Task.FromResult<Rejection?>(null);

    private async Task<Rejection?> ApplyAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var (sale, key) = (envelope.Data.SaleId!.Value, new HoldKey(envelope.Order, envelope.Data.Hold));
        switch (envelope.Type)
        {
            case EventTypes.Placed:
                // False: sold or given back by a later event that was faster, or called off by who placed it.
                await units.KeepAsync(sale, key, cancellation).ConfigureAwait(false);
                return null;
            case EventTypes.Paid:
                var line = envelope.Data.Lines[0];
                return Check(key, "sold", await units.SettleAsync(sale, key, line.Sku, line.Quantity, cancellation).ConfigureAwait(false));
            default:
                var freed = await units.ReleaseAsync(sale, key, generation: null, SaleEnd.Cancelled, reason: null, cancellation).ConfigureAwait(false);
                gate.Forget(sale);
                return freed == HoldOutcome.NothingHeld ? null : Check(key, "given back", freed);
        }
    }

    private Rejection? Check(HoldKey key, string become, HoldOutcome outcome)
    {
        if (outcome is HoldOutcome.Done or HoldOutcome.AlreadyDone)
            return null;
        log.SaleUnitsNotSettled(key.ToString(), become, outcome);
        return new Rejection($"SaleUnits{outcome}", $"The sale's units of {key} could not be {become}: {outcome}.");
    }
}
