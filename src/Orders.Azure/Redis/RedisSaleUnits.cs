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
/// </summary>
public sealed class RedisSaleUnits : ISaleUnits
{
    /// <summary>Each failed round means that somebody else took what this one had gathered.</summary>
    private const int MostRounds = 200;

    private const int Parts = 8;

    private static readonly RedisScript PutScript = RedisScript.Load("sale-put");
    private static readonly RedisScript Reserve = RedisScript.Load("sale-reserve");
    private static readonly RedisScript Settle = RedisScript.Load("sale-settle");
    private static readonly RedisScript Release = RedisScript.Load("sale-release");
    private static readonly RedisScript Keep = RedisScript.Load("sale-keep");
    private static readonly RedisScript Renew = RedisScript.Load("sale-renew");
    private static readonly RedisScript Hold = RedisScript.Load("sale-hold");
    private static readonly RedisScript Unkept = RedisScript.Load("sale-unkept");
    private static readonly RedisScript List = RedisScript.Load("sale-list");

    private readonly RedisConnection redis;
    private readonly TimeProvider clock;
    private readonly SaleParts parts;

    public RedisSaleUnits(RedisConnection redis, TimeProvider clock)
        : this(redis, clock, Parts)
    {
    }

    internal RedisSaleUnits(RedisConnection redis, TimeProvider clock, int partsOfNewSales)
    {
        (this.redis, this.clock) = (redis, clock);
        parts = new SaleParts(redis, clock, partsOfNewSales);
    }

    public async Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantity, ISaleUnits.MostUnits);
        ArgumentOutOfRangeException.ThrowIfLessThan(perBuyer, 1);
        var count = await parts.EnsureAsync(sale, cancellation).ConfigureAwait(false);
        for (var round = 0; round < MostRounds; round++)
        {
            var now = await parts.LookAsync(sale, count, cancellation).ConfigureAwait(false);
            var left = quantity - (now?.Sum(part => part.Held + part.Sold) ?? 0);
            if (left < 0)
                return null;
            if (await PutAsync(sale, now, count, left, perBuyer, cancellation).ConfigureAwait(false))
                return await FindAsync(sale, cancellation).ConfigureAwait(false);
        }

        throw Busy();
    }

    public async Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is { } count
            && await parts.LookAsync(sale, count, cancellation).ConfigureAwait(false) is { } now
            ? new SaleCount(sale, now.Sum(part => part.Quantity), now.Sum(part => part.Held), now.Sum(part => part.Sold))
            : null;

    public async Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Quantity, 1);
        if (await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is not { } count)
            return new SaleClaimResult.NoSuchSale();
        var home = SaleParts.HomeOf(claim.Key.Order.UserId, count);
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await RunAsync(
                Reserve, sale, claim.Key, count,
                [
                    RedisTime.Of(clock.GetUtcNow()), StockNames.Member(claim.Key), claim.Key.Order.UserId.Value, claim.Sku.Value, claim.Quantity,
                    claim.Admission ?? "", claim.Fingerprint,
                ],
                cancellation).ConfigureAwait(false);
            if (answer[0] != "EMPTY")
                return ResultOf(answer);
            if (await TooFewAsync(sale, home, count, NumberOf(answer[1]), claim.Quantity, cancellation).ConfigureAwait(false) is { } left)
                return new SaleClaimResult.SoldOut(left);
        }

        throw Busy();
    }

    public async Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) =>
        await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is { } count
            ? SaleHolds.Read(key, await RunAsync(Hold, sale, key, count, [], cancellation).ConfigureAwait(false))
            : null;

    public async Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) =>
        await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is { } count
            ? SaleHolds.Read(
                key, await RunAsync(Renew, sale, key, count, [RedisTime.Of(clock.GetUtcNow()), StockNames.Member(key)], cancellation).ConfigureAwait(false))
            : null;

    public async Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation) =>
        await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is { } count
            && (int)await redis.RunAsync(Keep, KeysOf(sale, key, count), [StockNames.Member(key)], cancellation).ConfigureAwait(false) == 1;

    public async Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 1);
        if (await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is not { } count)
            return HoldOutcome.NothingHeld;
        var home = SaleParts.HomeOf(key.Order.UserId, count);
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await RunAsync(
                Settle, sale, key, count,
                [RedisTime.Of(clock.GetUtcNow()), StockNames.Member(key), key.Order.UserId.Value, sku.Value, quantity], cancellation).ConfigureAwait(false);
            switch (answer[0])
            {
                case "DONE":
                    return HoldOutcome.Done;
                case "ALREADY":
                    return HoldOutcome.AlreadyDone;
                case "NONE":
                    return HoldOutcome.NothingHeld;
            }

            if (await TooFewAsync(sale, home, count, NumberOf(answer[1]), NumberOf(answer[2]), cancellation).ConfigureAwait(false) is not null)
                return HoldOutcome.NothingHeld;
        }

        throw Busy();
    }

    public async Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation)
    {
        if (await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is not { } count)
            return HoldOutcome.NothingHeld;
        var answer = await RunAsync(
            Release, sale, key, count, [StockNames.Member(key), generation ?? RedisValue.EmptyString, end.ToString(), Cut(reason) ?? ""], cancellation)
            .ConfigureAwait(false);
        switch (answer[0])
        {
            case "DONE":
                await parts.ForgetDryAsync(sale, count, cancellation).ConfigureAwait(false);
                return HoldOutcome.Done;
            case "ALREADY":
                return HoldOutcome.AlreadyDone;
            case "NONE":
                return HoldOutcome.NothingHeld;
            default:
                return HoldOutcome.Refused;
        }
    }

    public async Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var found = new List<AgedSaleHold>();
        foreach (var (sale, count) in await parts.ListAsync(cancellation).ConfigureAwait(false))
        {
            for (var part = 0; part < count; part++)
            {
                var flat = (string[])(await redis.RunAsync(Unkept, [SaleParts.UnitsOf(sale, part)], [RedisTime.Before(before), limit], cancellation).ConfigureAwait(false))!;
                for (var i = 0; i < flat.Length; i += 3)
                    found.Add(new AgedSaleHold(sale, StockNames.HoldOf(flat[i]), NumberOf(flat[i + 1]), RedisTime.At(NumberOf(flat[i + 2]))));
            }
        }

        return
        [
            .. found.OrderBy(hold => hold.Since).ThenBy(hold => hold.Sale.Value, StringComparer.Ordinal)
                .ThenBy(hold => hold.Key.Order.OrderId.Value, StringComparer.Ordinal).ThenBy(hold => hold.Key.Number).Take(limit),
        ];
    }

    public async Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = SaleHolds.AfterOf(sale, cursor);
        if (await parts.CountAsync(sale, cancellation).ConfigureAwait(false) is not { } count)
            return new Page<SaleHold>([], NextCursor: null);
        var lists = await Task.WhenAll(Enumerable.Range(0, count).Select(part =>
            redis.RunAsync(List, [SaleParts.UnitsOf(sale, part)], [after, limit + 1], cancellation))).ConfigureAwait(false);
        var all = lists.Select(list => (RedisResult[])list!)
            .SelectMany(list => Enumerable.Range(0, list.Length / 2).Select(i => (Name: (string)list[2 * i]!, Fields: (string[])list[2 * i + 1]!)))
            .OrderBy(hold => hold.Name, StringComparer.Ordinal).Take(limit + 1).ToList();
        var page = all.Take(limit).ToList();
        return new Page<SaleHold>(
            [.. page.Select(hold => SaleHolds.Read(StockNames.HoldOf(hold.Name), hold.Fields)!)],
            all.Count > limit ? SaleHolds.CursorOf(sale, page[^1].Name) : null);
    }

    /// <summary>
    /// The home has too few. Null after the other parts have sent what was missing: try again. Else how many units are left in the whole sale, and
    /// the home remembers it for a moment.
    /// </summary>
    private async Task<long?> TooFewAsync(SaleId sale, int home, int count, long here, long wanted, CancellationToken cancellation)
    {
        if (await parts.LookAsync(sale, count, cancellation).ConfigureAwait(false) is not { } now)
            return 0;
        var left = now.Sum(part => part.Left);
        if (left >= wanted)
        {
            await parts.GatherAsync(sale, home, count, now, wanted - Math.Min(here, now[home].Left), cancellation).ConfigureAwait(false);
            return null;
        }

        await parts.MarkDryAsync(sale, home, left, cancellation).ConfigureAwait(false);
        return left;
    }

    /// <summary>
    /// Shares what is left evenly, what is taken staying where it is. What becomes less goes first, so that the parts together never have more than the
    /// sale. False when a part has changed meanwhile.
    /// </summary>
    private async Task<bool> PutAsync(SaleId sale, IReadOnlyList<SalePart>? now, int count, long left, int perBuyer, CancellationToken cancellation)
    {
        var changes = Enumerable.Range(0, count).Select(part =>
            (Part: part, Before: now?[part].Quantity, After: (now is null ? 0 : now[part].Held + now[part].Sold) + left / count + (part < left % count ? 1 : 0)));
        foreach (var (part, before, after) in changes.OrderBy(change => change.After - (change.Before ?? 0)))
        {
            var set = (int)await redis.RunAsync(
                PutScript, [SaleParts.UnitsOf(sale, part)], [before ?? RedisValue.EmptyString, after, perBuyer], cancellation).ConfigureAwait(false);
            if (set == 0)
                return false;
        }

        return true;
    }

    private async Task<string[]> RunAsync(RedisScript script, SaleId sale, HoldKey key, int count, RedisValue[] values, CancellationToken cancellation) =>
        (string[])(await redis.RunAsync(script, KeysOf(sale, key, count), values, cancellation).ConfigureAwait(false))!;

    private static RedisKey[] KeysOf(SaleId sale, HoldKey key, int count)
    {
        var home = SaleParts.HomeOf(key.Order.UserId, count);
        return [SaleParts.UnitsOf(sale, home), SaleHolds.KeyOf(sale, home, key)];
    }

    private static SaleClaimResult ResultOf(string[] answer) => answer[0] switch
    {
        "HELD" => new SaleClaimResult.Reserved(NumberOf(answer[1]), RedisTime.At(NumberOf(answer[2]))),
        "OTHER" => new SaleClaimResult.OtherClaim(),
        "ENDED" => new SaleClaimResult.Ended(),
        "NONE" => new SaleClaimResult.NoSuchSale(),
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
