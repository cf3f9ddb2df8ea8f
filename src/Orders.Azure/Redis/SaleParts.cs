using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Orders.Application;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>A part as it was at one instant.</summary>
/// <param name="Sending">Transfers on their way from it: id, to which part, units.</param>
internal sealed record SalePart(long Quantity, long Held, long Sold, long PerBuyer, long Moves, IReadOnlyList<(string Id, int To, long Units)> Sending)
{
    public long Left => Quantity - Held - Sold;
}

/// <summary>
/// The parts of a sale's units. Units wander from part to part in two steps that may be repeated, and whoever comes across a transfer that stopped
/// half-way ends it; so the parts' quantities and what is on its way always add up to the sale's.
/// </summary>
internal sealed class SaleParts(RedisConnection redis, TimeProvider clock, int partsOfNewSales)
{
    private static readonly RedisKey Sales = "{sales}";
    private static readonly RedisScript Register = RedisScript.Load("sale-register");
    private static readonly RedisScript ListSales = RedisScript.Load("sale-sales");
    private static readonly RedisScript Look = RedisScript.Load("sale-look");
    private static readonly RedisScript Give = RedisScript.Load("sale-give");
    private static readonly RedisScript Take = RedisScript.Load("sale-take");
    private static readonly RedisScript Gave = RedisScript.Load("sale-gave");
    private static readonly RedisScript Took = RedisScript.Load("sale-took");
    private static readonly RedisScript Dry = RedisScript.Load("sale-dry");

    /// <summary>For how long a refusal is believed without asking all parts again.</summary>
    private static readonly TimeSpan DryFor = TimeSpan.FromSeconds(1);

    /// <summary>Looks until one sees the same twice: each failure means that somebody else got on.</summary>
    private const int MostLooks = 200;

    private const int MostKnown = 1_000;

    private readonly ConcurrentDictionary<SaleId, int> known = new();

    public static RedisKey UnitsOf(SaleId sale, int part) => string.Create(CultureInfo.InvariantCulture, $"{{sale:{sale}:{part}}}:units");

    /// <summary>Where a buyer's reservations, mark and admissions are.</summary>
    public static int HomeOf(UserId buyer, int parts) =>
        (int)(BitConverter.ToUInt32(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(buyer.Value)), 0) % (uint)parts);

    /// <summary>In how many parts the sale is split: for ever as it was when it was first set. Null for a sale that was never set.</summary>
    public async ValueTask<int?> CountAsync(SaleId sale, CancellationToken cancellation)
    {
        if (known.TryGetValue(sale, out var parts))
            return parts;
        return await RegisterAsync(sale, "", cancellation).ConfigureAwait(false);
    }

    public async Task<int> EnsureAsync(SaleId sale, CancellationToken cancellation) =>
        (await RegisterAsync(sale, partsOfNewSales, cancellation).ConfigureAwait(false))!.Value;

    public async Task<IReadOnlyList<(SaleId Sale, int Parts)>> ListAsync(CancellationToken cancellation)
    {
        var flat = (string[])(await redis.RunAsync(ListSales, [Sales], [], cancellation).ConfigureAwait(false))!;
        return [.. Enumerable.Range(0, flat.Length / 2).Select(i => (Id.Parse<SaleId>(flat[2 * i]), int.Parse(flat[2 * i + 1], CultureInfo.InvariantCulture)))];
    }

    /// <summary>
    /// All parts at one instant, with nothing on its way: read until nothing moved between two readings. Null for a sale of which a part was never
    /// set.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">They never stood still.</exception>
    public async Task<IReadOnlyList<SalePart>?> LookAsync(SaleId sale, int parts, CancellationToken cancellation)
    {
        IReadOnlyList<SalePart>? before = null;
        for (var look = 0; look < MostLooks; look++)
        {
            var read = await Task.WhenAll(Enumerable.Range(0, parts).Select(part => LookAtAsync(sale, part, cancellation))).ConfigureAwait(false);
            var now = read.OfType<SalePart>().ToList();
            if (now.Count < parts)
                return null;
            var sending = now.SelectMany((part, from) => part.Sending.Select(transfer => (From: from, Transfer: transfer))).ToList();
            foreach (var (from, transfer) in sending)
                await EndTransferAsync(sale, from, transfer, cancellation).ConfigureAwait(false);
            if (sending.Count == 0 && before is not null && now.Zip(before).All(pair => pair.First.Moves == pair.Second.Moves))
                return now;
            before = sending.Count == 0 ? now : null;
        }

        throw new DependencyUnavailableException("The sale, whose units don't stand still,");
    }

    /// <summary>Asks the other parts in turn for so many units.</summary>
    public async Task GatherAsync(SaleId sale, int home, int parts, IReadOnlyList<SalePart> seen, long wanted, CancellationToken cancellation)
    {
        for (var step = 1; step < parts && wanted > 0; step++)
        {
            var from = (home + step) % parts;
            if (seen[from].Left == 0)
                continue;
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            var sending = Transfers((string[])(await redis.RunAsync(Give, [UnitsOf(sale, from)], [id, home, wanted], cancellation).ConfigureAwait(false))!);
            foreach (var transfer in sending)
            {
                await EndTransferAsync(sale, from, transfer, cancellation).ConfigureAwait(false);
                if (transfer.Id == id)
                    wanted -= transfer.Units;
            }
        }
    }

    /// <summary>For a moment this part knows that the whole sale has no more than that.</summary>
    public Task MarkDryAsync(SaleId sale, int part, long left, CancellationToken cancellation) =>
        redis.RunAsync(Dry, [UnitsOf(sale, part)], [RedisTime.Of(clock.GetUtcNow() + DryFor), left], cancellation);

    /// <summary>Units have come back: every part asks again. A process that dies before it leaves them unseen for a moment.</summary>
    public Task ForgetDryAsync(SaleId sale, int parts, CancellationToken cancellation) => Task.WhenAll(
        Enumerable.Range(0, parts).Select(part => redis.RunAsync(Dry, [UnitsOf(sale, part)], [0, 0], cancellation)));

    private async Task<int?> RegisterAsync(SaleId sale, RedisValue parts, CancellationToken cancellation)
    {
        var text = (string)(await redis.RunAsync(Register, [Sales], [sale.Value, parts], cancellation).ConfigureAwait(false))!;
        if (text.Length == 0)
            return null;
        var count = int.Parse(text, CultureInfo.InvariantCulture);
        if (known.Count >= MostKnown)
            known.Clear();
        return known[sale] = count;
    }

    private async Task<SalePart?> LookAtAsync(SaleId sale, int part, CancellationToken cancellation)
    {
        var parts = (string[])(await redis.RunAsync(Look, [UnitsOf(sale, part)], [], cancellation).ConfigureAwait(false))!;
        if (parts.Length == 0)
            return null;
        var numbers = parts.Take(5).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return new SalePart(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], Transfers(parts[5..]));
    }

    private async Task EndTransferAsync(SaleId sale, int from, (string Id, int To, long Units) transfer, CancellationToken cancellation)
    {
        await redis.RunAsync(Take, [UnitsOf(sale, transfer.To)], [transfer.Id, transfer.Units], cancellation).ConfigureAwait(false);
        await redis.RunAsync(Gave, [UnitsOf(sale, from)], [transfer.Id], cancellation).ConfigureAwait(false);
        await redis.RunAsync(Took, [UnitsOf(sale, transfer.To)], [transfer.Id], cancellation).ConfigureAwait(false);
    }

    private static List<(string Id, int To, long Units)> Transfers(string[] flat) =>
    [
        .. Enumerable.Range(0, flat.Length / 2).Select(i => (Id: flat[2 * i], Value: flat[2 * i + 1].Split(':')))
            .Select(transfer => (transfer.Id, int.Parse(transfer.Value[0], CultureInfo.InvariantCulture), long.Parse(transfer.Value[1], CultureInfo.InvariantCulture))),
    ];
}
