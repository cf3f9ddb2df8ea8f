using System.Globalization;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The ledger in one partition, so that a movement is one batch with all that it counts; movements that come together share batches, and a SKU that many of them count at is
/// written once in each. Who loses reads again and decides again.
/// </summary>
/// <remarks>
/// One partition takes 10,000 RU/s and 20 GB. By the model of <c>docs/azure-testing.md</c> a sale by itself costs some 20 RU and a movement that comes with others some 7: it
/// is 300 orders a second, and some ten million holds, for holds are what the ledger stands on and are kept. A hold of 100 SKUs is more than a batch: what it leaves is written into the hold in the same batch, and counted right after; of
/// a sale the room for that is claimed before (<see cref="LedgerClaims"/>), so it is booked or refused whole. A crash in between is made good when the movement comes again, as it does until it was answered, or by the next one of that hold; and
/// by whoever lists the levels from the first, as every proof and every building of the counters does: if Redis lost the movement it never comes again.
/// </remarks>
public sealed class CosmosStockLedger(CosmosDatabase database) : IStockLedger
{
    private const string Levels = "ledger";
    private const string Holds = "ledger holds";

    /// <summary>After so many lost turns each movement goes by itself: a sale and a write-off behind it may not fit into one condition.</summary>
    private const int MostTurnsTogether = 3;

    /// <summary>Far more than processes that can die at once.</summary>
    private const int MostUnfinished = 1_000;

    private readonly CosmosDocuments documents = database["stock"];
    private readonly LedgerClaims claims = new(database["stock"]);

    public async Task<IReadOnlyList<Booking>> BookAsync(IReadOnlyList<StockMovement> movements, CancellationToken cancellation)
    {
        var bookings = new List<Booking>(movements.Count);
        foreach (var chunk in ChunksOf(movements))
            bookings.AddRange(await BookTogetherAsync(chunk, cancellation).ConfigureAwait(false));
        return bookings;
    }

    public async Task<LedgerLevel?> FindAsync(Sku sku, CancellationToken cancellation) =>
        await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.IdOf(sku), cancellation).ConfigureAwait(false) is { } found
            ? LedgerDocument.ReadLevel(found.Document).Level
            : null;

    public async Task<Page<LedgerLevel>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        if (cursor is null)
            await FinishAllAsync(cancellation).ConfigureAwait(false);
        var query = new QueryDefinition(
                "SELECT c.level AS place, c.level, c.stock, c.held, c.sold, c.rules, c.ruled, c.changes FROM c WHERE c.level > @after AND c.level < @end ORDER BY c.level")
            .WithParameter("@after", cursor is null ? "" : CosmosCursor.Read(Levels, cursor)).WithParameter("@end", CosmosText.AfterAll);
        var rows = await documents.AskAsync(query, LedgerDocument.Shop, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, row => LedgerDocument.ReadLevel(row).Level, Levels);
    }

    public async Task<LedgerHold?> FindHoldAsync(HoldKey key, CancellationToken cancellation) =>
        await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.IdOf(key), cancellation).ConfigureAwait(false) is { } found
        && LedgerDocument.ReadHold(found.Document) is { IsNothing: false } hold
            ? hold.Hold
            : null;

    public async Task<Page<LedgerHold>> ListHeldAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
                "SELECT c.waiting AS place, c.userId, c.orderId, c.number, c.stage, c.units, c.moved, c.at FROM c "
                + "WHERE c.waiting > @after AND c.waiting < @end ORDER BY c.waiting")
            .WithParameter("@after", cursor is null ? "" : CosmosCursor.Read(Holds, cursor)).WithParameter("@end", CosmosText.AfterAll);
        var rows = await documents.AskAsync(query, LedgerDocument.Shop, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, row => LedgerDocument.ReadHold(row).Hold, Holds);
    }

    public async Task<bool> HasAdjustmentAsync(string key, CancellationToken cancellation) =>
        await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.IdOfAdjustment(key), cancellation).ConfigureAwait(false) is not null;

    public async Task<StockEpoch> FindEpochAsync(CancellationToken cancellation) =>
        await documents.FindAsync(LedgerDocument.Shop, LedgerDocument.Epoch, cancellation).ConfigureAwait(false) is { } found
            ? new StockEpoch(found.Document.GetProperty("number").GetInt64(), found.Document.GetProperty("ready").GetBoolean())
            : default;

    /// <remarks>Whoever began it, and lost the answer, hears that it was somebody else: that epoch is never ready, and the next build begins another.</remarks>
    public Task<bool> BeginEpochAsync(long after, CancellationToken cancellation) => after == 0
        ? documents.CreateAsync(LedgerDocument.Shop, LedgerDocument.WriteFirstEpoch(), cancellation)
        : ChangeEpochAsync([PatchOperation.Set("/number", after + 1), PatchOperation.Set("/ready", false)], after, cancellation);

    public Task<bool> EndEpochAsync(long number, CancellationToken cancellation) => ChangeEpochAsync([PatchOperation.Set("/ready", true)], number, cancellation);

    private async Task<bool> ChangeEpochAsync(IReadOnlyList<PatchOperation> changes, long number, CancellationToken cancellation) =>
        await documents.PatchAsync(
            LedgerDocument.Shop, LedgerDocument.Epoch, changes, string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.number = {number}"), cancellation)
            .ConfigureAwait(false) == WriteResult.Done;

    /// <summary>In order, each of no more documents than a batch can write; one that has more is by itself.</summary>
    private static IEnumerable<List<StockMovement>> ChunksOf(IReadOnlyList<StockMovement> movements)
    {
        var (chunk, ids) = (new List<StockMovement>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var movement in movements)
        {
            ids.UnionWith(LedgerSheet.IdsOf(movement));
            if (ids.Count > CosmosDocuments.MostInABatch && chunk.Count > 0)
            {
                yield return chunk;
                (chunk, ids) = ([], [.. LedgerSheet.IdsOf(movement)]);
            }

            chunk.Add(movement);
        }

        if (chunk.Count > 0)
            yield return chunk;
    }

    private async Task<IReadOnlyList<Booking>> BookTogetherAsync(List<StockMovement> movements, CancellationToken cancellation)
    {
        for (var turn = 0; turn < (movements.Count > 1 ? MostTurnsTogether : Turns.Most); turn++)
        {
            var read = await ReadAsync(movements, cancellation).ConfigureAwait(false);
            var sheet = new LedgerSheet(read);
            var bookings = movements.Select(sheet.Book).ToList();
            if (sheet.Writes(CosmosDocuments.MostInABatch) is not { } writes)
                break;
            var isDone = sheet is { Claim: { Count: > 0 } claim, Unfinished: { } large }
                ? await TryClaimedAsync(sheet, read, large, claim, cancellation).ConfigureAwait(false)
                : writes.Count == 0 || await TryAsync(writes, cancellation).ConfigureAwait(false);
            if (!isDone)
                continue;
            if (sheet.Unfinished is { } rest)
                await FinishAsync(rest, cancellation).ConfigureAwait(false);
            return bookings;
        }

        if (movements.Count == 1)
            throw Turns.Lost("The ledger");
        var singly = new List<Booking>(movements.Count);
        foreach (var movement in movements)
            singly.AddRange(await BookTogetherAsync([movement], cancellation).ConfigureAwait(false));
        return singly;
    }

    /// <summary>The room of what finds no place in the batch is taken before it. When nothing comes of that, the next reading of the hold gives it back.</summary>
    private async Task<bool> TryClaimedAsync(
        LedgerSheet sheet, Dictionary<string, StoredDocument> read, HoldKey key, IReadOnlyList<LedgerRest> claim, CancellationToken cancellation)
    {
        var id = LedgerDocument.IdOf(key);
        if (await claims.TakeAsync(key, read.GetValueOrDefault(id), claim, cancellation).ConfigureAwait(false) is not { } claimed)
            return false;
        read[id] = claimed;
        return await TryAsync(sheet.Writes(CosmosDocuments.MostInABatch)!, cancellation).ConfigureAwait(false);
    }

    /// <summary>All that the movements need, with no hold among it that has something left to count, or claims room.</summary>
    private async Task<Dictionary<string, StoredDocument>> ReadAsync(List<StockMovement> movements, CancellationToken cancellation)
    {
        for (var turns = new Turns("A hold of very many SKUs"); ;)
        {
            turns.Next(cancellation);
            var read = await ReadAsync(movements.SelectMany(LedgerSheet.IdsOf), cancellation).ConfigureAwait(false);
            var holds = LedgerSheet.HoldsIn(read.Values).ToList();
            // What a hold had before may be of other SKUs.
            var others = holds.SelectMany(hold => hold.Hold.Units.Entries).Select(entry => LedgerDocument.IdOf(entry.Sku)).Where(id => !read.ContainsKey(id));
            foreach (var (id, document) in await ReadAsync(others, cancellation).ConfigureAwait(false))
                read.Add(id, document);
            if (holds.Find(hold => hold.Rest.Count > 0 || hold.Claim.Count > 0) is not { } unfinished)
                return read;
            await FinishAsync(unfinished.Hold.Key, cancellation).ConfigureAwait(false);
            await claims.GiveBackAsync(unfinished.Hold.Key, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, StoredDocument>> ReadAsync(IEnumerable<string> ids, CancellationToken cancellation)
    {
        var wanted = ids.Distinct().ToList();
        if (wanted.Count == 0)
            return [];
        var query = new QueryDefinition($"SELECT * FROM c WHERE c.id IN ({string.Join(", ", wanted.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"@id{at}")))})");
        for (var at = 0; at < wanted.Count; at++)
            query = query.WithParameter(string.Create(CultureInfo.InvariantCulture, $"@id{at}"), wanted[at]);
        var rows = await documents.AskAsync(query, LedgerDocument.Shop, wanted.Count, cancellation).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Text("id"), row => new StoredDocument(row, row.Text("_etag")), StringComparer.Ordinal);
    }

    private async Task<bool> TryAsync(IReadOnlyList<Action<TransactionalBatch>> writes, CancellationToken cancellation)
    {
        var (result, _) = await documents.BatchAsync(
            LedgerDocument.Shop,
            batch =>
            {
                foreach (var write in writes)
                    write(batch);
            },
            cancellation).ConfigureAwait(false);
        return result == WriteResult.Done;
    }

    /// <summary>
    /// Of all holds: counts what they have left and gives back what they claim. Whose claim is alive loses its turn by that and takes it anew, for its sale is on condition of
    /// the hold that it noted it in.
    /// </summary>
    private async Task FinishAllAsync(CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.userId, c.orderId, c.number FROM c WHERE c.claim > '' OR c.rest > ''");
        foreach (var row in await documents.AskAsync(query, LedgerDocument.Shop, MostUnfinished, cancellation).ConfigureAwait(false))
        {
            var key = LedgerDocument.ReadKey(row);
            await FinishAsync(key, cancellation).ConfigureAwait(false);
            await claims.GiveBackAsync(key, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Counts what a hold of very many SKUs has left, whoever left it.</summary>
    private async Task FinishAsync(HoldKey key, CancellationToken cancellation)
    {
        for (var turns = new Turns("A hold of very many SKUs"); ;)
        {
            turns.Next(cancellation);
            var id = LedgerDocument.IdOf(key);
            var read = await ReadAsync([id], cancellation).ConfigureAwait(false);
            if (LedgerSheet.HoldsIn(read.Values).SingleOrDefault() is not { Rest.Count: > 0 } hold)
                return;
            var next = hold.Rest.Take(CosmosDocuments.MostInABatch - 1).ToList();
            foreach (var (level, document) in await ReadAsync(next.Select(rest => LedgerDocument.IdOf(rest.Sku)), cancellation).ConfigureAwait(false))
                read.Add(level, document);
            var sheet = new LedgerSheet(read);
            foreach (var rest in next)
                sheet.Add(rest);
            sheet.Put(hold with { Rest = [.. hold.Rest.Skip(next.Count)] });
            await TryAsync(sheet.Writes(CosmosDocuments.MostInABatch)!, cancellation).ConfigureAwait(false);
        }
    }
}
