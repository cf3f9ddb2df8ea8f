using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// The second look at the counters in Redis. Proof: at one instant they are what the ledger has booked and the movements that wait for it. Counters
/// that were lost are built anew in the key space of a new epoch, which nobody sees before it is published.
/// </summary>
public sealed class RedisStockBooks(RedisConnection redis, IStockLedger ledger, TimeProvider clock) : IStockBooks
{
    private static readonly RedisScript Prove = RedisScript.Load("stock-prove");
    private static readonly RedisScript Repair = RedisScript.Load("stock-repair");
    private static readonly RedisScript Level = RedisScript.Load("stock-level");

    /// <summary>How often a proof is tried anew because the ledger moved under it.</summary>
    private const int Looks = 5;

    /// <summary>With more that wait than this nothing is proven: first it is booked.</summary>
    private const int MostInFlight = 1_000;

    private readonly StockCalls calls = new(redis, ledger, clock);
    private readonly StockJournal journal = new(new StockCalls(redis, ledger, clock), StockScripts.Default, ledger);

    public async Task<bool> AreLostAsync(CancellationToken cancellation)
    {
        var epoch = await ledger.FindEpochAsync(cancellation).ConfigureAwait(false);
        if (!epoch.Ready)
            return true;
        var look = (RedisResult[])(await calls.RunInAsync(epoch.Number, Level, hold: null, [""], cancellation).ConfigureAwait(false))!;
        return (string?)look[0] == "EPOCH";
    }

    public Task<bool> RebuildAsync(
        Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation) =>
        new StockBuild(redis, calls, journal, ledger, clock).RunAsync(inFlight, goesOn, cancellation);

    public async Task<int> BookAsync(int limit, CancellationToken cancellation)
    {
        var epoch = await ledger.FindEpochAsync(cancellation).ConfigureAwait(false);
        return epoch.Ready ? await journal.BookAsync(epoch.Number, limit, cancellation).ConfigureAwait(false) : 0;
    }

    public async Task<Page<StockProof>> ProveAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var levels = await ledger.ListAsync(limit, cursor, cancellation).ConfigureAwait(false);
        var proofs = new List<StockProof>(levels.Items.Count);
        foreach (var level in levels.Items)
        {
            if (await ProveAsync(level.Sku, cancellation).ConfigureAwait(false) is { } proof)
                proofs.Add(proof);
        }

        return new Page<StockProof>(proofs, levels.NextCursor);
    }

    public async Task<bool> RepairAsync(StockProof proof, CancellationToken cancellation)
    {
        var answer = await calls.RunAsync(
            Repair, hold: null, [proof.Sku.Value, proof.Version, proof.Expected.Stock, proof.Expected.Held, proof.Expected.Sold], cancellation)
            .ConfigureAwait(false);
        return answer.Word == "DONE";
    }

    /// <summary>Null for a SKU that did not stand still in the ledger while its counters were read.</summary>
    private async Task<StockProof?> ProveAsync(Sku sku, CancellationToken cancellation)
    {
        for (var look = 0; look < Looks; look++)
        {
            var before = await ledger.FindAsync(sku, cancellation).ConfigureAwait(false);
            var answer = await calls.RunAsync(Prove, hold: null, [sku.Value, MostInFlight], cancellation).ConfigureAwait(false);
            if (answer.Word == "BUSY")
            {
                await journal.BookAsync(answer.Epoch, StockJournal.Batch, cancellation).ConfigureAwait(false);
                continue;
            }

            var found = new StockCount(answer.Number(3), answer.Number(4), answer.Number(5));
            var expected = before?.Count ?? default;
            foreach (var movement in Latest(StockJournal.Read(answer.Epoch, answer.Parts.Skip(6))))
                expected = await AddAsync(expected, sku, movement, cancellation).ConfigureAwait(false);
            if ((await ledger.FindAsync(sku, cancellation).ConfigureAwait(false))?.Changes == before?.Changes)
                return new StockProof(sku, expected, found, answer[2]);
        }

        return null;
    }

    /// <summary>Of one hold only the last movement counts; the ledger needs no other.</summary>
    private static IEnumerable<StockMovement> Latest(IEnumerable<StockMovement> movements)
    {
        var all = movements.ToList();
        var last = new Dictionary<HoldKey, long>();
        foreach (var hold in all.OfType<StockMovement.OfHold>())
            last[hold.Key] = hold.Number;
        return all.Where(movement => movement is not StockMovement.OfHold hold || last[hold.Key] == hold.Number);
    }

    /// <summary>What the ledger will say of the SKU once it has booked the movement.</summary>
    private async Task<StockCount> AddAsync(StockCount count, Sku sku, StockMovement movement, CancellationToken cancellation)
    {
        switch (movement)
        {
            case StockMovement.Adjusted adjusted when adjusted.Sku == sku:
                return await ledger.HasAdjustmentAsync(adjusted.Key, cancellation).ConfigureAwait(false)
                    ? count
                    : count with { Stock = count.Stock + adjusted.Units };
            case StockMovement.OfHold hold:
                var booked = await ledger.FindHoldAsync(hold.Key, cancellation).ConfigureAwait(false);
                if (booked is not null && booked.Number >= hold.Number)
                    return count;
                var without = booked is null ? count : Add(count, booked.Stage, -booked.Units.Of(sku));
                return Add(without, hold.Stage, hold.Units.Of(sku));
            default:
                return count;
        }
    }

    private static StockCount Add(StockCount count, HoldStage stage, long units) => stage switch
    {
        HoldStage.Held => count with { Held = count.Held + units },
        HoldStage.Sold => count with { Sold = count.Sold + units },
        _ => count,
    };
}
