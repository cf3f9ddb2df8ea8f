using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Puts many documents into a partition, all or none, also when they are more than a batch holds. What a batch holds is one. More are first written down in one document, the
/// page, and put in from there in batches that hold on to it; the last takes it away. Whoever finds a page that a crash left puts the rest in
/// before doing anything else. A partition has one page at a time, and every batch of the partition fails while it isn't its own: nobody's documents come between.
/// </summary>
internal sealed class StatementPages(CosmosDocuments documents)
{
    private const string PageId = "page";

    /// <summary>Two operations of a batch are the page's.</summary>
    private const int MostInABatch = CosmosDocuments.MostInABatch - 2;

    public async Task PutAsync(string period, IReadOnlyList<byte[]> bodies, CancellationToken cancellation)
    {
        if (bodies.Count <= MostInABatch)
        {
            await BatchAsync(period, batch => Upsert(batch, bodies), cancellation).ConfigureAwait(false);
            return;
        }

        var name = NameOf(bodies);
        var page = PageOf(period, name, bodies);
        var turns = new Turns("A statement");
        while (!await documents.CreateAsync(period, page, cancellation).ConfigureAwait(false))
        {
            turns.Next(cancellation);
            // Perhaps it is ours, and the answer was lost.
            if (await FinishAsync(period, cancellation).ConfigureAwait(false) == name)
                return;
        }

        await FinishAsync(period, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes at most <see cref="MostInABatch"/> documents away; false when one was not there.</summary>
    public async Task<bool> DeleteAsync(string period, IReadOnlyList<string> ids, CancellationToken cancellation) => await TryAsync(
        period,
        batch =>
        {
            foreach (var id in ids)
                batch.DeleteItem(id);
        },
        cancellation).ConfigureAwait(false);

    /// <summary>Puts in what a page that was left still holds. Returns its name; null when there was none.</summary>
    public async Task<string?> FinishAsync(string period, CancellationToken cancellation)
    {
        if (await documents.FindAsync(period, PageId, cancellation).ConfigureAwait(false) is not { } found)
            return null;
        var name = found.Document.Text("name");
        var parts = found.Document.GetProperty("lines").EnumerateArray().Select(line => line.Utf8().ToArray()).Chunk(MostInABatch).ToList();
        for (var part = 0; part < parts.Count; part++)
        {
            var (isLast, bodies, number) = (part == parts.Count - 1, parts[part], part);
            var (result, _) = await documents.BatchAsync(
                period,
                batch =>
                {
                    // Fails when somebody else has finished it: then all is in, perhaps newer than this.
                    batch.PatchItem(PageId, [PatchOperation.Set("/part", number)], CosmosDocuments.InBatch($"FROM c WHERE c.name = '{name}'"));
                    Upsert(batch, bodies);
                    if (isLast)
                        batch.DeleteItem(PageId);
                },
                cancellation).ConfigureAwait(false);
            if (result != WriteResult.Done)
                return name;
        }

        return name;
    }

    private async Task BatchAsync(string period, Action<TransactionalBatch> fill, CancellationToken cancellation)
    {
        var turns = new Turns("A statement");
        while (!await TryAsync(period, fill, cancellation).ConfigureAwait(false))
            turns.Next(cancellation);
    }

    /// <summary>Fails while there is a page, which is finished then.</summary>
    private async Task<bool> TryAsync(string period, Action<TransactionalBatch> fill, CancellationToken cancellation)
    {
        var stub = PageOf(period, name: "", []);
        var (result, _) = await documents.BatchAsync(
            period,
            batch =>
            {
                batch.CreateItemStream(CosmosDocuments.Stream(stub));
                fill(batch);
                batch.DeleteItem(PageId);
            },
            cancellation).ConfigureAwait(false);
        if (result == WriteResult.Done)
            return true;
        await FinishAsync(period, cancellation).ConfigureAwait(false);
        return false;
    }

    private static void Upsert(TransactionalBatch batch, IReadOnlyList<byte[]> bodies)
    {
        foreach (var body in bodies)
            batch.UpsertItemStream(CosmosDocuments.Stream(body));
    }

    private static byte[] PageOf(string period, string name, IReadOnlyList<byte[]> bodies) => CosmosJson.Write(json =>
    {
        json.WriteString("id", PageId);
        json.WriteString("kind", "page");
        json.WriteString("period", period);
        json.WriteString("name", name);
        json.WriteBoolean("waiting", true);
        json.WriteStartArray("lines");
        foreach (var body in bodies)
            json.WriteRawValue(body, skipInputValidation: true);
        json.WriteEndArray();
    });

    /// <summary>Two pages of one name hold the same.</summary>
    private static string NameOf(IReadOnlyList<byte[]> bodies)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var body in bodies)
            hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
