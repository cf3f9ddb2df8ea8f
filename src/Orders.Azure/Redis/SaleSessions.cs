using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// What this process was told of a sale's counters: their epoch, its parts, and how many answers to its writes it has had from each: a server that knows of
/// fewer has lost some. Also names the epoch's keys, as <c>Scripts/sale.lua</c> lists them: a persisted format.
/// </summary>
internal sealed class SaleSession(SaleEpoch epoch)
{
    private readonly long[] seen = new long[epoch.Parts];

    public SaleEpoch Epoch { get; } = epoch;

    public SaleId Sale => Epoch.Sale;

    public int Parts => Epoch.Parts;

    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public long SeenOf(int part) => Volatile.Read(ref seen[part]);

    /// <summary>Answers come in any order; the highest counts.</summary>
    public void Saw(int part, long writes)
    {
        for (var before = SeenOf(part); writes > before; before = SeenOf(part))
            Interlocked.CompareExchange(ref seen[part], writes, before);
    }

    public RedisKey UnitsOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{{sale:{Sale}:{part}}}:{Epoch.Number}:units");

    public RedisKey HoldOf(int part, HoldKey key) => string.Create(
        CultureInfo.InvariantCulture, $"{{sale:{Sale}:{part}}}:{Epoch.Number}:hold:{key.Order.OrderId.Value}:{key.Number}");

    /// <summary>Where a buyer's reservations, mark and admissions are.</summary>
    public int HomeOf(UserId buyer) => (int)(BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(buyer.Value)), 0) % (uint)Parts);

    /// <summary>All keys of a sale.</summary>
    public static string PatternOf(SaleId sale) => $"{{sale:{sale}:*";

    /// <summary>The epoch of a key of a sale.</summary>
    public static long EpochOf(string key) =>
        key.Split("}:") is [_, var rest] && long.TryParse(rest.Split(':')[0], CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>
/// The sessions that count. Asks the database for a sale's epoch when there is none, and after counters that were found lost at most once a second: what waits
/// for the rebuild must not storm it.
/// </summary>
internal sealed class SaleSessions(ISaleEpochs epochs, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private const int MostKnown = 1_000;

    private readonly ConcurrentDictionary<SaleId, SaleSession> known = new();
    private readonly ConcurrentDictionary<SaleId, DateTimeOffset> lost = new();

    /// <summary>Null for a sale that was never set, and for one that is forgotten.</summary>
    /// <exception cref="DependencyUnavailableException">The counters are lost or being built anew: ask again later.</exception>
    public async ValueTask<SaleSession?> CurrentAsync(SaleId sale, CancellationToken cancellation)
    {
        if (known.TryGetValue(sale, out var session))
            return session;
        if (IsLost(sale))
            throw Away(sale);
        if (await epochs.FindAsync(sale, cancellation).ConfigureAwait(false) is not { State: not SaleEpochState.Retired } epoch)
            return null;
        if (epoch.State == SaleEpochState.Building)
            throw Lost(sale);
        if (known.Count >= MostKnown)
            known.Clear();
        return known.GetOrAdd(sale, new SaleSession(epoch));
    }

    /// <summary>Whether the counters were found lost just now.</summary>
    public bool IsLost(SaleId sale) => lost.TryGetValue(sale, out var at) && clock.GetUtcNow() - at < AskAgain;

    /// <summary>The server refused this session: the epoch is asked for anew.</summary>
    public void Forget(SaleSession refused) => known.TryRemove(KeyValuePair.Create(refused.Sale, refused));

    /// <summary>The server refused an epoch that is said to be ready.</summary>
    public DependencyUnavailableException Refused(SaleSession refused)
    {
        Forget(refused);
        return Lost(refused.Sale);
    }

    private DependencyUnavailableException Lost(SaleId sale)
    {
        if (lost.Count >= MostKnown)
            lost.Clear();
        lost[sale] = clock.GetUtcNow();
        return Away(sale);
    }

    private static DependencyUnavailableException Away(SaleId sale) => new($"The sale {sale}, whose counters are being built anew,");
}
