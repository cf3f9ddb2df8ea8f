using System.Globalization;
using System.Security.Cryptography;
using Orders.Application.Lifecycle;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// The hot orders of all instances, so that one sees at once what another wrote. Writers are a set of names, not a count, so a call may be repeated; of one that
/// died nobody waits for longer than a minute. A failover that loses a writer shows an older answer for <see cref="IHotOrders.KeptFor"/> at the most.
/// </summary>
public sealed class RedisHotOrders(RedisConnection redis, TimeProvider clock) : IHotOrders
{
    private const long NotToBeKept = -1;

    private static readonly RedisScript FindScript = RedisScript.Load("hot-find");
    private static readonly RedisScript KeepScript = RedisScript.Load("hot-keep");
    private static readonly RedisScript WithdrawScript = RedisScript.Load("hot-withdraw");
    private static readonly RedisScript ReadmitScript = RedisScript.Load("hot-readmit");

    /// <summary>Longer than it takes to read an order, or to write one, with everything that is repeated within.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(1);

    /// <summary>The names under which this instance's writers stand in Redis, the latest last.</summary>
    private readonly Dictionary<OrderId, Stack<byte[]>> writers = [];

    public async ValueTask<HotLook> FindAsync(OrderId order, CancellationToken cancellation)
    {
        var ticket = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
        var found = (RedisResult[])(await redis.RunAsync(
            FindScript, [AnswerOf(order), WritersOf(order)], [RedisTime.Of(clock.GetUtcNow()), ticket, Milliseconds(LongestCall)], cancellation).ConfigureAwait(false))!;
        return (string?)found[0] switch
        {
            "KEPT" => new HotLook(
                new HotOrder(new OrderRef(Id.Parse<UserId>((string)found[1]!), order), long.Parse((string)found[2]!, CultureInfo.InvariantCulture), (byte[])found[3]!),
                NotToBeKept),
            "TICKET" => new HotLook(null, long.Parse((string)found[1]!, CultureInfo.InvariantCulture)),
            _ => new HotLook(null, NotToBeKept),
        };
    }

    public async ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation)
    {
        if (ticket == NotToBeKept)
            return;
        await redis.RunAsync(
            KeepScript, [AnswerOf(answer.Order.OrderId)],
            [
                ticket, answer.Order.UserId.Value, answer.Version, RedisTime.Of(clock.GetUtcNow() + IHotOrders.KeptFor), answer.Body,
                Milliseconds(2 * IHotOrders.KeptFor),
            ],
            cancellation).ConfigureAwait(false);
    }

    public async ValueTask WithdrawAsync(OrderId order, CancellationToken cancellation)
    {
        var writer = RandomNumberGenerator.GetBytes(16);
        lock (writers)
        {
            if (!writers.TryGetValue(order, out var names))
                writers[order] = names = new Stack<byte[]>();
            names.Push(writer);
        }

        await redis.RunAsync(WithdrawScript, [AnswerOf(order), WritersOf(order)], [writer, Milliseconds(LongestCall)], cancellation).ConfigureAwait(false);
    }

    public async ValueTask ReadmitAsync(OrderId order, CancellationToken cancellation)
    {
        // Any name of this instance's will do: as many go as came.
        byte[] writer = [];
        lock (writers)
        {
            if (writers.TryGetValue(order, out var names) && names.TryPop(out var name))
                writer = name;
            if (names is { Count: 0 })
                writers.Remove(order);
        }

        await redis.RunAsync(ReadmitScript, [AnswerOf(order), WritersOf(order)], [writer], cancellation).ConfigureAwait(false);
    }

    private static RedisKey AnswerOf(OrderId order) => $"{{hot:{order}}}";

    private static RedisKey WritersOf(OrderId order) => $"{{hot:{order}}}:writers";

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
