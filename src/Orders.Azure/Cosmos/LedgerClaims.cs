using System.Globalization;
using Microsoft.Azure.Cosmos;
using Orders.Application.Stock;

namespace Orders.Azure.Cosmos;

/// <summary>
/// A sale of more SKUs than a batch holds takes the room of those that find no place in it beforehand, in a batch of their own, and notes that in its hold: so the sale is
/// refused whole when any of them has none. A claim that led to nothing, or that a crash left, goes back with the next
/// reading of the hold, before anything else is decided about it, or when the levels are listed.
/// </summary>
internal sealed class LedgerClaims(CosmosDocuments documents)
{
    /// <summary>Takes the room that is claimed, or nothing. The hold is noted as it was, with the claim.</summary>
    /// <param name="before">As it was read; null where there is none yet.</param>
    /// <returns>The hold as it stands now; null when a SKU has no room, or somebody else has changed the hold.</returns>
    public async Task<StoredDocument?> TakeAsync(HoldKey key, StoredDocument? before, IReadOnlyList<LedgerRest> claim, CancellationToken cancellation)
    {
        var known = before is null ? LedgerHoldState.Nothing(key) : LedgerDocument.ReadHold(before.Document);
        var body = LedgerDocument.Write(known with { Claim = claim });
        var (result, _) = await documents.BatchAsync(
            LedgerDocument.Shop,
            batch =>
            {
                if (before is null)
                    batch.CreateItemStream(CosmosDocuments.Stream(body));
                else
                    batch.ReplaceItemStream(LedgerDocument.IdOf(key), CosmosDocuments.Stream(body), If(before.ETag));
                foreach (var one in claim)
                    batch.PatchItem(
                        LedgerDocument.IdOf(one.Sku), [PatchOperation.Increment("/room", -one.Sold)],
                        CosmosDocuments.InBatch(string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.room >= {one.Sold}")));
            },
            cancellation).ConfigureAwait(false);
        // Also after a refusal: that may be of a second try, whose first was done.
        return result != WriteResult.Missing && await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.IdOf(key), cancellation).ConfigureAwait(false) is { } found
            && LedgerDocument.ReadHold(found.Document) is { Claim.Count: > 0 } now && now.Hold.Number == known.Hold.Number && now.Claim.SequenceEqual(claim)
                ? found
                : null;
    }

    /// <summary>Gives back what a hold has claimed; nothing when it has no claim.</summary>
    public async Task GiveBackAsync(HoldKey key, CancellationToken cancellation)
    {
        for (var turns = new Turns("A hold of very many SKUs"); ;)
        {
            turns.Next(cancellation);
            if (await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.IdOf(key), cancellation).ConfigureAwait(false) is not { } found
                || LedgerDocument.ReadHold(found.Document) is not { Claim.Count: > 0 } hold)
            {
                return;
            }

            var (result, _) = await documents.BatchAsync(LedgerDocument.Shop, batch => Fill(batch, hold, found.ETag), cancellation).ConfigureAwait(false);
            if (result == WriteResult.Done)
                return;
        }
    }

    private static void Fill(TransactionalBatch batch, LedgerHoldState hold, string etag)
    {
        var id = LedgerDocument.IdOf(hold.Hold.Key);
        if (hold.IsNothing)
            batch.DeleteItem(id, If(etag));
        else
            batch.ReplaceItemStream(id, CosmosDocuments.Stream(LedgerDocument.Write(hold with { Claim = [] })), If(etag));
        foreach (var one in hold.Claim)
            batch.PatchItem(LedgerDocument.IdOf(one.Sku), [PatchOperation.Increment("/room", one.Sold)], CosmosDocuments.InBatch(condition: null));
    }

    private static TransactionalBatchItemRequestOptions If(string etag) => new() { IfMatchEtag = etag };
}
