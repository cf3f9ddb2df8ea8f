using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The books of money: a document per movement, beside the others of its order, so that those of one order are one batch. Each is written on condition of what was read;
/// who loses reads again, and the later version wins.
/// </summary>
public sealed class CosmosPaymentBook(CosmosDatabase database) : IPaymentBook
{
    private const int MostRows = 10_000;

    private readonly CosmosDocuments documents = database[CosmosPaymentIndex.Container];
    private readonly CosmosDocuments days = database.ForReports(CosmosPaymentIndex.Container);

    public async Task PutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation)
    {
        // More than a batch holds, which no order reaches by itself, goes in several: repeating it ends what a crash left.
        foreach (var part in entries.Chunk(CosmosDocuments.MostInABatch))
        {
            var turns = new Turns("The books of an order");
            while (!await TryPutAsync(part, cancellation).ConfigureAwait(false))
                turns.Next(cancellation);
        }
    }

    public async Task<IReadOnlyList<BookEntry>> FindAsync(OrderId order, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.booked > '' ORDER BY c.booked");
        return [.. (await documents.AskAsync(query, order.Value, MostRows, cancellation).ConfigureAwait(false)).Select(BookEntryDocument.Read)];
    }

    public async Task<IReadOnlyList<OrderId>> ListOrdersAsync(DateTimeOffset from, DateTimeOffset until, OrderId? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostRows);
        var found = new List<OrderId>();
        for (var last = after?.Value ?? ""; ;)
        {
            var query = InTime("SELECT VALUE c.orderId FROM c WHERE c.booked >= @from AND c.booked < @until AND c.orderId > @last ORDER BY c.orderId", from, until)
                .WithParameter("@last", last);
            var rows = await days.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
            foreach (var order in rows.Select(row => row.GetString()!).Where(order => order != last))
                found.Add(Id.Parse<OrderId>(last = order));
            if (rows.Count < limit || found.Count >= limit)
                return found.Count > limit ? found.GetRange(0, limit) : found;
        }
    }

    public async Task<IReadOnlyList<MoneySum>> SumAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var query = InTime(
                "SELECT c.direction, c.currency, COUNT(1) AS entries, SUM(c.amount) AS amount FROM c "
                + "WHERE c.booked >= @from AND c.booked < @until AND c.state = @done GROUP BY c.direction, c.currency",
                from, until)
            .WithParameter("@done", BookedState.Done.ToString());
        var sums = await days.AskWholeAsync(query, partition: null, cancellation).ConfigureAwait(false);
        return
        [
            .. sums.Select(row => new MoneySum(
                    Enum.Parse<BookEntryKind>(row.Text("direction")), Id.Parse<Currency>(row.Text("currency")),
                    (long)row.GetProperty("entries").GetDouble(), (long)row.GetProperty("amount").GetDouble()))
                .OrderBy(sum => sum.Kind).ThenBy(sum => sum.Currency.Value, StringComparer.Ordinal),
        ];
    }

    private static QueryDefinition InTime(string query, DateTimeOffset from, DateTimeOffset until) =>
        new QueryDefinition(query).WithParameter("@from", CosmosJson.Sortable(from)).WithParameter("@until", CosmosJson.Sortable(until));

    private async Task<bool> TryPutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return true;
        var order = entries[0].Order.OrderId.Value;
        var writes = new List<(string Id, byte[] Document, string? ETag)>();
        foreach (var entry in entries)
        {
            var id = BookEntryDocument.IdOf(entry);
            var found = await documents.FindAsync(order, id, cancellation).ConfigureAwait(false);
            if (found is null)
                writes.Add((id, BookEntryDocument.Write(entry), ETag: null));
            else if (BookEntryDocument.Read(found.Document) is var before && entry.Version > before.Version)
                writes.Add((id, BookEntryDocument.Write(After(before, entry)), found.ETag));
        }

        if (writes.Count == 0)
            return true;
        var (result, _) = await documents.BatchAsync(order, batch => Fill(batch, writes), cancellation).ConfigureAwait(false);
        return result == WriteResult.Done;
    }

    /// <summary>What stays in its state keeps the instant since when it has it, and a number that is known stays known.</summary>
    private static BookEntry After(BookEntry before, BookEntry entry) =>
        entry with { At = before.State == entry.State ? before.At : entry.At, Reference = entry.Reference ?? before.Reference };

    private static void Fill(TransactionalBatch batch, List<(string Id, byte[] Document, string? ETag)> writes)
    {
        foreach (var (id, document, etag) in writes)
        {
            if (etag is null)
                batch.CreateItemStream(CosmosDocuments.Stream(document));
            else
                batch.ReplaceItemStream(id, CosmosDocuments.Stream(document), new TransactionalBatchItemRequestOptions { IfMatchEtag = etag });
        }
    }
}
