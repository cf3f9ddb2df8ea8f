using System.Globalization;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Units of flash sales in Redis, split over parts so that one sale is no hot key. A buyer's own part answers as long as it has units; then the others
/// are asked in turn and send theirs. Sold out is only said when all parts, read at one instant, have too few: so it sells out to the unit.
/// What is counted is believed only in the sale's epoch (<see cref="ISaleEpochs"/>).
/// </summary>
public sealed partial class RedisSaleUnits : ISaleUnits
{
    /// <summary>Each failed round means that somebody else took what this one had gathered.</summary>
    private const int MostRounds = 200;

    internal const int Parts = 8;

    private const int SalesPerPage = 100;

    private static readonly RedisScript PutScript = RedisScript.Load("sale-put");
    private static readonly RedisScript Reserve = RedisScript.Load("sale-reserve");
    private static readonly RedisScript Settle = RedisScript.Load("sale-settle");
    private static readonly RedisScript Release = RedisScript.Load("sale-release");
    private static readonly RedisScript Keep = RedisScript.Load("sale-keep");
    private static readonly RedisScript Renew = RedisScript.Load("sale-renew");
    private static readonly RedisScript Resume = RedisScript.Load("sale-resume");
    private static readonly RedisScript Hold = RedisScript.Load("sale-hold");
    private static readonly RedisScript Unkept = RedisScript.Load("sale-unkept");
    private static readonly RedisScript List = RedisScript.Load("sale-list");

    private readonly ISaleEpochs epochs;
    private readonly TimeProvider clock;
    private readonly SaleCalls calls;
    private readonly SaleParts parts;
    private readonly SaleBuild build;

    public RedisSaleUnits(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock)
        : this(redis, epochs, clock, Parts)
    {
    }

    internal RedisSaleUnits(RedisConnection redis, ISaleEpochs epochs, TimeProvider clock, int partsOfNewSales)
    {
        (this.epochs, this.clock) = (epochs, clock);
        calls = new SaleCalls(redis, epochs, clock);
        parts = new SaleParts(calls, clock);
        build = new SaleBuild(redis, epochs, clock, partsOfNewSales);
    }

    public async Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantity, ISaleUnits.MostUnits);
        ArgumentOutOfRangeException.ThrowIfLessThan(perBuyer, 1);

        // A sale that was never set has no orders. Who is overtaken here finds the other's.
        var terms = new SaleTerms(sale, quantity, perBuyer);
        if (await epochs.FindAsync(sale, cancellation).ConfigureAwait(false) is null)
            await build.RunAsync(terms, AsyncEnumerable.Empty<IReadOnlyList<PlacedSaleHold>>, fence, () => Task.FromResult(true), cancellation).ConfigureAwait(false);
        return await calls.RunAsync(sale, never: null, session => PutAsync(session, terms, fence, cancellation), cancellation).ConfigureAwait(false);
    }

    public Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        calls.RunAsync<SaleCount?>(sale, never: null, async session => await CountAsync(session, cancellation).ConfigureAwait(false), cancellation);

    public Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Quantity, 1);
        return calls.RunAsync(sale, new SaleClaimResult.NoSuchSale(), session => ReserveAsync(session, claim, cancellation), cancellation);
    }

    public Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => calls.RunAsync(
        sale, never: null, async session => SaleHolds.Read(key, await RunAsync(session, Hold, key, [], cancellation).ConfigureAwait(false)), cancellation);

    public Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => calls.RunAsync(
        sale, never: null,
        async session => SaleHolds.Read(
            key, await RunAsync(session, Renew, key, [RedisTime.Of(clock.GetUtcNow()), StockNames.Member(key)], cancellation).ConfigureAwait(false)),
        cancellation);

    public Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) =>
        calls.RunAsync(sale, never: null, session => ResumeAsync(session, claim, cancellation), cancellation);

    public Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => calls.RunAsync(
        sale, never: false,
        async session => (int)await calls.RunAsync(
            session, Keep, session.HomeOf(key.Order.UserId), key, [StockNames.Member(key)], cancellation).ConfigureAwait(false) == 1,
        cancellation);

    public Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 1);
        return calls.RunAsync(sale, HoldOutcome.NothingHeld, session => SettleAsync(session, key, sku, quantity, cancellation), cancellation);
    }

    public Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation) =>
        calls.RunAsync(
            sale, HoldOutcome.NothingHeld,
            async session =>
            {
                var answer = await RunAsync(
                    session, Release, key, [StockNames.Member(key), generation ?? RedisValue.EmptyString, end.ToString(), Cut(reason) ?? ""], cancellation)
                    .ConfigureAwait(false);
                switch (answer[0])
                {
                    case "DONE":
                        await parts.ForgetDryAsync(session, cancellation).ConfigureAwait(false);
                        return HoldOutcome.Done;
                    case "ALREADY":
                        return HoldOutcome.AlreadyDone;
                    case "NONE":
                        return HoldOutcome.NothingHeld;
                    default:
                        return HoldOutcome.Refused;
                }
            },
            cancellation);

    public async Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var found = new List<AgedSaleHold>();
        string? cursor = null;
        do
        {
            var page = await epochs.ListAsync(SalesPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var epoch in page.Items)
                found.AddRange(await FindUnkeptAsync(epoch.Sale, before, limit, cancellation).ConfigureAwait(false));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return
        [
            .. found.OrderBy(hold => hold.Since).ThenBy(hold => hold.Sale.Value, StringComparer.Ordinal)
                .ThenBy(hold => hold.Key.Order.OrderId.Value, StringComparer.Ordinal).ThenBy(hold => hold.Key.Number).Take(limit),
        ];
    }

    public Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = SaleHolds.AfterOf(sale, cursor);
        return calls.RunAsync(sale, new Page<SaleHold>([], NextCursor: null), session => ListHoldsAsync(session, limit, after, cancellation), cancellation);
    }

    private static SaleClaimResult ResultOf(string[] answer) => answer[0] switch
    {
        "HELD" => new SaleClaimResult.Reserved(NumberOf(answer[1]), RedisTime.At(NumberOf(answer[2]))),
        "OTHER" => new SaleClaimResult.OtherClaim(),
        "ENDED" => new SaleClaimResult.Ended(),
        "USED" => new SaleClaimResult.AdmissionUsed(),
        "LIMIT" => new SaleClaimResult.BuyerLimit((int)NumberOf(answer[1])),
        "OUT" => new SaleClaimResult.SoldOut(NumberOf(answer[1])),
        var other => throw new InvalidOperationException($"A script of sales answered '{other}', which nobody knows."),
    };

    private static long NumberOf(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string? Cut(string? reason) =>
        reason is { Length: > ISaleUnits.MostReasonCharacters } ? reason[..ISaleUnits.MostReasonCharacters] : reason;

    private static DependencyUnavailableException Busy() => new("The sale, whose units are taken faster than they can be gathered,");
}
