using System.Security.Cryptography;
using Orders.Application;
using Orders.Application.Stock;

namespace Orders.Azure.Redis;

/// <summary>
/// What this process was told the epoch is, and how many answers to its writes it has had in it: a server that knows of fewer has lost some.
/// </summary>
internal sealed class StockSession(long epoch, DateTimeOffset begun)
{
    private long seen;

    public long Epoch { get; } = epoch;

    public DateTimeOffset Begun { get; } = begun;

    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public long Seen => Volatile.Read(ref seen);

    /// <summary>Answers come in any order; the highest counts.</summary>
    public void Saw(long writes)
    {
        for (var before = Seen; writes > before; before = Seen)
            Interlocked.CompareExchange(ref seen, writes, before);
    }
}

/// <summary>
/// The session that counts. Asks the ledger for the epoch when there is none, and after counters that were found lost at most once a second: what
/// waits for the reconciler must not storm the database.
/// </summary>
internal sealed class StockSessions(IStockLedger ledger, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    /// <summary>Redis forgets an unused session after seven days; none gets that old.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    private StockSession? current;
    private Lost? lost;

    private sealed record Lost(long Epoch, DateTimeOffset At);

    /// <exception cref="DependencyUnavailableException">The counters are lost or being rebuilt: ask again later.</exception>
    public async ValueTask<StockSession> CurrentAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (Volatile.Read(ref current) is { } known && now - known.Begun < Oldest)
            return known;
        if (Volatile.Read(ref lost) is { } recently && now - recently.At < AskAgain)
            throw Away();
        var epoch = await ledger.FindEpochAsync(cancellation).ConfigureAwait(false);
        if (!epoch.Ready)
        {
            Volatile.Write(ref lost, new Lost(epoch.Number, now));
            throw Away();
        }

        var fresh = new StockSession(epoch.Number, now);
        var before = Volatile.Read(ref current);
        return before is null || now - before.Begun >= Oldest
            ? Interlocked.CompareExchange(ref current, fresh, before) == before ? fresh : Volatile.Read(ref current) ?? fresh
            : before;
    }

    /// <summary>The server refused this session: the epoch is asked for anew.</summary>
    public void Forget(StockSession refused) => Interlocked.CompareExchange(ref current, null, refused);

    /// <summary>The server refused an epoch that the ledger says is ready.</summary>
    public DependencyUnavailableException Refused(StockSession refused)
    {
        Forget(refused);
        Volatile.Write(ref lost, new Lost(refused.Epoch, clock.GetUtcNow()));
        return Away();
    }

    private static DependencyUnavailableException Away() => new("The stock, whose counters are being rebuilt,");
}
