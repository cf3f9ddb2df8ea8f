using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>Runs the scripts of sales, each in the epoch of now.</summary>
internal sealed class SaleCalls(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock)
{
    private readonly SaleSessions sessions = new(epochs, clock);

    /// <summary>
    /// Does the work in the sale's epoch; once more from its beginning when the server refuses that, for perhaps this process has only not heard of the next.
    /// </summary>
    /// <param name="sale">Which.</param>
    /// <param name="never">The answer for a sale that was never set.</param>
    /// <param name="work">Its calls may be repeated.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DependencyUnavailableException">Unknown how far it came; or the counters are lost.</exception>
    public async Task<T> RunAsync<T>(SaleId sale, T never, Func<SaleSession, Task<T>> work, CancellationToken cancellation)
    {
        if (await sessions.CurrentAsync(sale, cancellation).ConfigureAwait(false) is not { } session)
            return never;
        try
        {
            return await work(session).ConfigureAwait(false);
        }
        catch (EpochOverException)
        {
            sessions.Forget(session);
        }

        if (await sessions.CurrentAsync(sale, cancellation).ConfigureAwait(false) is not { } next)
            return never;
        try
        {
            return next.Epoch.Number == session.Epoch.Number ? throw new EpochOverException() : await work(next).ConfigureAwait(false);
        }
        catch (EpochOverException)
        {
            throw sessions.Refused(next);
        }
    }

    /// <summary>Whether the sale's counters were found lost just now.</summary>
    public bool IsLost(SaleId sale) => sessions.IsLost(sale);

    /// <summary>One call in one part.</summary>
    public async Task<RedisResult> RunAsync(
        SaleSession session, RedisScript script, int part, HoldKey? hold, RedisValue[] values, CancellationToken cancellation)
    {
        var units = session.UnitsOf(part);
        var answer = (RedisResult[])(await redis.RunAsync(
            script, hold is null ? [units] : [units, session.HoldOf(part, hold)], [session.Id, session.SeenOf(part), .. values], cancellation)
            .ConfigureAwait(false))!;
        if (answer.Length < 2)
            throw new EpochOverException();
        session.Saw(part, (long)answer[0]);
        return answer[1];
    }

    /// <summary>The server does not count in this epoch. Caught within this class, or where counters are looked at whether they are lost.</summary>
    internal sealed class EpochOverException : Exception;
}
