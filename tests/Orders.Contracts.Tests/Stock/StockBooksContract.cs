using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>What every proof of the stock must do: sound counters pass, planted drift is found, reported and repaired, and then there is none.</summary>
public abstract class StockBooksContract(Subject subject) : ContractTests(subject)
{
    private IStock Stock => Subject.Port<IStock>();

    private IStockBooks Books => Subject.Port<IStockBooks>();

    /// <summary>Changes the counters behind everybody's back.</summary>
    protected abstract Task PlantAsync(Sku sku, long held, long sold);

    [Fact]
    public async Task Prove_OfSoundCounters_FindsNothing()
    {
        await SellSomeAsync();
        var proofs = await ReadAllAsync(cursor => Books.ProveAsync(1, cursor, None));
        Assert.Equal([Mug, Pot], proofs.Select(proof => proof.Sku));
        Assert.All(proofs, proof => Assert.True(proof.Holds, proof.ToString()));
        Assert.Equal(new StockCount(20, 3, 3), proofs[0].Found);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, -2)]
    public async Task Reconcile_OfPlantedDrift_ReportsItAndRepairsIt(long held, long sold)
    {
        await SellSomeAsync();
        await PlantAsync(Mug, held, sold);
        var report = await Reconcile().RunAsync(None);
        Assert.Equal(2, report.Proven);
        Assert.Equal([new StockDrift(Mug, new StockCount(20, 3, 3), new StockCount(20, 3 + held, 3 + sold), Repaired: true)], report.Drifts);
        Assert.Equal((3, 3), await CountersAsync(Mug));
        Assert.Empty((await Reconcile().RunAsync(None)).Drifts);
    }

    [Fact]
    public async Task Reconcile_GoesOnWhereItStopped()
    {
        await SellSomeAsync();
        await PlantAsync(Mug, held: 1, sold: 0);
        await PlantAsync(Pot, held: 1, sold: 0);
        var cursor = (await Books.ProveAsync(1, cursor: null, None)).NextCursor;
        await Subject.Port<IWatermarks>().SetAsync("reconcile-stock", cursor, None);
        Assert.Equal(Pot, Assert.Single((await Reconcile().RunAsync(None)).Drifts).Sku);
        Assert.Equal(Mug, Assert.Single((await Reconcile().RunAsync(None)).Drifts).Sku);
        Assert.Empty((await Reconcile().RunAsync(None)).Drifts);
    }

    [Fact]
    public async Task Reconcile_WhileAnotherRunIsAtIt_LeavesItToThatOne()
    {
        await SellSomeAsync();
        await PlantAsync(Mug, held: 1, sold: 0);
        var other = await Subject.Port<ILeases>().TryTakeAsync("reconcile-stock", TimeSpan.FromMinutes(1), None);
        Assert.Equal(0, (await Reconcile().RunAsync(None)).Proven);
        await Subject.Port<ILeases>().ReleaseAsync(other!, None);
        Assert.Single((await Reconcile().RunAsync(None)).Drifts);
        Assert.NotNull(await Subject.Port<ILeases>().TryTakeAsync("reconcile-stock", TimeSpan.FromMinutes(1), None));
    }

    [Fact]
    public async Task Repair_OfCountersThatHaveMovedSince_ChangesNothing()
    {
        await SellSomeAsync();
        await PlantAsync(Mug, held: 5, sold: 0);
        var proof = (await Books.ProveAsync(1, cursor: null, None)).Items[0];
        await Stock.ReserveAsync(Hold(9), Lines((Mug, 1)), None);
        Assert.False(await Books.RepairAsync(proof, None));
        Assert.Equal((9, 3), await CountersAsync(Mug));
        Assert.True(await Books.RepairAsync((await Books.ProveAsync(1, cursor: null, None)).Items[0], None));
        Assert.Equal((4, 3), await CountersAsync(Mug));
        await Assert.ThrowsAsync<FormatException>(() => Books.ProveAsync(1, "nonsense", None));
    }

    [Fact]
    public async Task Prove_WhileOthersBuy_NeverReportsADriftThatIsNone()
    {
        await Stock.AdjustAsync(Mug, new StockChange.To(10_000), "opening", "mugs", None);
        var buying = Task.WhenAll(Enumerable.Range(0, 8).Select(buyer => Task.Run(async () =>
        {
            for (var n = 0; n < 20; n++)
            {
                var hold = Hold(buyer * 100 + n);
                await Stock.ReserveAsync(hold, Lines((Mug, 2)), None);
                if (n % 3 == 0)
                    await Stock.CommitAsync(hold, Lines((Mug, 2)), None);
                else if (n % 3 == 1)
                    await Stock.ReleaseAsync(hold, generation: null, None);
            }
        })));
        while (!buying.IsCompleted)
        {
            await Books.BookAsync(7, None);
            Assert.All((await Books.ProveAsync(10, cursor: null, None)).Items, proof => Assert.True(proof.Holds, proof.ToString()));
        }

        await buying;
        Assert.True(Assert.Single((await Books.ProveAsync(10, cursor: null, None)).Items).Holds);
    }

    /// <summary>Three held, three sold, three freed of 20 mugs; some booked, some still on their way.</summary>
    private async Task SellSomeAsync()
    {
        await Stock.AdjustAsync(Mug, new StockChange.To(20), "opening", "mugs", None);
        await Stock.AdjustAsync(Pot, new StockChange.To(5), "opening", "pots", None);
        for (var n = 1; n <= 3; n++)
            await Stock.ReserveAsync(Hold(n), Lines((Mug, 3), (Pot, 1)), None);
        await Books.BookAsync(2, None);
        await Stock.CommitAsync(Hold(1), Lines((Mug, 3), (Pot, 1)), None);
        await Stock.ReleaseAsync(Hold(2), generation: null, None);
    }

    private ReconcileStock Reconcile() => new(
        new SyncStock(Books, Subject.Port<ILeases>(), Subject.Port<IOrderStore>(), new OrderPolicy(), Subject.Clock, NullLogger<SyncStock>.Instance),
        Books, Subject.Port<ILeases>(), Subject.Port<IWatermarks>(), NullLogger<ReconcileStock>.Instance);

    private async Task<(long Held, long Sold)> CountersAsync(Sku sku)
    {
        var level = await Stock.FindAsync(sku, None);
        return (level!.Held, level.Sold);
    }
}

public abstract class EmbeddedStockBooks(Subject subject) : StockBooksContract(subject)
{
    protected override Task PlantAsync(Sku sku, long held, long sold) => Subject.Store.WriteAsync(transaction =>
        transaction.Execute("UPDATE stock SET held = held + $2, sold = sold + $3 WHERE sku = $1", sku.Value, held, sold));
}

public sealed class StockBooksInMemory() : EmbeddedStockBooks(Subject.OnMemory());

public sealed class StockBooksInFile() : EmbeddedStockBooks(Subject.OnFile());
