using Orders.Application.Checkout;

namespace Orders.Embedded.Checkout;

/// <summary>What the process remembers of one key.</summary>
internal abstract record KeyRecord(string Fingerprint)
{
    /// <summary>Its first request is running, and counts as dead after <paramref name="LapsesAt"/>.</summary>
    public sealed record Running(string Fingerprint, DateTimeOffset LapsesAt) : KeyRecord(Fingerprint);

    /// <summary>It was answered; forgotten here once the table has it.</summary>
    public sealed record Answered(string Fingerprint, StoredAnswer Answer, DateTimeOffset ExpiresAt) : KeyRecord(Fingerprint);
}

/// <summary>
/// Claims and answers in memory, in shards with a lock each: two requests with one key meet in one lock, others hardly ever do. Holds no more
/// than what runs and what is on its way to the table.
/// </summary>
internal sealed class IdempotencyMemory(int capacity)
{
    private const int Shards = 64;

    private readonly Shard[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    /// <summary>Runs <paramref name="decide"/> on what is known of the key, nobody else looking at it meanwhile, and remembers what it returns.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="decide">From the record (null when there is none) to the caller's result and the record from now on (null: none).</param>
    public TResult Change<TResult>(UInt128 key, Func<KeyRecord?, (TResult Result, KeyRecord? Record)> decide)
    {
        var shard = shards[(int)(uint)(key % Shards)];
        lock (shard.Gate)
        {
            var (result, record) = decide(shard.Records.GetValueOrDefault(key));
            if (record is null)
                shard.Records.Remove(key);
            else
                shard.Records[key] = record;
            return result;
        }
    }

    /// <summary>Whether there is room for another claim; lapsed ones make room.</summary>
    public bool HasRoom(UInt128 key, DateTimeOffset now)
    {
        var shard = shards[(int)(uint)(key % Shards)];
        lock (shard.Gate)
        {
            if (shard.Records.Count < capacity / Shards || shard.Records.ContainsKey(key))
                return true;
            foreach (var (lapsed, _) in shard.Records.Where(entry => entry.Value is KeyRecord.Running running && running.LapsesAt <= now).ToList())
                shard.Records.Remove(lapsed);
            return shard.Records.Count < capacity / Shards;
        }
    }

    /// <summary>Keys that are remembered, for tests of the bound.</summary>
    public int Count => shards.Sum(shard =>
    {
        lock (shard.Gate)
            return shard.Records.Count;
    });

    private sealed class Shard
    {
        public readonly Lock Gate = new();
        public readonly Dictionary<UInt128, KeyRecord> Records = [];
    }
}
