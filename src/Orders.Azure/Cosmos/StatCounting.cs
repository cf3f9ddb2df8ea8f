using Microsoft.Azure.Cosmos;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Statistics;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Counts portions of one day: which facts of an order were counted, and the buckets that they add to, are one batch on condition of what was read, so a portion counts once.
/// Buckets are added to where they stand, so that orders at once don't stand in each other's way.
/// </summary>
internal sealed class StatCounting(CosmosDocuments documents, DateTimeOffset? eventAt, DateTimeOffset now)
{
    /// <returns>How many facts were new: those whose last portion was.</returns>
    public async Task<int> CountAsync(string day, IReadOnlyList<StatPortion> portions, CancellationToken cancellation)
    {
        var (added, from) = (0, 0);
        while (from < portions.Count)
        {
            var until = from + 1;
            while (until < portions.Count && Operations(portions.Take(from..(until + 1))) <= CosmosDocuments.MostInABatch)
                until++;
            added += await CountBatchAsync(day, [.. portions.Take(from..until)], cancellation).ConfigureAwait(false);
            from = until;
        }

        return added;
    }

    private async Task<int> CountBatchAsync(string day, IReadOnlyList<StatPortion> portions, CancellationToken cancellation)
    {
        for (var turns = new Turns("The statistics of a day"); ;)
        {
            turns.Next(cancellation);
            var known = new Dictionary<OrderId, StoredDocument?>();
            foreach (var order in portions.Select(portion => portion.Order).Distinct())
                known[order] = await documents.FindAsync(day, StatDocuments.FactsIdOf(order), cancellation).ConfigureAwait(false);
            var fresh = portions.Where(portion => !FactsOf(known[portion.Order]).Contains(portion.Name)).ToList();
            if (fresh.Count == 0)
                return 0;
            var buckets = Sum(fresh);
            var added = fresh.Count(portion => portion.IsLast);
            var (result, _) = await documents.BatchAsync(day, batch => Fill(batch, day, fresh, known, buckets, added), cancellation).ConfigureAwait(false);
            if (result == WriteResult.Done)
                return added;

            // Missing: a bucket that nobody added to yet. Refused: somebody else counted facts of one of the orders meanwhile.
            if (result == WriteResult.Missing)
                await MakeAsync(day, buckets.Keys, cancellation).ConfigureAwait(false);
        }
    }

    private void Fill(
        TransactionalBatch batch, string day, List<StatPortion> fresh, Dictionary<OrderId, StoredDocument?> known, Dictionary<BucketKey, Tally> buckets, int added)
    {
        foreach (var order in fresh.GroupBy(portion => portion.Order))
        {
            var before = known[order.Key];
            var lastAt = order.Select(portion => CosmosJson.Sortable(portion.FactAt)).Append(before?.Document.Text("lastAt") ?? "").Max(StringComparer.Ordinal)!;
            var facts = CosmosDocuments.Stream(StatDocuments.Facts(order.Key, day, FactsOf(before).Concat(order.Select(portion => portion.Name)), lastAt));
            if (before is null)
                batch.CreateItemStream(facts);
            else
                batch.ReplaceItemStream(StatDocuments.FactsIdOf(order.Key), facts, new TransactionalBatchItemRequestOptions { IfMatchEtag = before.ETag });
        }

        foreach (var (key, tally) in buckets)
        {
            foreach (var changes in StatDocuments.Adding(tally).Chunk(StatDocuments.MostInAPatch))
                batch.PatchItem(key.Id, changes);
        }

        if (added > 0)
            batch.PatchItem(StatDocuments.PulseId, StatDocuments.Beating(added, eventAt, now));
    }

    private async Task MakeAsync(string day, IEnumerable<BucketKey> buckets, CancellationToken cancellation)
    {
        foreach (var document in buckets.Select(StatDocuments.EmptyBucket).Append(StatDocuments.EmptyPulse(day)))
            await documents.CreateAsync(day, document, cancellation).ConfigureAwait(false);
    }

    private static IReadOnlyList<string> FactsOf(StoredDocument? facts) =>
        facts is null ? [] : [.. facts.Document.GetProperty("facts").EnumerateArray().Select(fact => fact.GetString()!)];

    private static Dictionary<BucketKey, Tally> Sum(IEnumerable<StatPortion> portions)
    {
        var sums = new Dictionary<BucketKey, Tally>();
        foreach (var (key, tally) in portions.SelectMany(portion => portion.Counts))
            sums[key] = StatPortion.Added(sums, key) + tally;
        return sums;
    }

    /// <summary>Of a batch, with the pulse.</summary>
    private static int Operations(IEnumerable<StatPortion> portions)
    {
        var all = portions.ToList();
        return 1 + all.Select(portion => portion.Order).Distinct().Count()
            + Sum(all).Values.Sum(tally => (tally.Entries.Count + StatDocuments.MostInAPatch - 1) / StatDocuments.MostInAPatch);
    }
}
