using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;

namespace OrderFunctions.LocalHost.Tests.Load;

/// <summary>The audit at the end of every measurement can fail: each promise is broken once, in the shop or in what it is said to have answered.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orders-load-audit-");
    private readonly LocalHostProcess host;
    private readonly LoadShop shop;

    public AuditTests()
    {
        host = new LocalHostProcess(folder.FullName);
        shop = new LoadShop(host.Address, buyers: 3, skus: 2, hotShare: 0.5, run: "audit");
    }

    public async Task InitializeAsync()
    {
        await host.StartAsync();
        await shop.OpenAsync();
        using var connection = await Connection.OpenAsync(host.Address);
        for (var order = 0; order < 4; order++)
            Assert.Equal(201, await shop.PlaceAsync(connection));
        Assert.Equal(200, await shop.PlaceAndPayAsync(connection));
    }

    public async Task DisposeAsync()
    {
        shop.Dispose();
        await host.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Audit_OfAShopThatKeptItsPromises_FindsNothing_AndOfOneThatDidNot_FindsIt()
    {
        Assert.Empty(await Audit.FindBrokenAsync(shop, new OpenBefore(0, 0)));
        var answered = shop.Placed.ToList();
        var (unpaid, other, paid) = (answered[0], answered[1], answered.Single(order => order.IsPaid));

        await IsFoundAsync("keys have", [.. answered, other]);
        await IsFoundAsync("is PendingPayment", [unpaid with { IsPaid = true }, .. answered.Skip(1)]);
        await IsFoundAsync("is PendingShipment", [.. answered.Where(order => order != paid), paid with { IsPaid = false }]);
        await IsFoundAsync("held", [unpaid with { Units = unpaid.Units + 1 }, .. answered.Skip(1)]);
        await IsFoundAsync("held", [.. answered.Skip(1)]);
        await IsFoundAsync("another answer", [unpaid with { Key = other.Key, Buyer = other.Buyer, Sku = other.Sku, Units = other.Units }, .. answered.Skip(1)]);
        await IsFoundAsync("404", [unpaid with { OrderId = new string('a', 26) }, .. answered.Skip(1)]);
        await IsFoundAsync("processes for", answered, new OpenBefore(1, 0));

        await shop.PutItemAsync(LoadShop.SkuOf(1), 691, LoadShop.StockOfEach - 1);
        await IsFoundAsync("is not the stock", answered);
        await shop.PutItemAsync(LoadShop.SkuOf(1), 691, LoadShop.StockOfEach);
        await IsFoundAsync(null, answered);
        await shop.CancelAsync(unpaid.OrderId);
        await IsFoundAsync("is Cancelled", answered);
        // Last, for the key of the buyer who isn't places an order.
        await IsFoundAsync("shown to another buyer", [unpaid with { Buyer = (unpaid.Buyer + 2) % 3 }, .. answered.Skip(1)]);
    }

    /// <param name="words">What the audit must say; null for nothing.</param>
    private async Task IsFoundAsync(string? words, IReadOnlyList<LoadOrder> answered, OpenBefore? before = null)
    {
        shop.Placed.Clear();
        foreach (var order in answered)
            shop.Placed.Enqueue(order);
        var failure = await Record.ExceptionAsync(() => Audit.MustHoldAsync(shop, before));
        if (words is null)
            Assert.Null(failure);
        else
            Assert.Contains(words, Assert.IsType<LoadFailedException>(failure).Message, StringComparison.Ordinal);
    }
}
