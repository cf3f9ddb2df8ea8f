using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble;

/// <summary>
/// A container: its definition, its documents by partition, and the ranges of hashes that its partitions are spread over. All that touches it goes one
/// after the other; a write is in or out as a whole.
/// </summary>
internal sealed class Container
{
    private readonly Dictionary<string, (string Hash, Dictionary<string, Item> Items)> partitions = new(StringComparer.Ordinal);
    private readonly (int Database, int Number) place;
    private readonly TimeProvider clock;
    private long lastNumber;
    private long lastETag;

    public Container(JsonElement definition, (int Database, int Number) place, int ranges, TimeProvider clock)
    {
        this.place = place;
        this.clock = clock;
        Rid = Rids.Container(place.Database, place.Number);
        Id = Bodies.IdOf(definition);
        Ranges = ranges;
        var key = definition.TryGetProperty("partitionKey", out var given) ? given : throw Refused.Bad("A container needs a partition key.");
        if (key.GetProperty("paths").GetArrayLength() != 1 || !key.TryGetProperty("version", out var version) || version.GetInt32() != 2)
            throw Refused.Unsupported("partition keys but those of one path in version 2");
        PartitionKeyPath = key.GetProperty("paths")[0].GetString()!;
        Index = new IndexPolicy(definition);
        DefaultTimeToLive = definition.TryGetProperty("defaultTtl", out var ttl) ? ttl.GetInt32() : null;
        UniqueKeys = definition.TryGetProperty("uniqueKeyPolicy", out var policy) && policy.TryGetProperty("uniqueKeys", out var keys)
            ? [.. keys.EnumerateArray().Select(one => one.GetProperty("paths").EnumerateArray().Select(path => path.GetString()!).ToList())]
            : [];
        var body = JsonNode.Parse(definition.GetRawText())!.AsObject();
        body["_rid"] = Rid;
        body["_self"] = $"dbs/{Rids.Database(place.Database)}/colls/{Rid}/";
        body["_etag"] = "\"0\"";
        body["_ts"] = clock.GetUtcNow().ToUnixTimeSeconds();
        Definition = body.ToJsonString();
    }

    public Lock Gate { get; } = new();

    public string Id { get; }

    public string Rid { get; }

    public string Definition { get; }

    public string PartitionKeyPath { get; }

    public IndexPolicy Index { get; }

    /// <summary>Seconds; −1 for "as documents say"; null when documents have no end.</summary>
    public int? DefaultTimeToLive { get; }

    public IReadOnlyList<IReadOnlyList<string>> UniqueKeys { get; }

    /// <summary>How many physical partitions there are.</summary>
    public int Ranges { get; }

    /// <summary>The last write.</summary>
    public long Lsn { get; private set; }

    /// <summary>The hashes of a range: from the first, up to the second, which is not in it.</summary>
    public (string From, string Until) RangeOf(int range) =>
        (range == 0 ? "" : Boundary(range), range == Ranges - 1 ? "FF" : Boundary(range + 1));

    public int RangeFor(string partitionKey)
    {
        var hash = PartitionKeys.HashOf(partitionKey);
        return Enumerable.Range(0, Ranges).Last(range => string.CompareOrdinal(RangeOf(range).From, hash) <= 0);
    }

    public Item? Find(string partitionKey, string id) =>
        partitions.TryGetValue(partitionKey, out var partition) && partition.Items.TryGetValue(id, out var item) && IsThere(item) ? item : null;

    public IEnumerable<Item> Partition(string partitionKey) => partitions.TryGetValue(partitionKey, out var partition) ? partition.Items.Values.Where(IsThere) : [];

    /// <summary>All documents whose hash lies between the two.</summary>
    public IEnumerable<Item> Between(string from, string until) => partitions.Values
        .Where(partition => string.CompareOrdinal(from, partition.Hash) <= 0 && string.CompareOrdinal(partition.Hash, until) < 0)
        .SelectMany(partition => partition.Items.Values).Where(IsThere);

    /// <summary>Writes it into what a batch has so far; nothing is there before <see cref="Commit"/>.</summary>
    public Item Make(JsonElement document, string id, string partitionKey, long? number)
    {
        var now = clock.GetUtcNow();
        var place = number ?? ++lastNumber;
        var etag = $"\"{(++lastETag).ToString("x8", CultureInfo.InvariantCulture)}-0000-0000-0000-000000000000\"";
        var rid = Rids.Document(this.place.Database, this.place.Number, place);
        var (stored, size) = Bodies.Stored(document, rid, $"dbs/{Rids.Database(this.place.Database)}/colls/{Rid}/docs/{rid}/", etag, now);
        return new Item(id, partitionKey, place, etag, stored, size, Lsn + 1, EndOf(document, now));
    }

    public void Commit(IReadOnlyDictionary<(string PartitionKey, string Id), Item?> changes)
    {
        if (changes.Count == 0)
            return;
        Lsn++;
        foreach (var ((partitionKey, id), item) in changes)
        {
            if (!partitions.TryGetValue(partitionKey, out var partition))
                partitions[partitionKey] = partition = (PartitionKeys.HashOf(partitionKey), new(StringComparer.Ordinal));
            if (item is null)
                partition.Items.Remove(id);
            else
                partition.Items[id] = item;
        }
    }

    public bool IsThere(Item item) => item.EndsAt is not { } end || clock.GetUtcNow() < end;

    /// <summary>Without a default of the container a document's own time means nothing, as in the service.</summary>
    private DateTimeOffset? EndOf(JsonElement document, DateTimeOffset now)
    {
        if (DefaultTimeToLive is not { } seconds)
            return null;
        if (document.TryGetProperty("ttl", out var own))
        {
            if (own.ValueKind != JsonValueKind.Number || !own.TryGetInt32(out seconds) || seconds is 0 or < -1)
                throw Refused.Bad("The input ttl is invalid: −1, or seconds from 1 to 2147483647.");
        }

        return seconds == -1 ? null : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()).AddSeconds(seconds);
    }

    private string Boundary(int range) => ((0x40 * range) / Ranges).ToString("X2", CultureInfo.InvariantCulture);
}
