using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>What every ledger of the stock must do.</summary>
public abstract class StockLedgerContract(Subject subject) : ContractTests(subject)
{
    private IStockLedger Ledger => Subject.Port<IStockLedger>();

    [Fact]
    public async Task Book_CountsWhatIsHeldSoldAndFree()
    {
        await BookAsync(Delivered(1, 10), Moved(2, 1, HoldStage.Held, 3), Moved(3, 2, HoldStage.Held, 2));
        await CountIsAsync(stock: 10, held: 5, sold: 0);
        await BookAsync(Moved(4, 1, HoldStage.Sold, 3), Moved(5, 2, HoldStage.Released, 2));
        await CountIsAsync(stock: 10, held: 0, sold: 3);
    }

    [Fact]
    public async Task Book_TheSameTwice_CountsOnce()
    {
        StockMovement[] movements = [Delivered(1, 10), Ruled(2, 5), Moved(3, 1, HoldStage.Sold, 3)];
        Assert.Equal([Booking.Booked, Booking.Booked, Booking.Booked], await Ledger.BookAsync(movements, None));
        Assert.Equal([Booking.KnownBefore, Booking.KnownBefore, Booking.KnownBefore], await Ledger.BookAsync(movements, None));
        await CountIsAsync(stock: 10, held: 0, sold: 3);
    }

    [Fact]
    public async Task Book_AnEarlierMovementOfTheHoldThatComesLate_ChangesNothing()
    {
        await BookAsync(Delivered(1, 10), Moved(4, 1, HoldStage.Sold, 3));
        Assert.Equal([Booking.KnownBefore], await Ledger.BookAsync([Moved(3, 1, HoldStage.Held, 3)], None));
        await CountIsAsync(stock: 10, held: 0, sold: 3);
    }

    [Fact]
    public async Task Book_ASaleBeyondStockAndBackorder_IsRefusedWholeAndMayBeAskedAgain()
    {
        await BookAsync(Delivered(1, 2), Moved(2, 1, HoldStage.Sold, 2));
        var sale = new StockMovement.OfHold(3, Subject.Start, Hold(2), HoldStage.Sold, HeldUnits.Of(Lines((Mug, 1), (Pot, 1))));
        Assert.Equal([Booking.Exceeds], await Ledger.BookAsync([sale], None));
        Assert.Null(await Ledger.FindHoldAsync(Hold(2), None));
        Assert.Null(await Ledger.FindAsync(Pot, None));
        await BookAsync(Ruled(4, 1), new StockMovement.Adjusted(5, Subject.Start, Pot, 1, "pots", "found"));
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([sale], None));
        await CountIsAsync(stock: 2, held: 0, sold: 3);
    }

    /// <summary>As many SKUs as an order may have: a hold of them counts at each, and is sold whole or not at all.</summary>
    [Fact]
    public async Task Book_ASaleOfAHundredSkus_IsRefusedWholeWhenOneHasNoRoom()
    {
        var skus = Enumerable.Range(0, OrderLimits.MostLines).Select(n => Id.Parse<Sku>($"S{n:D3}")).ToList();
        await Ledger.BookAsync(
            [.. skus.Select((sku, n) => new StockMovement.Adjusted(n + 1, Subject.Start, sku, n == skus.Count - 1 ? 1 : 2, $"delivery-{n}", "delivery"))], None);
        var sale = new StockMovement.OfHold(1_000, Subject.Start, Hold(1), HoldStage.Sold, HeldUnits.Of(Lines([.. skus.Select(sku => (sku, 2))])));
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([sale with { Number = 999, Stage = HoldStage.Held }], None));
        Assert.Equal([Booking.Exceeds], await Ledger.BookAsync([sale], None));
        Assert.All((await Ledger.ListAsync(1_000, cursor: null, None)).Items, level => Assert.Equal((2, 0), (level.Count.Held, level.Count.Sold)));
        await BookAsync(new StockMovement.Adjusted(1_001, Subject.Start, skus[^1], 1, "found", "found"));
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([sale], None));
        Assert.All((await Ledger.ListAsync(1_000, cursor: null, None)).Items, level => Assert.Equal(new StockCount(2, 0, 2), level.Count));
    }

    /// <summary>A hold that moves from one SKU to 99 others, and the rules of one of these: as many documents as come together, and a level more.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(98, false)]
    [InlineData(98, true)]
    public async Task Book_RulesThatComeWithALargeHold_AreKept(int ruled, bool comeFirst)
    {
        var skus = Enumerable.Range(0, OrderLimits.MostLines - 1).Select(n => Id.Parse<Sku>($"S{n:D3}")).ToList();
        await BookAsync(Delivered(1, 5), Moved(2, 1, HoldStage.Held, 1));
        StockMovement.OfHold held = new(4, Subject.Start, Hold(1), HoldStage.Held, HeldUnits.Of(Lines([.. skus.Select(sku => (sku, 2))])));
        StockMovement.Ruled rules = new(comeFirst ? 3 : 5, Subject.Start, skus[ruled], new StockRules(Backorder: 7));
        Assert.Equal([Booking.Booked, Booking.Booked], await Ledger.BookAsync(comeFirst ? [rules, held] : [held, rules], None));
        Assert.Equal(7, (await Ledger.FindAsync(skus[ruled], None))!.Rules.Backorder);
        Assert.Equal(new StockCount(0, 2, 0), (await Ledger.FindAsync(skus[ruled], None))!.Count);
        await CountIsAsync(stock: 5, held: 0, sold: 0);
    }

    [Fact]
    public async Task Book_HoldsBeyondTheStock_AreCountedAllTheSame()
    {
        await BookAsync(Delivered(1, 1), Moved(2, 1, HoldStage.Held, 1), Moved(3, 2, HoldStage.Held, 1));
        await CountIsAsync(stock: 1, held: 2, sold: 0);
    }

    [Fact]
    public async Task Book_RulesThatCameLate_DoNotReplaceTheLater()
    {
        await BookAsync(Ruled(5, 7));
        await BookAsync(Ruled(4, 1));
        Assert.Equal(7, (await Ledger.FindAsync(Mug, None))!.Rules.Backorder);
    }

    [Fact]
    public async Task Changes_GrowWithEveryBookingOfTheSku()
    {
        await BookAsync(Delivered(1, 10));
        var before = (await Ledger.FindAsync(Mug, None))!.Changes;
        await BookAsync(Moved(2, 1, HoldStage.Held, 3));
        var after = (await Ledger.FindAsync(Mug, None))!.Changes;
        Assert.True(after > before);
        await BookAsync(Moved(2, 1, HoldStage.Held, 3));
        Assert.Equal(after, (await Ledger.FindAsync(Mug, None))!.Changes);
    }

    [Fact]
    public async Task Lists_TellEverythingOnceInPages()
    {
        await BookAsync(Delivered(1, 100), new StockMovement.Adjusted(2, Subject.Start, Pot, 5, "pots", "delivery"));
        for (var n = 0; n < 7; n++)
            await BookAsync(Moved(10 + n, n, HoldStage.Held, 1));
        await BookAsync(Moved(20, 3, HoldStage.Sold, 1), Moved(21, 4, HoldStage.Released, 1));
        Assert.Equal([Mug, Pot], (await ReadAllAsync(cursor => Ledger.ListAsync(1, cursor, None))).Select(level => level.Sku));
        var held = await ReadAllAsync(cursor => Ledger.ListHeldAsync(2, cursor, None));
        Assert.Equal(new[] { 0, 1, 2, 5, 6 }.Select(n => Hold(n)).ToHashSet(), held.Select(hold => hold.Key).ToHashSet());
        Assert.Equal(5, held.Count);
        await Assert.ThrowsAsync<FormatException>(() => Ledger.ListAsync(1, "nonsense", None));
        await Assert.ThrowsAsync<FormatException>(() => Ledger.ListHeldAsync(1, "nonsense", None));
    }

    [Fact]
    public async Task Adjustment_IsKnownByItsKey()
    {
        Assert.False(await Ledger.HasAdjustmentAsync("delivery", None));
        await BookAsync(Delivered(1, 10));
        Assert.True(await Ledger.HasAdjustmentAsync("delivery", None));
        await BookAsync(Delivered(9, 10));
        await CountIsAsync(stock: 10, held: 0, sold: 0);
    }

    [Fact]
    public async Task Epoch_BeginsOnceAndIsReadyWhenItIsBuilt()
    {
        Assert.Equal(new StockEpoch(0, Ready: false), await Ledger.FindEpochAsync(None));
        Assert.True(await Ledger.BeginEpochAsync(0, None));
        Assert.False(await Ledger.BeginEpochAsync(0, None));
        Assert.Equal(new StockEpoch(1, Ready: false), await Ledger.FindEpochAsync(None));
        Assert.True(await Ledger.EndEpochAsync(1, None));
        Assert.True(await Ledger.BeginEpochAsync(1, None));
        Assert.False(await Ledger.EndEpochAsync(1, None));
        Assert.Equal(new StockEpoch(2, Ready: false), await Ledger.FindEpochAsync(None));
        Assert.True(await Ledger.EndEpochAsync(2, None));
        Assert.Equal(new StockEpoch(2, Ready: true), await Ledger.FindEpochAsync(None));
    }

    private static StockMovement.Adjusted Delivered(long number, long units) => new(number, Subject.Start, Mug, units, "delivery", "delivery");

    private static StockMovement.Ruled Ruled(long number, long backorder) => new(number, Subject.Start, Mug, new StockRules(backorder));

    private static StockMovement.OfHold Moved(long number, int hold, HoldStage stage, int units) =>
        new(number, Subject.Start, Hold(hold), stage, HeldUnits.Of(Lines((Mug, units))));

    private Task BookAsync(params StockMovement[] movements) => Ledger.BookAsync(movements, None);

    private async Task CountIsAsync(long stock, long held, long sold) =>
        Assert.Equal(new StockCount(stock, held, sold), (await Ledger.FindAsync(Mug, None))!.Count);
}

public sealed class StockLedgerInMemory() : StockLedgerContract(Subject.OnMemory());

public sealed class StockLedgerInFile() : StockLedgerContract(Subject.OnFile());

/// <summary>A ledger that breaks a promise is found.</summary>
public sealed class StockLedgerNegativeControls
{
    [Theory]
    [InlineData(nameof(StockLedgerContract.Book_TheSameTwice_CountsOnce))]
    [InlineData(nameof(StockLedgerContract.Book_AnEarlierMovementOfTheHoldThatComesLate_ChangesNothing))]
    [InlineData(nameof(StockLedgerContract.Book_ASaleBeyondStockAndBackorder_IsRefusedWholeAndMayBeAskedAgain))]
    [InlineData(nameof(StockLedgerContract.Book_ASaleOfAHundredSkus_IsRefusedWholeWhenOneHasNoRoom))]
    [InlineData(nameof(StockLedgerContract.Epoch_BeginsOnceAndIsReadyWhenItIsBuilt))]
    public async Task ACarelessLedger_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IStockLedger>((inner, _) => new CarelessLedger(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(StockLedgerContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    [Fact]
    public Task ALedgerThatLosesRules_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new Suite(Subject.OnMemory().With<IStockLedger>((inner, _) => new CarelessLedger(inner) { LosesRules = true }));
        await suite.Book_RulesThatComeWithALargeHold_AreKept(98, comeFirst: false);
    });

    private sealed class Suite(Subject subject) : StockLedgerContract(subject);

    /// <summary>Takes every movement for a new one of a hold that it knows nothing of, and books what the stock does not give.</summary>
    private sealed class CarelessLedger(IStockLedger inner) : IStockLedger
    {
        private long number = 1_000;

        /// <summary>And says that they are booked.</summary>
        public bool LosesRules { get; init; }

        public async Task<IReadOnlyList<Booking>> BookAsync(IReadOnlyList<StockMovement> movements, CancellationToken cancellation)
        {
            var result = new List<Booking>();
            foreach (var movement in movements)
                result.AddRange(LosesRules && movement is StockMovement.Ruled ? [Booking.Booked] : await inner.BookAsync([Anew(movement)], cancellation));
            return [.. result.Select(booking => booking == Booking.Exceeds ? Booking.Booked : booking)];
        }

        public Task<LedgerLevel?> FindAsync(Domain.Sku sku, CancellationToken cancellation) => inner.FindAsync(sku, cancellation);

        public Task<Application.Page<LedgerLevel>> ListAsync(int limit, string? cursor, CancellationToken cancellation) => inner.ListAsync(limit, cursor, cancellation);

        public Task<LedgerHold?> FindHoldAsync(HoldKey key, CancellationToken cancellation) => inner.FindHoldAsync(key, cancellation);

        public Task<Application.Page<LedgerHold>> ListHeldAsync(int limit, string? cursor, CancellationToken cancellation) => inner.ListHeldAsync(limit, cursor, cancellation);

        public Task<bool> HasAdjustmentAsync(string key, CancellationToken cancellation) => inner.HasAdjustmentAsync(key, cancellation);

        public Task<StockEpoch> FindEpochAsync(CancellationToken cancellation) => inner.FindEpochAsync(cancellation);

        public async Task<bool> BeginEpochAsync(long after, CancellationToken cancellation) =>
            await inner.BeginEpochAsync((await inner.FindEpochAsync(cancellation)).Number, cancellation);

        public Task<bool> EndEpochAsync(long number, CancellationToken cancellation) => inner.EndEpochAsync(number, cancellation);

        private StockMovement Anew(StockMovement movement) => movement switch
        {
            StockMovement.OfHold hold => hold with { Number = ++number },
            StockMovement.Ruled ruled => ruled with { Number = ++number },
            StockMovement.Adjusted adjusted => adjusted with { Key = $"{++number}" },
            _ => movement,
        };
    }
}
