using System.Globalization;
using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Stock;
using Orders.Domain.AfterSales;

namespace Orders.Application.Events;

/// <summary>
/// What after-sale cases do to the stock, as a part of <see cref="InventoryConsumer"/>: the hold of a replacement is kept, sold or freed; what a completed
/// case brought back is on sale again. Sold stays what was sold: the stock grows, by an adjustment with a key, so once.
/// </summary>
public sealed class InventoryOfCases(IStock stock, OrderPolicy policy, TimeProvider clock, ILogger<InventoryOfCases> log)
{
    public static readonly IReadOnlyList<string> Types =
    [
        EventTypes.CaseApproved, EventTypes.CaseRejected, EventTypes.CaseWithdrawn, EventTypes.CaseLapsed, EventTypes.CaseReplacementSent,
        EventTypes.CaseFellBack, EventTypes.CaseCompleted,
    ];

    /// <param name="envelope">About a case.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null when the event is done with.</returns>
    public async Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var @case = envelope.Data.Case!;
        if (@case.Type == CaseType.Exchange && await SettleHoldAsync(envelope, @case, cancellation).ConfigureAwait(false) is { } rejection)
            return rejection;
        return @case.Status == CaseStatus.Completed ? await PutBackAsync(envelope, @case, cancellation).ConfigureAwait(false) : null;
    }

    private async Task<Rejection?> SettleHoldAsync(OrderEventEnvelope envelope, SnapshotCase @case, CancellationToken cancellation)
    {
        // A case that fell back does not know its hold any more, but it never has another number.
        var number = @case.Hold ?? ApproveCase.FirstHold + envelope.Data.Cases!.TakeWhile(other => other.CaseId != @case.CaseId).Count();
        var key = new HoldKey(envelope.Order, number);
        if (@case is { Hold: not null, ReplacedWith: not null })
            return Check(key, "sold", await stock.CommitAsync(key, Replacement(@case), cancellation).ConfigureAwait(false));
        if (@case is { Hold: not null, IsOver: false })
        {
            // False: sold or freed by a later event that was faster. The look is the second layer of the event that ends the hold.
            await stock.KeepAsync(key, policy.NextLook(@case.Deadline ?? clock.GetUtcNow(), clock.GetUtcNow()), cancellation).ConfigureAwait(false);
            return null;
        }

        var freed = await stock.ReleaseAsync(key, generation: null, cancellation).ConfigureAwait(false);
        return freed == HoldOutcome.NothingHeld ? null : Check(key, "freed", freed);
    }

    private async Task<Rejection?> PutBackAsync(OrderEventEnvelope envelope, SnapshotCase @case, CancellationToken cancellation)
    {
        var wasSold = @case.WithoutStock && await WasSoldAsync(envelope, cancellation).ConfigureAwait(false);
        foreach (var line in @case.Lines!)
        {
            var units = wasSold ? line.Quantity : line.BackOnSale;
            if (units == 0)
                continue;
            var key = string.Create(CultureInfo.InvariantCulture, $"{@case.CaseId}-{line.LineId}");
            var change = new StockChange.By(units);
            if (await stock.AdjustAsync(line.Sku, change, $"After-sale case {@case.CaseId}", key, cancellation).ConfigureAwait(false) is not null)
                continue;
            log.NotBackOnSale(@case.CaseId.Value, line.Sku.Value, units);
            return new Rejection("StockBound", $"{units} units of {line.Sku} of case {@case.CaseId} are more than its stock may be.");
        }

        return null;
    }

    /// <summary>
    /// Units that could not be had, and were sold all the same when the sale was repeated after a crash, for stock had come meanwhile: nobody gets them.
    /// What is still held is freed.
    /// </summary>
    private async Task<bool> WasSoldAsync(OrderEventEnvelope envelope, CancellationToken cancellation) =>
        await stock.ReleaseAsync(new HoldKey(envelope.Order, envelope.Data.Hold), generation: null, cancellation).ConfigureAwait(false) == HoldOutcome.Refused;

    private static IReadOnlyList<StockLine> Replacement(SnapshotCase @case) =>
    [
        .. @case.Lines!.Where(line => line.ReplacementSku is not null && (line.Received ?? line.Quantity) > 0)
            .Select(line => new StockLine(line.ReplacementSku!.Value, line.Received ?? line.Quantity)),
    ];

    private Rejection? Check(HoldKey key, string become, HoldOutcome outcome)
    {
        if (outcome is HoldOutcome.Done or HoldOutcome.AlreadyDone)
            return null;
        log.HoldNotSettled(key.ToString(), become, outcome);
        return new Rejection($"Stock{outcome}", $"Hold {key} could not be {become}: {outcome}.");
    }
}
