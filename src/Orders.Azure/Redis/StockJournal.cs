using System.Globalization;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Brings the movements that wait in the stream to the ledger, in order, and forgets them once they are booked. Two at once do no harm: the ledger
/// books each movement once. A sale that the ledger refuses, with all before it booked, is taken back.
/// </summary>
internal sealed class StockJournal(StockCalls calls, StockScripts scripts, IStockLedger ledger)
{
    public const int Batch = 500;

    /// <returns>How many there were.</returns>
    public async Task<int> BookAsync(long epoch, int limit, CancellationToken cancellation)
    {
        var found = await ReadAsync(epoch, limit, cancellation).ConfigureAwait(false);
        if (found.Count == 0)
            return 0;
        var bookings = await ledger.BookAsync(found, cancellation).ConfigureAwait(false);
        for (var i = 0; i < found.Count; i++)
        {
            if (bookings[i] == Booking.Exceeds && found[i] is StockMovement.OfHold sale)
                await RefuseAsync(epoch, sale, cancellation).ConfigureAwait(false);
        }

        await calls.RunInAsync(epoch, scripts.Booked, hold: null, [MovementOf(epoch, found[^1])], cancellation).ConfigureAwait(false);
        return found.Count;
    }

    /// <summary>Until nothing waits, or so many batches.</summary>
    public async Task<int> BookAllAsync(long epoch, int batches, CancellationToken cancellation)
    {
        var total = 0;
        for (var batch = 0; batch < batches; batch++)
        {
            var booked = await BookAsync(epoch, Batch, cancellation).ConfigureAwait(false);
            total += booked;
            if (booked < Batch)
                break;
        }

        return total;
    }

    /// <summary>Entries of the stream as movements.</summary>
    public static List<StockMovement> Read(long epoch, IEnumerable<RedisResult> entries) => [.. entries.Select(entry => Read(epoch, entry))];

    private async Task<List<StockMovement>> ReadAsync(long epoch, int limit, CancellationToken cancellation)
    {
        var answer = (RedisResult[])(await calls.RunInAsync(epoch, scripts.Movements, hold: null, [limit], cancellation).ConfigureAwait(false))!;
        return Read(epoch, answer.Skip(2));
    }

    private Task<RedisResult> RefuseAsync(long epoch, StockMovement.OfHold sale, CancellationToken cancellation) =>
        calls.RunInAsync(epoch, scripts.Refuse, sale.Key, [StockNames.Member(sale.Key), MovementOf(epoch, sale)], cancellation);

    private static long MovementOf(long epoch, StockMovement movement) => movement.Number - StockNames.Number(epoch, 0);

    private static StockMovement Read(long epoch, RedisResult entry)
    {
        var parts = (RedisResult[])entry!;
        var id = (string)parts[0]!;
        var number = StockNames.Number(epoch, long.Parse(id.AsSpan(0, id.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture));
        var flat = (string[])parts[1]!;
        var fields = Enumerable.Range(0, flat.Length / 2).ToDictionary(i => flat[2 * i], i => flat[2 * i + 1], StringComparer.Ordinal);
        var at = RedisTime.At(Number(fields["at"])!.Value);
        return fields["is"] switch
        {
            "held" => OfHold(HoldStage.Held),
            "sold" => OfHold(HoldStage.Sold),
            "released" => OfHold(HoldStage.Released),
            "adjusted" => new StockMovement.Adjusted(
                number, at, Id.Parse<Sku>(fields["sku"]), Number(fields["units"])!.Value, fields["key"], fields["reason"]),
            "ruled" => new StockMovement.Ruled(
                number, at, Id.Parse<Sku>(fields["sku"]),
                StockValues.Rules(Number(fields["backorder"])!.Value, Number(fields["cap"]), Number(fields["unpaid"]), Number(fields["window"]))),
            var other => throw new InvalidOperationException($"The stock's stream has a movement '{other}' that nobody knows."),
        };

        StockMovement.OfHold OfHold(HoldStage stage) => new(number, at, StockNames.HoldOf(fields["hold"]), stage, HeldUnits.Parse(fields["lines"]));
    }

    private static long? Number(string text) => text.Length == 0 ? null : long.Parse(text, CultureInfo.InvariantCulture);
}
