using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every catalogue must do.</summary>
public abstract class CatalogueContract(Subject subject) : ContractTests(subject)
{
    private ICatalogue Catalogue => Subject.Port<ICatalogue>();

    [Fact]
    public async Task Find_FindsThoseThatExist()
    {
        var mug = new CatalogueItem(Mug, "A mug — «große»", 1299, Euro);
        await Catalogue.PutAsync(mug, None);
        var found = await Catalogue.FindAsync([Mug, Pot], None);
        Assert.Equal(mug, Assert.Single(found).Value);
        Assert.Empty(await Catalogue.FindAsync([], None));
    }

    [Fact]
    public async Task Put_Again_Replaces()
    {
        await Catalogue.PutAsync(new CatalogueItem(Mug, "Mug", 1, Euro), None);
        var dearer = new CatalogueItem(Mug, "Fine mug", OrderLimits.MostUnitPrice, Id.Parse<Currency>("CHF"));
        await Catalogue.PutAsync(dearer, None);
        Assert.Equal(dearer, (await Catalogue.FindAsync([Mug], None))[Mug]);
        await Subject.RestartAsync();
        Assert.Equal(dearer, (await Catalogue.FindAsync([Mug], None))[Mug]);
    }

    [Fact]
    public async Task Put_OfWhatWasFound_IsFoundAtOnce()
    {
        for (var price = 1; price <= 5; price++)
        {
            await Catalogue.PutAsync(new CatalogueItem(Mug, "Mug", price, Euro), None);
            Assert.Equal(price, (await Catalogue.FindAsync([Mug, Pot], None))[Mug].UnitPrice);
            Assert.Equal(price, (await Catalogue.FindAsync([Mug], None))[Mug].UnitPrice);
        }
    }

    [Fact]
    public async Task Find_WhilePutsGoOn_IsNeverOlderThanTheLastThatEnded()
    {
        await Catalogue.PutAsync(new CatalogueItem(Mug, "Mug", 1, Euro), None);
        var put = 1L;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref put) is var least and < 60)
                Assert.InRange((await Catalogue.FindAsync([Mug], None))[Mug].UnitPrice, least, 60);
        })).ToList();
        for (var price = 2L; price <= 60; price++)
        {
            await Catalogue.PutAsync(new CatalogueItem(Mug, "Mug", price, Euro), None);
            Volatile.Write(ref put, price);
        }

        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task List_InPages_ShowsEachOnceBySku()
    {
        for (var n = 9; n >= 0; n--)
            await Catalogue.PutAsync(new CatalogueItem(Id.Parse<Sku>($"S-{n}"), "Thing", n, Euro), None);
        foreach (var limit in new[] { 1, 3, 5, 10, 11 })
        {
            var all = await ReadAllAsync(cursor => Catalogue.ListAsync(limit, cursor, None));
            Assert.Equal(Enumerable.Range(0, 10).Select(n => $"S-{n}"), all.Select(item => item.Sku.Value));
        }
    }

    [Fact]
    public async Task List_WithABadCursor_IsRefused()
    {
        await Assert.ThrowsAsync<FormatException>(() => Catalogue.ListAsync(1, "abcdefgh", None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Catalogue.ListAsync(0, cursor: null, None));
    }
}

public sealed class CatalogueInMemory() : CatalogueContract(Subject.OnMemory());

public sealed class CatalogueInFile() : CatalogueContract(Subject.OnFile());
