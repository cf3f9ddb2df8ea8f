using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>A SKU whose counters were not what they must be.</summary>
public sealed record StockDrift(Sku Sku, StockCount Expected, StockCount Found, bool Repaired);

/// <param name="Proven">SKUs whose counters were looked at.</param>
public sealed record StockReport(int Proven, IReadOnlyList<StockDrift> Drifts);

/// <summary>
/// Proves, SKU by SKU, that the counters of stock are what the ledger and what is in flight to it say, and repairs those that are not. A drift
/// is always an alert: something counted wrongly. Goes on where it stopped; a second run finds nothing.
/// </summary>
public sealed class ReconcileStock(SyncStock sync, IStockBooks books, ILeases leases, IWatermarks watermarks, ILogger<ReconcileStock> log)
{
    private const string LeaseName = "reconcile-stock";
    private const string Watermark = "reconcile-stock";
    private const int SkusPerPage = 100;
    private const int MostPages = 1_000;
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    /// <summary>What was found; nothing while another run is at it.</summary>
    public async Task<StockReport> RunAsync(CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(LeaseName, LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return new StockReport(0, []);
        try
        {
            return await RunAloneAsync(lease, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<StockReport> RunAloneAsync(Lease lease, CancellationToken cancellation)
    {
        await sync.RunAsync(cancellation).ConfigureAwait(false);
        var drifts = new List<StockDrift>();
        var proven = 0;
        var cursor = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false);
        for (var page = 0; page < MostPages; page++)
        {
            var proofs = await books.ProveAsync(SkusPerPage, cursor, cancellation).ConfigureAwait(false);
            proven += proofs.Items.Count;
            foreach (var proof in proofs.Items.Where(proof => !proof.Holds))
                drifts.Add(await RepairAsync(proof, cancellation).ConfigureAwait(false));
            cursor = proofs.NextCursor;
            await watermarks.SetAsync(Watermark, cursor, cancellation).ConfigureAwait(false);
            if (cursor is null || await leases.RenewAsync(lease, LeaseTime, cancellation).ConfigureAwait(false) is null)
                break;
        }

        log.StockReconciled(proven, drifts.Count);
        return new StockReport(proven, drifts);
    }

    private async Task<StockDrift> RepairAsync(StockProof proof, CancellationToken cancellation)
    {
        // False: they moved since. The next run proves and repairs them.
        var repaired = await books.RepairAsync(proof, cancellation).ConfigureAwait(false);
        OrderMetrics.StockDrift.Add(1, OrderMetrics.By("stock.repaired", repaired));
        log.StockDrifted(proof.Sku.Value, proof.Expected, proof.Found, repaired);
        return new StockDrift(proof.Sku, proof.Expected, proof.Found, repaired);
    }
}
