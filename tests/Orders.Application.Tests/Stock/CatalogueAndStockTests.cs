using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Checkout;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Stock;

public sealed class CatalogueAndStockTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Theory]
    [InlineData("name", "CUP", "", 1L, "EUR")]
    [InlineData("name", "CUP", "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890", 1L, "EUR")]
    [InlineData("unitPrice", "CUP", "Cup", 0L, "EUR")]
    [InlineData("unitPrice", "CUP", "Cup", -1L, "EUR")]
    [InlineData("unitPrice", "CUP", "Cup", 1_000_000_000_001L, "EUR")]
    [InlineData("unitPrice", "CUP", "Cup", null, "EUR")]
    [InlineData("currency", "CUP", "Cup", 1L, "eur")]
    [InlineData("currency", "CUP", "Cup", 1L, "XXX")]
    [InlineData("currency", "CUP", "Cup", 1L, null)]
    [InlineData("sku", "a b", "Cup", 1L, "EUR")]
    public async Task Item_ThatBreaksARule_IsRefusedByField(string field, string sku, string name, long? price, string? currency)
    {
        var refused = await shop.Use<PutCatalogueItem>().RunAsync(sku, new CatalogueItemRequest(name, price, currency), default);

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
        Assert.IsType<Refusal.NotFound>((await shop.Use<ReadCatalogueItem>().RunAsync(sku, default)).Refusal);
    }

    [Fact]
    public async Task Item_AtItsBounds_IsTaken_AndReplaced()
    {
        var put = shop.Use<PutCatalogueItem>();
        await put.RunAsync("CUP", new CatalogueItemRequest(new string('n', OrderLimits.MostNameCharacters), OrderLimits.MostUnitPrice, "JPY"), default);

        var item = (await put.RunAsync("CUP", new CatalogueItemRequest("Cup", 1, "JPY"), default)).Value!;

        Assert.Equal(item, (await shop.Use<ReadCatalogueItem>().RunAsync("CUP", default)).Value);
    }

    [Fact]
    public async Task Catalogue_IsListedPageByPage()
    {
        var first = (await shop.Use<ListCatalogue>().RunAsync("2", cursor: null, default)).Value!;
        var second = (await shop.Use<ListCatalogue>().RunAsync("2", first.NextCursor, default)).Value!;

        Assert.Equal(["BOOK", "MUG", "TEA"], first.Items.Concat(second.Items).Select(item => item.Sku.Value));
        Assert.Null(second.NextCursor);
        Assert.IsType<Refusal.Invalid>((await shop.Use<ListCatalogue>().RunAsync("0", cursor: null, default)).Refusal);
        Assert.IsType<Refusal.Invalid>((await shop.Use<ListCatalogue>().RunAsync(limit: null, "made-up", default)).Refusal);
    }

    [Fact]
    public async Task Adjustment_IsMadeOncePerKey_OfEachCallerAndSku()
    {
        var received = new StockAdjustmentRequest(Delta: 5, SetTo: null, "received");

        Assert.Equal(15, (await AdjustAsync("MUG", received)).Value!.Stock);
        Assert.Equal(15, (await AdjustAsync("MUG", received)).Value!.Stock);
        Assert.Equal(15, (await AdjustAsync("TEA", received)).Value!.Stock);
        Assert.Equal(20, (await shop.Use<AdjustStock>().RunAsync(Support, "MUG", received, "k", default)).Value!.Stock);
    }

    [Fact]
    public async Task Stock_NeverFallsBelowWhatIsHeld()
    {
        await shop.PlacedAsync(("MUG", 4));

        Assert.Equal(new Refusal.StockBelowCommitted(Mug), (await AdjustAsync("MUG", new(Delta: -7, SetTo: null, "lost"), "a")).Refusal);
        Assert.Equal(new Refusal.StockBelowCommitted(Mug), (await AdjustAsync("MUG", new(Delta: null, SetTo: 3, "counted"), "b")).Refusal);
        Assert.Equal(
            new StockLevel(Mug, Available: 0, Held: 4, Sold: 0, Stock: 4), (await AdjustAsync("MUG", new(Delta: null, SetTo: 4, "counted"), "c")).Value);
    }

    [Theory]
    [InlineData("delta", null, null, "why")]
    [InlineData("delta", 1L, 1L, "why")]
    [InlineData("delta", 0L, null, "why")]
    [InlineData("delta", 1_000_000_001L, null, "why")]
    [InlineData("setTo", null, -1L, "why")]
    [InlineData("reason", 1L, null, null)]
    public async Task Adjustment_OfAnotherForm_IsRefused(string field, long? delta, long? setTo, string? reason)
    {
        var refused = await AdjustAsync("MUG", new StockAdjustmentRequest(delta, setTo, reason));

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
    }

    [Fact]
    public async Task Stock_OfWhatIsNotInTheCatalogue_IsNotFound()
    {
        Assert.IsType<Refusal.NotFound>((await AdjustAsync("NOPE", new StockAdjustmentRequest(Delta: 1, SetTo: null, "why"))).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.Use<ReadStock>().RunAsync("NOPE", default)).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.Use<ReadStock>().RunAsync("a b", default)).Refusal);
        Assert.Equal(10, (await shop.Use<ReadStock>().RunAsync("MUG", default)).Value!.Available);
    }

    private Task<Result<StockLevel>> AdjustAsync(string sku, StockAdjustmentRequest request, string key = "k") =>
        shop.Use<AdjustStock>().RunAsync(Merchant, sku, request, key, default);
}
