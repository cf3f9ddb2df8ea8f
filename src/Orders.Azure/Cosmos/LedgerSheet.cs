using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// What a batch of the ledger read, what movements make of it one after the other, and the writes that store that: holds and adjustments on condition of what was read,
/// levels counted where they stand, so that two batches which count at one SKU don't exclude each other. A sale's count is on condition that there is room for it.
/// </summary>
internal sealed class LedgerSheet(IReadOnlyDictionary<string, StoredDocument> read)
{
    private readonly Dictionary<Sku, Level> levels = [];
    private readonly Dictionary<HoldKey, LedgerHoldState> holds = [];
    private readonly Dictionary<string, StockMovement.Adjusted> adjustments = new(StringComparer.Ordinal);
    private int booked;

    /// <summary>What it must have read to book the movement, as far as the movement itself says.</summary>
    public static IEnumerable<string> IdsOf(StockMovement movement) => movement switch
    {
        StockMovement.OfHold hold => [LedgerDocument.IdOf(hold.Key), .. hold.Units.Entries.Select(entry => LedgerDocument.IdOf(entry.Sku))],
        StockMovement.Adjusted adjusted => [LedgerDocument.IdOfAdjustment(adjusted.Key), LedgerDocument.IdOf(adjusted.Sku)],
        StockMovement.Ruled ruled => [LedgerDocument.IdOf(ruled.Sku)],
        _ => [],
    };

    public static IEnumerable<LedgerHoldState> HoldsIn(IEnumerable<StoredDocument> documents) =>
        documents.Where(found => found.Document.Text("kind") == "hold").Select(found => LedgerDocument.ReadHold(found.Document));

    /// <summary>The hold that was left with a rest by <see cref="Writes"/>; null for nearly all.</summary>
    public HoldKey? Unfinished => holds.Values.FirstOrDefault(hold => hold.Rest.Count > 0)?.Hold.Key;

    /// <summary>What a sale must have claimed before <see cref="Writes"/>: the room of the SKUs that find no place there.</summary>
    public IReadOnlyList<LedgerRest> Claim => Unfinished is { } key
        ? [.. holds[key].Rest.Select(rest => (rest.Sku, Level: LevelOf(rest.Sku))).Where(rest => rest.Level.NeedsRoom).Select(rest => new LedgerRest(rest.Sku, Held: 0, rest.Level.Needed))]
        : [];

    public Booking Book(StockMovement movement)
    {
        var booking = BookOne(movement);
        booked += booking == Booking.Booked ? 1 : 0;
        return booking;
    }

    /// <summary>Counts what a hold has left. What it sold has its room already.</summary>
    public void Add(LedgerRest rest)
    {
        LevelOf(rest.Sku).IsClaimed = rest.Sold > 0;
        Add(rest.Sku, stock: 0, rest.Held, rest.Sold);
    }

    private Booking BookOne(StockMovement movement)
    {
        switch (movement)
        {
            case StockMovement.Adjusted adjusted when IsNew(adjusted):
                adjustments.Add(LedgerDocument.IdOfAdjustment(adjusted.Key), adjusted);
                Add(adjusted.Sku, adjusted.Units, held: 0, sold: 0);
                return Booking.Booked;
            case StockMovement.Ruled ruled when LevelOf(ruled.Sku).Now is var now && now.Ruled < ruled.Number:
                LevelOf(ruled.Sku).Now = now with { Ruled = ruled.Number, Level = now.Level with { Rules = ruled.Rules, Changes = now.Level.Changes + 1 } };
                return Booking.Booked;
            case StockMovement.OfHold hold:
                return Book(hold);
            default:
                return Booking.KnownBefore;
        }
    }

    private void Add(Sku sku, long stock, long held, long sold)
    {
        var level = LevelOf(sku);
        var (now, count) = (level.Now.Level, level.Now.Level.Count);
        level.Now = level.Now with
        {
            Level = now with { Changes = now.Changes + 1, Count = new StockCount(count.Stock + stock, count.Held + held, count.Sold + sold) },
        };
    }

    /// <summary>Puts a hold in place of the one that was read.</summary>
    public void Put(LedgerHoldState hold) => holds[hold.Hold.Key] = hold;

    /// <summary>At most so many operations. What a single hold counts beyond that is left to it as its rest.</summary>
    /// <returns>Null when it is more than that of several movements.</returns>
    public IReadOnlyList<Action<TransactionalBatch>>? Writes(int most)
    {
        var changed = levels.Where(level => level.Value.Now != level.Value.Before).OrderByDescending(level => level.Value.NeedsRoom).ToList();
        var places = most - adjustments.Count - holds.Count;
        if (changed.Count > places)
        {
            // A rest is of units: what rules or stock change besides would be lost.
            if (booked > 1)
                return null;
            var hold = holds.Values.Single();
            Put(hold with { Rest = [.. changed.Skip(places).Select(level => level.Value.Rest)] });
            changed = changed[..places];
        }

        return
        [
            .. holds.Values.Select(WriteOf),
            .. adjustments.Values.Select(adjusted => Creation(LedgerDocument.Write(adjusted))),
            .. changed.Select(level => level.Value.Write()),
        ];
    }

    private bool IsNew(StockMovement.Adjusted adjusted) =>
        LedgerDocument.IdOfAdjustment(adjusted.Key) is var id && !read.ContainsKey(id) && !adjustments.ContainsKey(id);

    private Booking Book(StockMovement.OfHold hold)
    {
        var before = HoldOf(hold.Key);
        if (before is not null && before.Number >= hold.Number)
            return Booking.KnownBefore;
        if (hold.Stage == HoldStage.Sold && hold.Units.Entries.Any(entry => Exceeds(entry, before)))
            return Booking.Exceeds;
        if (before is not null)
            Add(before.Stage, before.Units, -1);
        Add(hold.Stage, hold.Units, 1);
        if (hold.Stage == HoldStage.Sold)
        {
            foreach (var (sku, _) in hold.Units.Entries)
                LevelOf(sku).IsSold = true;
        }

        Put(new LedgerHoldState(new LedgerHold(hold.Key, hold.Stage, hold.Units, hold.Number, hold.At), Rest: []));
        return Booking.Booked;
    }

    private bool Exceeds((Sku Sku, long Units) entry, LedgerHold? before)
    {
        var level = LevelOf(entry.Sku);
        var own = before is { Stage: HoldStage.Sold } ? before.Units.Of(entry.Sku) : 0;
        return level.IsUnknown || level.Now.Room + own < entry.Units;
    }

    private void Add(HoldStage stage, HeldUnits units, int sign)
    {
        foreach (var (sku, count) in units.Entries)
        {
            if (stage == HoldStage.Held)
                Add(sku, stock: 0, held: sign * count, sold: 0);
            else if (stage == HoldStage.Sold)
                Add(sku, stock: 0, held: 0, sold: sign * count);
        }
    }

    private LedgerHold? HoldOf(HoldKey key) => holds.TryGetValue(key, out var put) ? put.Hold
        : read.TryGetValue(LedgerDocument.IdOf(key), out var found) ? LedgerDocument.ReadHold(found.Document).Hold
        : null;

    private Level LevelOf(Sku sku)
    {
        if (!levels.TryGetValue(sku, out var level))
        {
            var before = read.TryGetValue(LedgerDocument.IdOf(sku), out var found) ? LedgerDocument.ReadLevel(found.Document) : null;
            levels.Add(sku, level = new Level(sku, before));
        }

        return level;
    }

    private Action<TransactionalBatch> WriteOf(LedgerHoldState hold)
    {
        var (id, document) = (LedgerDocument.IdOf(hold.Hold.Key), LedgerDocument.Write(hold));
        if (!read.TryGetValue(id, out var found))
            return Creation(document);
        var options = new TransactionalBatchItemRequestOptions { IfMatchEtag = found.ETag };
        return batch => batch.ReplaceItemStream(id, CosmosDocuments.Stream(document), options);
    }

    private static Action<TransactionalBatch> Creation(byte[] document) => batch => batch.CreateItemStream(CosmosDocuments.Stream(document));

    /// <summary>A level as it was read, and as it is now.</summary>
    private sealed class Level(Sku sku, LedgerLevelState? before)
    {
        public LedgerLevelState Before { get; } = before ?? Empty(sku);

        public LedgerLevelState Now { get; set; } = before ?? Empty(sku);

        /// <summary>That there was none, and none is made of it.</summary>
        public bool IsUnknown => before is null && Now == Before;

        /// <summary>A sale counts here.</summary>
        public bool IsSold { get; set; }

        /// <summary>The room was taken before.</summary>
        public bool IsClaimed { get; set; }

        public bool NeedsRoom => IsSold && Needed > 0;

        public long Needed => Before.Room - Now.Room;

        public LedgerRest Rest =>
            new(sku, Now.Level.Count.Held - Before.Level.Count.Held, Now.Level.Count.Sold - Before.Level.Count.Sold);

        public Action<TransactionalBatch> Write()
        {
            if (before is null)
                return Creation(LedgerDocument.Write(Now));
            var (id, changes, options) = (LedgerDocument.IdOf(sku), Changes(), CosmosDocuments.InBatch(Condition()));
            return batch => batch.PatchItem(id, changes, options);
        }

        private List<PatchOperation> Changes()
        {
            var (was, now) = (Before.Level, Now.Level);
            List<PatchOperation> changes =
            [
                PatchOperation.Increment("/stock", now.Count.Stock - was.Count.Stock), PatchOperation.Increment("/held", now.Count.Held - was.Count.Held),
                PatchOperation.Increment("/sold", now.Count.Sold - was.Count.Sold), PatchOperation.Increment("/room", IsClaimed ? 0 : Now.Room - Before.Room),
                PatchOperation.Increment("/changes", now.Changes - was.Changes),
            ];
            if (Now.Ruled == Before.Ruled)
                return changes;
            using var rules = JsonDocument.Parse(LedgerDocument.Rules(now.Rules));
            return [.. changes, PatchOperation.Set("/rules", rules.RootElement.Clone()), PatchOperation.Set("/ruled", LedgerDocument.Number(Now.Ruled))];
        }

        /// <summary>What a sale must find is room; what new rules must find are the rules that were read, for they change the room by the difference.</summary>
        private string? Condition()
        {
            List<string> conditions = [];
            if (NeedsRoom)
                conditions.Add(string.Create(CultureInfo.InvariantCulture, $"c.room >= {Needed}"));
            if (Now.Ruled != Before.Ruled)
                conditions.Add($"c.ruled = '{LedgerDocument.Number(Before.Ruled)}'");
            return conditions.Count == 0 ? null : $"FROM c WHERE {string.Join(" AND ", conditions)}";
        }

        private static LedgerLevelState Empty(Sku sku) => new(new LedgerLevel(sku, new StockCount(0, 0, 0), StockRules.None, Changes: 0), Ruled: 0);
    }
}
