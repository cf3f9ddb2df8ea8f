using System.Net;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class StockLedgerInCosmos() : StockLedgerContract(CosmosSubject.Create());

/// <summary>What only this ledger can get wrong: what shares a batch, what is more than one, and what others count meanwhile.</summary>
public sealed class LedgerBatchesInCosmos : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public LedgerBatchesInCosmos() => subject = CosmosSubject.Create(out server);

    private IStockLedger Ledger => subject.Port<IStockLedger>();

    public void Dispose() => subject.Dispose();

    /// <summary>They count at one SKU and none waits for another; what is there is sold, and no unit more.</summary>
    [Fact]
    public async Task Sales_OfManyAtOnce_TakeWhatIsThereAndNoMore()
    {
        await Ledger.BookAsync([Delivered(1, Mug, 7)], None);
        var bookings = await Task.WhenAll(Enumerable.Range(0, 24).Select(n => Task.Run(() => Ledger.BookAsync([Moved(10 + n, n, HoldStage.Sold, (Mug, 1))], None))));
        Assert.Equal(7, bookings.Count(booking => booking[0] == Booking.Booked));
        Assert.Equal(17, bookings.Count(booking => booking[0] == Booking.Exceeds));
        Assert.Equal(new StockCount(7, 0, 7), (await Ledger.FindAsync(Mug, None))!.Count);
    }

    [Fact]
    public async Task OneMovement_BookedByManyAtOnce_CountsOnce()
    {
        await Ledger.BookAsync([Delivered(1, Mug, 100)], None);
        StockMovement[] movements = [Moved(2, 1, HoldStage.Held, (Mug, 3)), Delivered(3, Pot, 5, "pots"), Moved(4, 2, HoldStage.Sold, (Mug, 2))];
        var bookings = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Ledger.BookAsync(movements, None))));
        for (var at = 0; at < movements.Length; at++)
            Assert.Single(bookings, booking => booking[at] == Booking.Booked);
        Assert.Equal(new StockCount(100, 3, 2), (await Ledger.FindAsync(Mug, None))!.Count);
        Assert.Equal(new StockCount(5, 0, 0), (await Ledger.FindAsync(Pot, None))!.Count);
    }

    /// <summary>Somebody else books it between the reading and the batch.</summary>
    [Fact]
    public async Task AHold_ThatIsMovedMeanwhile_IsCountedOnce()
    {
        var sale = Moved(3, 1, HoldStage.Sold, (Mug, 2));
        await Ledger.BookAsync([Delivered(1, Mug, 100), Moved(2, 1, HoldStage.Held, (Mug, 2))], None);
        var isMet = false;
        server.Faults = request =>
        {
            if (request.What == "batch" && !isMet)
            {
                isMet = true;
                Ledger.BookAsync([sale], None).GetAwaiter().GetResult();
            }

            return null;
        };
        Assert.Equal([Booking.KnownBefore], await Ledger.BookAsync([sale], None));
        Assert.True(isMet);
        Assert.Equal(new StockCount(100, 0, 2), (await Ledger.FindAsync(Mug, None))!.Count);
    }

    /// <summary>In the order in which they came: the sale has what was delivered before it, the one after the write-off has not.</summary>
    [Fact]
    public async Task Movements_ThatShareABatch_AreBookedInTheirOrder()
    {
        Assert.Equal(
            [Booking.Booked, Booking.Booked, Booking.Booked, Booking.Exceeds, Booking.Booked],
            await Ledger.BookAsync(
                [
                    Delivered(1, Mug, 3), Moved(2, 1, HoldStage.Sold, (Mug, 2)), Delivered(3, Mug, -2, "broken"), Moved(4, 2, HoldStage.Sold, (Mug, 1)),
                    new StockMovement.Ruled(5, Subject.Start, Mug, new StockRules(Backorder: 1)),
                ],
                None));
        Assert.Equal(new StockCount(1, 0, 2), (await Ledger.FindAsync(Mug, None))!.Count);
        Assert.Equal([Booking.Exceeds, Booking.Booked], await Ledger.BookAsync([Moved(4, 2, HoldStage.Sold, (Mug, 1)), Delivered(6, Mug, 1, "found")], None));
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([Moved(4, 2, HoldStage.Sold, (Mug, 1))], None));
    }

    /// <summary>A sale and a write-off behind it leave less than nothing, which is right; no condition of theirs together says so.</summary>
    [Fact]
    public async Task ASale_AndAWriteOffBehindIt_AreBookedTogether()
    {
        await Ledger.BookAsync([Delivered(1, Mug, 3)], None);
        Assert.Equal(
            [Booking.Booked, Booking.Booked], await Ledger.BookAsync([Moved(2, 1, HoldStage.Sold, (Mug, 2)), Delivered(3, Mug, -2, "broken")], None));
        Assert.Equal(new StockCount(1, 0, 2), (await Ledger.FindAsync(Mug, None))!.Count);
    }

    /// <summary>300 movements of 12 SKUs are a few reads and a few batches.</summary>
    [Fact]
    public async Task ManyMovements_ShareReadsAndBatches()
    {
        var movements = Enumerable.Range(0, 300).Select(n => Moved(10 + n, n, HoldStage.Held, (Numbered(n % 12), 1))).ToList();
        await Ledger.FindEpochAsync(None);
        server.Forget();
        Assert.All(await Ledger.BookAsync(movements, None), booking => Assert.Equal(Booking.Booked, booking));
        Assert.Equal((4, 4), (CountOf("batch"), CountOf("query")));
        Assert.Equal(new StockCount(0, 25, 0), (await Ledger.FindAsync(Numbered(0), None))!.Count);
        Assert.Equal(300, (await Ledger.ListHeldAsync(1_000, cursor: null, None)).Items.Count);
    }

    /// <summary>By the double's model, which is rough: a sale by itself, and one of many movements that come together.</summary>
    [Fact]
    public async Task AMovement_CostsWhatOnePartitionBearsHundredsOf()
    {
        await Ledger.BookAsync([.. Enumerable.Range(0, 12).Select(n => Delivered(n + 1, Numbered(n), 1_000, $"delivery-{n}"))], None);
        var byItself = await ChargeAsync([Moved(100, 1_000, HoldStage.Sold, (Numbered(0), 1), (Numbered(1), 1))]);
        var together = await ChargeAsync([.. Enumerable.Range(0, 300).Select(n => Moved(200 + n, n, HoldStage.Held, (Numbered(n % 12), 1)))]) / 300;
        Assert.InRange(byItself, 1, 25);
        Assert.InRange(together, 1, 8);
    }

    [Fact]
    public async Task AHold_OfMoreThanABatchHolds_IsCountedWhole()
    {
        var (held, sold) = Large();
        await Ledger.BookAsync([.. Enumerable.Range(0, 100).Select(n => Delivered(n + 1, Numbered(n), 5, $"delivery-{n}"))], None);
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([held], None));
        await EachIsAsync(new StockCount(5, 2, 0));
        Assert.Equal([Booking.Booked, Booking.KnownBefore], await Ledger.BookAsync([sold, held], None));
        await EachIsAsync(new StockCount(5, 0, 2));
    }

    /// <summary>Whoever dies after the first batch is followed by somebody who asks again, or moves the hold on: what was left is counted then, once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AHold_OfMoreThanABatchHolds_LeftHalfway_IsCountedByTheNext(bool movesOn)
    {
        var (held, sold) = Large();
        await Ledger.BookAsync([.. Enumerable.Range(0, 100).Select(n => Delivered(n + 1, Numbered(n), 5, $"delivery-{n}"))], None);
        var batches = 0;
        server.Faults = request => request.What == "batch" && ++batches > 1 ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Ledger.BookAsync([held], None));
        server.Faults = _ => null;
        Assert.Equal([movesOn ? Booking.Booked : Booking.KnownBefore], await Ledger.BookAsync([movesOn ? sold : held], None));
        await EachIsAsync(movesOn ? new StockCount(5, 0, 2) : new StockCount(5, 2, 0));
    }

    [Fact]
    public async Task ABooking_WhoseAnswerIsLost_IsKnownWhenItComesAgain()
    {
        StockMovement[] movements = [Delivered(1, Mug, 5), Moved(2, 1, HoldStage.Sold, (Mug, 2))];
        server.Faults = request => request.What == "batch" ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: true) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Ledger.BookAsync(movements, None));
        server.Faults = _ => null;
        Assert.Equal([Booking.KnownBefore, Booking.KnownBefore], await Ledger.BookAsync(movements, None));
        Assert.Equal(new StockCount(5, 0, 2), (await Ledger.FindAsync(Mug, None))!.Count);
    }

    [Fact]
    public async Task Rules_AreKeptWhole_AndGiveRoom()
    {
        var rules = new StockRules(Backorder: 2, HoldCapPerUser: 3, UnpaidBeforeShortWindow: 4, ShortPaymentWindow: TimeSpan.FromMinutes(5));
        await Ledger.BookAsync([Delivered(1, Mug, 1), new StockMovement.Ruled(long.MaxValue - 1, Subject.Start, Mug, rules)], None);
        Assert.Equal(rules, (await Ledger.FindAsync(Mug, None))!.Rules);
        Assert.Equal(
            [Booking.KnownBefore, Booking.Booked],
            await Ledger.BookAsync([new StockMovement.Ruled(long.MaxValue - 2, Subject.Start, Mug, new StockRules()), Moved(2, 1, HoldStage.Sold, (Mug, 3))], None));
        await Ledger.BookAsync([new StockMovement.Ruled(long.MaxValue, Subject.Start, Mug, new StockRules(Backorder: 3))], None);
        Assert.Equal([Booking.Exceeds], await Ledger.BookAsync([Moved(3, 2, HoldStage.Sold, (Mug, 2))], None));
        Assert.Equal([Booking.Booked], await Ledger.BookAsync([Moved(3, 2, HoldStage.Sold, (Mug, 1))], None));
    }

    /// <summary>Other rules come between the reading and the batch: the room is that of the rules that stand in the end.</summary>
    [Theory]
    [InlineData(4, 7)]
    [InlineData(6, 1)]
    public async Task Rules_ThatMeetOthers_GiveTheRoomOfTheLater(long number, int sold)
    {
        await Ledger.BookAsync([Delivered(1, Mug, 1), new StockMovement.Ruled(2, Subject.Start, Mug, new StockRules(Backorder: 3))], None);
        var isMet = false;
        server.Faults = request =>
        {
            if (request.What == "batch" && !isMet)
            {
                isMet = true;
                Ledger.BookAsync([new StockMovement.Ruled(number, Subject.Start, Mug, new StockRules())], None).GetAwaiter().GetResult();
            }

            return null;
        };
        await Ledger.BookAsync([new StockMovement.Ruled(5, Subject.Start, Mug, new StockRules(Backorder: 6))], None);
        Assert.True(isMet);
        Assert.Equal([Booking.Exceeds], await Ledger.BookAsync([Moved(10, 1, HoldStage.Sold, (Mug, sold + 1))], None));
        var bookings = await Task.WhenAll(Enumerable.Range(0, 2 * sold).Select(n => Task.Run(() => Ledger.BookAsync([Moved(20 + n, n, HoldStage.Sold, (Mug, 1))], None))));
        Assert.Equal(sold, bookings.Count(booking => booking[0] == Booking.Booked));
    }

    internal static Sku Numbered(int n) => Id.Parse<Sku>($"S{n:D3}");

    internal static (StockMovement Held, StockMovement Sold) Large()
    {
        var lines = Enumerable.Range(0, 100).Select(n => (Numbered(n), 2)).ToArray();
        return (Moved(1_000, 1, HoldStage.Held, lines), Moved(1_001, 1, HoldStage.Sold, lines));
    }

    internal static StockMovement.Adjusted Delivered(long number, Sku sku, long units, string key = "delivery") =>
        new(number, Subject.Start, sku, units, key, "counted");

    internal static StockMovement.OfHold Moved(long number, int hold, HoldStage stage, params (Sku Sku, int Quantity)[] lines) =>
        new(number, Subject.Start, Hold(hold), stage, HeldUnits.Of(Lines(lines)));

    private async Task<double> ChargeAsync(StockMovement[] movements)
    {
        server.Forget();
        await Ledger.BookAsync(movements, None);
        return server.Answered.Sum(answered => answered.Charge);
    }

    private int CountOf(string what) => server.Answered.Count(answered => answered.Request.What == what);

    private async Task EachIsAsync(StockCount expected)
    {
        var levels = await Ledger.ListAsync(1_000, cursor: null, None);
        Assert.Equal(100, levels.Items.Count);
        Assert.All(levels.Items, level => Assert.Equal(expected, level.Count));
    }
}
