using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>
/// Looks after the counters of all sales until they are forgotten: those that have lost something are built anew, and a sale whose counters have another
/// quantity than its terms (a change that died half-way) gets that of its terms. Until then a sale refuses everything, so nothing is oversold meanwhile.
/// One sale after the other, each under its own lease, whose token the writes carry; one that can't be looked at now keeps no other waiting.
/// </summary>
public sealed class SyncSaleUnits(
    ISales sales, ISaleUnits units, ISaleBooks books, RebuildSaleUnits rebuild, ILeases leases, SaleGate gate, FlashSalePolicy policy, TimeProvider clock,
    ILogger<SyncSaleUnits> log)
{
    private const int SalesPerPage = 100;

    /// <summary>Returns how many sales had to be mended.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var mended = 0;
        string? cursor = null;
        do
        {
            var page = await sales.ListAsync(SalesPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var sale in page.Items.Where(sale => !policy.IsForgotten(sale, clock.GetUtcNow())))
                mended += await SyncAsync(sale, cancellation).ConfigureAwait(false) ? 1 : 0;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return mended;
    }

    private async Task<bool> SyncAsync(FlashSale sale, CancellationToken cancellation)
    {
        try
        {
            return await NeedsMendingAsync(sale, cancellation).ConfigureAwait(false) && await MendAsync(sale.SaleId, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.SaleNotLookedAt(away, sale.SaleId.Value);
            return false;
        }
    }

    /// <summary>Asked without a lease first: nearly always there is nothing to do.</summary>
    private async Task<bool> NeedsMendingAsync(FlashSale sale, CancellationToken cancellation) =>
        await books.AreLostAsync(sale.SaleId, cancellation).ConfigureAwait(false)
        || await FindQuantityAsync(sale, cancellation).ConfigureAwait(false) is not null;

    private async Task<bool> MendAsync(SaleId id, CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(PutFlashSale.LeaseOf(id), PutFlashSale.LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return false;
        try
        {
            // The terms as they are under the lease: those of the list may have been replaced meanwhile.
            return await sales.FindAsync(id, cancellation).ConfigureAwait(false) is { } terms
                && await MendAsync(terms, new LeaseTurn(leases, lease, PutFlashSale.LeaseTime, clock), cancellation).ConfigureAwait(false);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<bool> MendAsync(FlashSale terms, LeaseTurn turn, CancellationToken cancellation)
    {
        if (await rebuild.RunAsync(terms, turn, cancellation).ConfigureAwait(false))
            return true;
        if (await FindQuantityAsync(terms, cancellation).ConfigureAwait(false) is not { } quantity
            || await units.PutAsync(terms.SaleId, quantity, terms.PerUser, turn.Fence, cancellation).ConfigureAwait(false) is null)
        {
            return false;
        }

        log.SaleCountersSet(terms.SaleId.Value, quantity);
        gate.Forget(terms.SaleId);
        return true;
    }

    /// <summary>What the counters must have and don't: as many as the terms say, or as are taken if that is more. Null when they have it.</summary>
    private async Task<int?> FindQuantityAsync(FlashSale terms, CancellationToken cancellation)
    {
        var count = await units.FindAsync(terms.SaleId, cancellation).ConfigureAwait(false);
        var quantity = (int)Math.Max(terms.Quantity, count?.Taken ?? 0);
        return count?.Quantity == quantity ? null : quantity;
    }
}
