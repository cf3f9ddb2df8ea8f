using Orders.Application.Lifecycle;
using Orders.Domain;

namespace Orders.Embedded.Lifecycle;

/// <summary>
/// The hot orders of one process, in shards with a lock each. A shard has two halves: when the younger one is full it becomes the older, and
/// what was older and not read since is gone; so it is bounded by bytes and what is read stays.
/// </summary>
public sealed class MemoryHotOrders(TimeProvider clock) : IHotOrders
{
    /// <summary>All answers together, in bytes.</summary>
    internal const long MostBytes = Shards * 2L * MostBytesOfHalf;

    private const int Shards = 64;
    private const int MostBytesOfHalf = 512 * 1024;
    private const int Overhead = 300;

    private const long NotToBeKept = -1;

    private readonly Shard[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    public ValueTask<HotLook> FindAsync(OrderId order, CancellationToken cancellation)
    {
        var shard = ShardOf(order);
        lock (shard.Gate)
        {
            if (shard.Find(order) is not { } kept)
                return new(new HotLook(null, shard.Writers.ContainsKey(order) ? NotToBeKept : shard.WritesEnded));
            return new(kept.Until > clock.GetUtcNow() ? new HotLook(kept.Answer, NotToBeKept) : new HotLook(null, shard.WritesEnded));
        }
    }

    public ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation)
    {
        var shard = ShardOf(answer.Order.OrderId);
        var kept = new Kept(answer, clock.GetUtcNow() + IHotOrders.KeptFor);
        lock (shard.Gate)
        {
            // Any write of the shard that ended meanwhile spoils the ticket, ours among them; one that goes on is asked for by name.
            if (ticket == shard.WritesEnded && !shard.Writers.ContainsKey(answer.Order.OrderId))
                shard.Add(answer.Order.OrderId, kept);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawAsync(OrderId order, CancellationToken cancellation)
    {
        var shard = ShardOf(order);
        lock (shard.Gate)
        {
            shard.Writers[order] = shard.Writers.GetValueOrDefault(order) + 1;
            shard.Remove(order);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ReadmitAsync(OrderId order, CancellationToken cancellation)
    {
        var shard = ShardOf(order);
        lock (shard.Gate)
        {
            shard.WritesEnded++;
            if (shard.Writers.GetValueOrDefault(order) is var writers and > 1)
                shard.Writers[order] = writers - 1;
            else
                shard.Writers.Remove(order);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Bytes that are kept, for tests of the bound.</summary>
    internal long Bytes => shards.Sum(shard =>
    {
        lock (shard.Gate)
            return shard.Bytes;
    });

    private Shard ShardOf(OrderId order) => shards[(uint)order.GetHashCode() % Shards];

    private sealed record Kept(HotOrder Answer, DateTimeOffset Until)
    {
        public int Size => Answer.Body.Length + Overhead;
    }

    /// <summary>All of it is read and written within its gate.</summary>
    private sealed class Shard
    {
        public readonly Lock Gate = new();

        /// <summary>How many are writing an order now; only those who are.</summary>
        public readonly Dictionary<OrderId, int> Writers = [];

        public long WritesEnded;

        private Dictionary<OrderId, Kept> young = [];
        private Dictionary<OrderId, Kept> old = [];
        private int youngBytes;
        private int oldBytes;

        public long Bytes => youngBytes + oldBytes;

        public Kept? Find(OrderId order)
        {
            if (young.TryGetValue(order, out var kept))
                return kept;
            if (!old.TryGetValue(order, out kept))
                return null;
            Add(order, kept);
            return kept;
        }

        public void Add(OrderId order, Kept kept)
        {
            Remove(order);
            if (kept.Size > MostBytesOfHalf / 8)
                return;
            if (youngBytes + kept.Size > MostBytesOfHalf)
            {
                (old, young) = (young, old);
                (oldBytes, youngBytes) = (youngBytes, 0);
                young.Clear();
            }

            young[order] = kept;
            youngBytes += kept.Size;
        }

        public void Remove(OrderId order)
        {
            if (young.Remove(order, out var kept))
                youngBytes -= kept.Size;
            else if (old.Remove(order, out kept))
                oldBytes -= kept.Size;
        }
    }
}
