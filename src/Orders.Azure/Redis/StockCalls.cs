using Orders.Application;
using Orders.Application.Stock;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>What a script of stock answered, in which epoch.</summary>
internal readonly record struct StockAnswer(long Epoch, RedisResult[] Parts)
{
    public string Word => (string)Parts[0]!;

    public string this[int part] => (string)Parts[part]!;

    public long Number(int part) => (long)Parts[part];

    /// <summary>Null for ''.</summary>
    public long? NumberOrNull(int part) => this[part].Length == 0 ? null : Number(part);
}

/// <summary>Runs the scripts of stock in the epoch of now.</summary>
internal sealed class StockCalls(RedisConnection redis, IStockLedger ledger, TimeProvider clock)
{
    private readonly StockSessions sessions = new(ledger, clock);

    /// <exception cref="DependencyUnavailableException">Unknown whether it ran; or the counters are lost, and it did not.</exception>
    public async Task<StockAnswer> RunAsync(RedisScript script, HoldKey? hold, RedisValue[] values, CancellationToken cancellation)
    {
        var session = await sessions.CurrentAsync(cancellation).ConfigureAwait(false);
        if (await RunAsync(session, script, hold, values, cancellation).ConfigureAwait(false) is { } answer)
            return answer;

        // Refused: perhaps only because an epoch has begun that this process has not heard of.
        sessions.Forget(session);
        var next = await sessions.CurrentAsync(cancellation).ConfigureAwait(false);
        if (next.Epoch != session.Epoch && await RunAsync(next, script, hold, values, cancellation).ConfigureAwait(false) is { } second)
            return second;
        throw sessions.Refused(next);
    }

    /// <summary>In an epoch of the caller's, published or not.</summary>
    public async Task<RedisResult> RunInAsync(long epoch, RedisScript script, HoldKey? hold, RedisValue[] values, CancellationToken cancellation)
    {
        RedisKey[] keys = [StockNames.Epoch, StockNames.Session(epoch, "books")];
        return await redis.RunAsync(
            script, hold is null ? keys : [.. keys, StockNames.Hold(epoch, hold)], [epoch, 0, RedisTime.Of(clock.GetUtcNow()), .. values], cancellation)
            .ConfigureAwait(false);
    }

    private async Task<StockAnswer?> RunAsync(
        StockSession session, RedisScript script, HoldKey? hold, RedisValue[] values, CancellationToken cancellation)
    {
        RedisKey[] keys = [StockNames.Epoch, StockNames.Session(session.Epoch, session.Id)];
        var result = (RedisResult[])(await redis.RunAsync(
            script, hold is null ? keys : [.. keys, StockNames.Hold(session.Epoch, hold)],
            [session.Epoch, session.Seen, RedisTime.Of(clock.GetUtcNow()), .. values], cancellation).ConfigureAwait(false))!;
        var answer = new StockAnswer(session.Epoch, result);
        if (answer.Word == "EPOCH")
            return null;
        if (result.Length > 1)
            session.Saw(answer.Number(1));
        return answer;
    }
}
