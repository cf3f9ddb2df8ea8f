using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class StockControlTests : ControlTest
{
    private const string Url = "/local/catalogue/" + TestShop.Tea;

    [Fact]
    public async Task Put_SetsItemAndStock_AndReadingTellsTheCounters()
    {
        await Shop.PlaceAsync(quantity: 3);

        Assert.Equal("""{"sku":"test-tea","available":97,"held":3,"sold":0,"stock":100}""", (await Shop.GetAsync("/local/stock/test-tea")).IsOk().Body);
        Assert.Equal(TestShop.Price, (long)(await Shop.GetAsync("/api/catalogue/test-tea")).IsOk()["unitPrice"]!);
    }

    [Fact]
    public async Task Put_TheSameAgainAfterAnother_IsASettingOfItsOwn()
    {
        foreach (var stock in new[] { 5, 10, 5 })
        {
            await Shop.PutItemAsync(TestShop.Tea, stock);
            Assert.Equal(stock, (long)(await Shop.GetAsync("/local/stock/test-tea"))["stock"]!);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR"}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":-1}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":1000000000000}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":1.5}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":"5"}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":null}""")]
    [InlineData("""{"name":"Coffee","unitPrice":0,"currency":"EUR","stock":5}""")]
    [InlineData("""{"name":"Coffee","unitPrice":-1,"currency":"EUR","stock":5}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"currency":"euro","stock":5}""")]
    [InlineData("""{"name":"Coffee","unitPrice":1,"stock":5}""")]
    [InlineData("""{"name":"","unitPrice":1,"currency":"EUR","stock":5}""")]
    [InlineData("""{"unitPrice":1,"currency":"EUR","stock":5}""")]
    public async Task Put_OfNonsense_IsRefusedAndChangesNothing(string body)
    {
        (await Shop.PutAsync(Url, body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        await NothingChangedAsync();
    }

    [Fact]
    public async Task Put_OfLessThanIsHeld_IsRefusedAndChangesNothing()
    {
        await Shop.PlaceAsync(quantity: 3);

        (await Shop.PutAsync(Url, """{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":2}""")).IsProblem(HttpStatusCode.Conflict, "stock-below-committed");

        await NothingChangedAsync();
    }

    [Fact]
    public async Task BadSku_IsRefused()
    {
        (await Shop.PutAsync("/local/catalogue/no%20sku", """{"name":"Coffee","unitPrice":1,"currency":"EUR","stock":5}""")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        (await Shop.GetAsync("/local/stock/no%20sku")).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await Shop.GetAsync("/local/stock/nobody-knows")).IsProblem(HttpStatusCode.NotFound, "not-found");
    }

    private async Task NothingChangedAsync()
    {
        var item = (await Shop.GetAsync("/api/catalogue/test-tea")).IsOk();
        Assert.Equal(("Tea", TestShop.Price), ((string)item["name"]!, (long)item["unitPrice"]!));
        Assert.Equal(100, (long)(await Shop.GetAsync("/local/stock/test-tea"))["stock"]!);
    }
}
