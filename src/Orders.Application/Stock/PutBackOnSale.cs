using System.Globalization;
using Microsoft.Extensions.Logging;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>
/// Puts the units of a completed case on sale again: the stock grows, by an adjustment per line under the key <c>{caseId}-{lineId}</c>, so once, whoever calls.
/// Only what was sold comes back: the sale under which the units went is made sure of first, and where it can't be booked nothing was taken from the
/// counters, so nothing is given to them.
/// </summary>
public sealed class PutBackOnSale(IStock stock, ILogger<PutBackOnSale> log)
{
    /// <param name="order">As it was read; it has the case.</param>
    /// <param name="case">Completed.</param>
    /// <returns>Null when all that was sold is on sale again, now or before.</returns>
    public async Task<Rejection?> RunAsync(Order order, AfterSaleCase @case, CancellationToken cancellation)
    {
        foreach (var lines in @case.Lines.Where(line => UnitsOf(@case, line) > 0).GroupBy(line => HoldOf(order, line)))
        {
            if (!await WasSoldAsync(order, lines.Key, cancellation).ConfigureAwait(false))
            {
                log.NeverSold(@case.CaseId.Value, new HoldKey(order.Ref, lines.Key).ToString());
                continue;
            }

            foreach (var line in lines)
            {
                if (await PutBackAsync(order, @case, line, cancellation).ConfigureAwait(false) is { } rejection)
                    return rejection;
            }
        }

        return null;
    }

    /// <summary>What could not be had, and was sold all the same when stock had come meanwhile, nobody gets: all of it.</summary>
    private static int UnitsOf(AfterSaleCase @case, CaseLine line) => @case.WithoutStock ? line.Quantity : @case.BackOnSale[line.LineId];

    /// <summary>The number of the hold under which a line was sold: the order's own, or that of the exchange which it came by.</summary>
    private static int HoldOf(Order order, CaseLine line) => order.Replacements.FirstOrDefault(replacement => replacement.Line.LineId == line.LineId) is { } came
        ? ApproveCase.HoldNumber(order, came.CaseId)
        : order.Hold;

    private async Task<bool> WasSoldAsync(Order order, int hold, CancellationToken cancellation)
    {
        var key = new HoldKey(order.Ref, hold);
        // An order that is given up sells nothing any more; what is still held is freed.
        if (hold < ApproveCase.FirstHold && order.Cases.Any(@case => @case.WithoutStock))
            return await stock.ReleaseAsync(key, generation: null, cancellation).ConfigureAwait(false) == HoldOutcome.Refused;
        var lines = hold < ApproveCase.FirstHold ? StockLines.Of(order) : StockLines.OfReplacement(order.Cases[hold - ApproveCase.FirstHold]);
        return await stock.CommitAsync(key, lines, cancellation).ConfigureAwait(false) is HoldOutcome.Done or HoldOutcome.AlreadyDone;
    }

    private async Task<Rejection?> PutBackAsync(Order order, AfterSaleCase @case, CaseLine line, CancellationToken cancellation)
    {
        var (sku, units) = (order.FindLine(line.LineId).Sku, UnitsOf(@case, line));
        var key = string.Create(CultureInfo.InvariantCulture, $"{@case.CaseId}-{line.LineId}");
        var change = new StockChange.By(units);
        if (await stock.AdjustAsync(sku, change, $"After-sale case {@case.CaseId}", key, cancellation).ConfigureAwait(false) is not null)
            return null;
        log.NotBackOnSale(@case.CaseId.Value, sku.Value, units);
        return new Rejection("StockBound", $"{units} units of {sku} of case {@case.CaseId} are more than its stock may be.");
    }
}
