using System.Globalization;
using System.Security.Cryptography;
using Orders.Application;
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
internal sealed class SaleParts(SaleCalls calls, TimeProvider clock)
{
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

    /// <summary>All parts at one instant, with nothing on its way: read until nothing moved between two readings.</summary>
    /// <exception cref="DependencyUnavailableException">They never stood still.</exception>
    public async Task<IReadOnlyList<SalePart>> LookAsync(SaleSession session, CancellationToken cancellation)
    {
        IReadOnlyList<SalePart>? before = null;
        for (var look = 0; look < MostLooks; look++)
        {
            var now = await Task.WhenAll(Enumerable.Range(0, session.Parts).Select(part => LookAtAsync(session, part, cancellation))).ConfigureAwait(false);
            var sending = now.SelectMany((part, from) => part.Sending.Select(transfer => (From: from, Transfer: transfer))).ToList();
            foreach (var (from, transfer) in sending)
                await EndTransferAsync(session, from, transfer, cancellation).ConfigureAwait(false);
            if (sending.Count == 0 && before is not null && now.Zip(before).All(pair => pair.First.Moves == pair.Second.Moves))
                return now;
            before = sending.Count == 0 ? now : null;
        }

        throw new DependencyUnavailableException("The sale, whose units don't stand still,");
    }

    /// <summary>Asks the other parts in turn for so many units.</summary>
    public async Task GatherAsync(SaleSession session, int home, IReadOnlyList<SalePart> seen, long wanted, CancellationToken cancellation)
    {
        for (var step = 1; step < session.Parts && wanted > 0; step++)
        {
            var from = (home + step) % session.Parts;
            if (seen[from].Left == 0)
                continue;
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            var sending = Transfers((string[])(await calls.RunAsync(session, Give, from, hold: null, [id, home, wanted], cancellation).ConfigureAwait(false))!);
            foreach (var transfer in sending)
            {
                await EndTransferAsync(session, from, transfer, cancellation).ConfigureAwait(false);
                if (transfer.Id == id)
                    wanted -= transfer.Units;
            }
        }
    }

    /// <summary>For a moment this part knows that the whole sale has no more than that.</summary>
    public Task MarkDryAsync(SaleSession session, int part, long left, CancellationToken cancellation) =>
        calls.RunAsync(session, Dry, part, hold: null, [RedisTime.Of(clock.GetUtcNow() + DryFor), left], cancellation);

    /// <summary>Units have come back: every part asks again. A process that dies before it leaves them unseen for a moment.</summary>
    public Task ForgetDryAsync(SaleSession session, CancellationToken cancellation) => Task.WhenAll(
        Enumerable.Range(0, session.Parts).Select(part => calls.RunAsync(session, Dry, part, hold: null, [0, 0], cancellation)));

    /// <summary>A part alone, at this moment.</summary>
    public async Task<SalePart> LookAtAsync(SaleSession session, int part, CancellationToken cancellation)
    {
        var fields = (string[])(await calls.RunAsync(session, Look, part, hold: null, [], cancellation).ConfigureAwait(false))!;
        var numbers = fields.Take(5).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return new SalePart(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], Transfers(fields[5..]));
    }

    private async Task EndTransferAsync(SaleSession session, int from, (string Id, int To, long Units) transfer, CancellationToken cancellation)
    {
        await calls.RunAsync(session, Take, transfer.To, hold: null, [transfer.Id, transfer.Units], cancellation).ConfigureAwait(false);
        await calls.RunAsync(session, Gave, from, hold: null, [transfer.Id], cancellation).ConfigureAwait(false);
        await calls.RunAsync(session, Took, transfer.To, hold: null, [transfer.Id], cancellation).ConfigureAwait(false);
    }

    private static List<(string Id, int To, long Units)> Transfers(string[] flat) =>
    [
        .. Enumerable.Range(0, flat.Length / 2).Select(i => (Id: flat[2 * i], Value: flat[2 * i + 1].Split(':')))
            .Select(transfer => (transfer.Id, int.Parse(transfer.Value[0], CultureInfo.InvariantCulture), long.Parse(transfer.Value[1], CultureInfo.InvariantCulture))),
    ];
}
