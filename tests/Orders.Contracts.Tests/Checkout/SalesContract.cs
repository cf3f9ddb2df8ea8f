using Orders.Application;
using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every keeper of sales' terms must do.</summary>
public abstract class SalesContract(Subject subject) : ContractTests(subject)
{
    private ISales Sales => Subject.Port<ISales>();

    internal static FlashSale Sale(string id, long version = 1, int quantity = 10) => new()
    {
        SaleId = Id.Parse<SaleId>(id),
        Version = version,
        Skus = [Mug, Pot],
        Quantity = quantity,
        StartsAt = Subject.Start,
        EndsAt = Subject.Start.AddHours(2),
        PerUser = 2,
        Difficulty = 5,
    };

    [Fact]
    public async Task Put_IsFoundAsItIs_AndKept()
    {
        var sale = Sale("friday");
        Assert.Null(await Sales.FindAsync(sale.SaleId, None));
        Assert.True(await Sales.PutAsync(sale, None));
        Assert.Equal(sale, await Sales.FindAsync(sale.SaleId, None));
        await Subject.RestartAsync();
        Assert.Equal(sale, await Sales.FindAsync(sale.SaleId, None));
    }

    [Fact]
    public async Task Put_OfTheNextVersion_Replaces()
    {
        await Sales.PutAsync(Sale("friday"), None);
        Assert.True(await Sales.PutAsync(Sale("friday", version: 2, quantity: 20), None));
        Assert.Equal(Sale("friday", version: 2, quantity: 20), await Sales.FindAsync(Sale("friday").SaleId, None));
    }

    [Fact]
    public async Task Put_OfAnyOtherVersion_IsRefused_AndRepeatedIsSuccess()
    {
        Assert.False(await Sales.PutAsync(Sale("friday", version: 2), None));
        await Sales.PutAsync(Sale("friday"), None);
        Assert.False(await Sales.PutAsync(Sale("friday", version: 3), None));
        Assert.False(await Sales.PutAsync(Sale("friday", quantity: 20), None));
        Assert.True(await Sales.PutAsync(Sale("friday"), None));
        Assert.Equal(Sale("friday"), await Sales.FindAsync(Sale("friday").SaleId, None));
    }

    [Fact]
    public async Task Put_ByManyAtOnce_IsOnesAlone()
    {
        var put = await Task.WhenAll(Enumerable.Range(1, 32).Select(quantity => Task.Run(() => Sales.PutAsync(Sale("friday", quantity: quantity), None))));
        Assert.Single(put, done => done);
    }

    [Fact]
    public async Task List_ShowsEverySaleOnce()
    {
        foreach (var id in new[] { "c", "a", "d", "b" })
            await Sales.PutAsync(Sale(id), None);
        Assert.Equal(["a", "b", "c", "d"], (await ReadAllAsync(cursor => Sales.ListAsync(3, cursor, None))).Select(sale => sale.SaleId.Value));
        await Assert.ThrowsAsync<FormatException>(() => Sales.ListAsync(3, "no cursor", None));
    }
}

public sealed class SalesInMemory() : SalesContract(Subject.OnMemory());

public sealed class SalesInFile() : SalesContract(Subject.OnFile());

/// <summary>Bugs that the tests above find.</summary>
public sealed class SalesNegativeControls
{
    [Theory]
    [InlineData(nameof(SalesContract.Put_OfAnyOtherVersion_IsRefused_AndRepeatedIsSuccess))]
    [InlineData(nameof(SalesContract.Put_ByManyAtOnce_IsOnesAlone))]
    public Task KeeperThatTakesAnything_IsFound(string guard) => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new Suite(Subject.OnMemory().With<ISales>((_, _) => new TakesAnything()));
        await (Task)typeof(SalesContract).GetMethod(guard)!.Invoke(suite, parameters: null)!;
    });

    private sealed class Suite(Subject subject) : SalesContract(subject);

    private sealed class TakesAnything : ISales
    {
        private FlashSale? sale;

        public Task<FlashSale?> FindAsync(SaleId id, CancellationToken cancellation) => Task.FromResult(sale);

        public Task<Page<FlashSale>> ListAsync(int limit, string? cursor, CancellationToken cancellation) =>
            Task.FromResult(new Page<FlashSale>(sale is null ? [] : [sale], NextCursor: null));

        public Task<bool> PutAsync(FlashSale put, CancellationToken cancellation)
        {
            sale = put;
            return Task.FromResult(true);
        }
    }
}
