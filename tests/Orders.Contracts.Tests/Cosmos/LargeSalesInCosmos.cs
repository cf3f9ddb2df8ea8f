using System.Net;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using static Orders.Contracts.Tests.Cosmos.LedgerBatchesInCosmos;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>Sales of more SKUs than a batch holds, while others sell and processes die.</summary>
public sealed class LargeSalesInCosmos : IDisposable
{
    private const int Stock = 5;
    private const int Skus = 100;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public LargeSalesInCosmos() => subject = CosmosSubject.Create(out server);

    private IStockLedger Ledger => subject.Port<IStockLedger>();

    public void Dispose() => subject.Dispose();

    /// <summary>
    /// Somebody else sells out one SKU before the first, second or third batch, that of the claim, of the sale and of its rest: whichever it is, what is sold is there, and a
    /// sale that is refused leaves no SKU with less room.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 1)]
    [InlineData(99, 1)]
    [InlineData(0, 2)]
    [InlineData(50, 2)]
    [InlineData(99, 2)]
    [InlineData(99, 3)]
    public async Task ASale_ThatMeetsOneOfTheLastUnits_IsBookedWholeOrRefusedWhole(int sku, int beforeBatch)
    {
        await StockAsync();
        var batches = 0;
        Booking? rival = null;
        server.Faults = request =>
        {
            if (request.What == "batch" && ++batches == beforeBatch)
                rival = Task.Run(() => RivalAsync(sku)).GetAwaiter().GetResult();
            return null;
        };

        var booking = (await Ledger.BookAsync([Large().Sold], None))[0];

        server.Faults = _ => null;
        Assert.Contains(booking, new[] { Booking.Booked, Booking.Exceeds });
        Assert.NotEqual(booking == Booking.Booked, rival == Booking.Booked);
        Assert.Equal(booking == Booking.Booked, await Ledger.FindHoldAsync(Hold(1), None) is not null);
        await EachHasRoomForWhatIsLeftAsync(booking == Booking.Booked ? 2 : 0, sku, rival == Booking.Booked ? Stock : 0);
    }

    /// <summary>Whoever dies behind the claim, or before its end is known, is followed by who asks again, or moves the hold on: the room is counted once, or given back.</summary>
    [Theory]
    [InlineData(1, true, HoldStage.Sold)]
    [InlineData(2, false, HoldStage.Sold)]
    [InlineData(2, true, HoldStage.Sold)]
    [InlineData(3, false, HoldStage.Sold)]
    [InlineData(1, true, HoldStage.Released)]
    [InlineData(2, false, HoldStage.Released)]
    [InlineData(2, true, HoldStage.Released)]
    [InlineData(3, true, HoldStage.Released)]
    public async Task ASale_ThatDiesHalfway_IsCountedOrGivenBackByTheNext(int atBatch, bool isDone, HoldStage next)
    {
        await StockAsync();
        var batches = 0;
        server.Faults = request => request.What == "batch" && ++batches >= atBatch ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: isDone && batches == atBatch) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Ledger.BookAsync([Large().Sold], None));
        server.Faults = _ => null;

        var sale = (StockMovement.OfHold)Large().Sold;
        await Ledger.BookAsync([next == HoldStage.Sold ? sale : sale with { Number = sale.Number + 1, Stage = next }], None);

        Assert.Equal(next, (await Ledger.FindHoldAsync(Hold(1), None))!.Stage);
        await EachHasRoomForWhatIsLeftAsync(next == HoldStage.Sold ? 2 : 0, rivals: 0, theirs: 0);
    }

    /// <summary>
    /// Whose movement Redis lost, too, is asked for by nobody: what it claimed would be short for ever, and what it has left to count be sold twice. Whoever proves the
    /// counters or builds them anew lists the levels.
    /// </summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    public async Task ASale_ThatDiesHalfway_AndIsNeverAskedForAgain_IsMadeGoodByTheListOfLevels(int atBatch, int sold)
    {
        await StockAsync();
        var batches = 0;
        server.Faults = request => request.What == "batch" && ++batches >= atBatch ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Ledger.BookAsync([Large().Sold], None));
        server.Faults = _ => null;

        await EachHasRoomForWhatIsLeftAsync(sold, rivals: 0, theirs: 0);
    }

    /// <summary>It takes back a claim that is alive, which then is taken anew.</summary>
    [Fact]
    public async Task ASale_WhileTheLevelsAreListed_IsBookedOnce()
    {
        await StockAsync();
        var batches = 0;
        server.Faults = request =>
        {
            if (request.What == "batch" && ++batches == 2)
                Task.Run(() => Ledger.ListAsync(10, cursor: null, None)).GetAwaiter().GetResult();
            return null;
        };

        Assert.Equal([Booking.Booked], await Ledger.BookAsync([Large().Sold], None));

        server.Faults = _ => null;
        Assert.InRange(batches, 5, 9);
        await EachHasRoomForWhatIsLeftAsync(2, rivals: 0, theirs: 0);
    }

    /// <summary>A claim alone is no hold.</summary>
    [Fact]
    public async Task AClaim_IsNoHold()
    {
        await StockAsync();
        var batches = 0;
        server.Faults = request => request.What == "batch" && ++batches == 2 ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Ledger.BookAsync([Large().Sold], None));
        Assert.Null(await Ledger.FindHoldAsync(Hold(1), None));
        Assert.Empty((await Ledger.ListHeldAsync(10, cursor: null, None)).Items);
    }

    /// <summary>The same sale by several at once takes the room of one.</summary>
    [Fact]
    public async Task ASale_BookedByManyAtOnce_CountsOnce()
    {
        await StockAsync();
        var bookings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Ledger.BookAsync([Large().Sold], None))));
        Assert.Single(bookings, booking => booking[0] == Booking.Booked);
        await EachHasRoomForWhatIsLeftAsync(2, rivals: 0, theirs: 0);
    }

    private Task StockAsync() => Ledger.BookAsync([.. Enumerable.Range(0, Skus).Select(n => Delivered(n + 1, Numbered(n), Stock, $"delivery-{n}"))], None);

    /// <summary>All of one SKU. While its room is claimed nobody knows what comes of that: then nothing is booked, and the caller is to come again.</summary>
    private async Task<Booking?> RivalAsync(int sku)
    {
        try
        {
            return (await Ledger.BookAsync([Moved(2_000, 2, HoldStage.Sold, (Numbered(sku), Stock))], None))[0];
        }
        catch (DependencyUnavailableException)
        {
            return null;
        }
    }

    /// <summary>What the levels say, and what can really be sold: just that many more, and not one.</summary>
    private async Task EachHasRoomForWhatIsLeftAsync(int ours, int rivals, int theirs)
    {
        var levels = (await Ledger.ListAsync(1_000, cursor: null, None)).Items;
        Assert.Equal(Enumerable.Range(0, Skus).Select(n => new StockCount(Stock, 0, ours + (n == rivals ? theirs : 0))), levels.Select(level => level.Count));
        for (var n = 0; n < Skus; n += n is 0 or 98 ? 1 : 7)
        {
            var left = Stock - ours - (n == rivals ? theirs : 0);
            Assert.Equal(
                [left == 0 ? Booking.Exceeds : Booking.Booked, Booking.Exceeds],
                await Ledger.BookAsync([Moved(5_000, 100 + n, HoldStage.Sold, (Numbered(n), Math.Max(left, 1))), Moved(5_001, 300 + n, HoldStage.Sold, (Numbered(n), 1))], None));
        }
    }
}
