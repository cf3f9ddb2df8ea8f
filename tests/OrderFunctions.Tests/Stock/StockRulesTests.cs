using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Stock;

/// <summary>The rules of a SKU over HTTP, from the merchant who sets them to the buyer who meets them.</summary>
public sealed class StockRulesTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Cap_RefusesWithItsOwnProblem_AndTheRefusalIsReplayed()
    {
        await PutAsync("""{"holdCapPerUser":2}""");
        await app.PlacedAsync("alice", "k1");

        var refused = await app.PlaceAsync("alice", "k2");
        IsProblem(refused, 409, "hold-limit");
        await PutAsync("{}");
        var again = await app.PlaceAsync("alice", "k2");

        IsProblem(again, 409, "hold-limit");
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        await app.PlacedAsync("alice", "k3");
    }

    [Fact]
    public async Task UnpaidOrder_ShortensTheNext_AndPayBySaysSo()
    {
        await PutAsync("""{"unpaidBeforeShortWindow":1,"shortPaymentWindow":"PT5M"}""");
        await app.PlacedAsync("alice", "k1");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));

        Assert.Equal(TimeSpan.FromMinutes(5), await WindowAsync("alice"));
        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("bob"));
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(2, (await app.StockOfAsync()).Held);
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("alice"));
    }

    [Fact]
    public async Task Backorder_ShowsBelowZero_AndCantBeTakenBackWhilePromised()
    {
        await PutAsync("""{"backorder":5}""");
        await app.PlacedAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 103));

        var level = await app.SendAsync(HttpMethod.Get, $"api/stock/{OrderApp.Mug}", app.Tokens.For("sam", "support"));
        Assert.Equal((-3, 5), (level.Json["available"]!.GetValue<int>(), level.Json["rules"]!["backorder"]!.GetValue<int>()));
        IsProblem(await SendAsync("""{"backorder":2}"""), 409, "stock-below-committed");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("""{"backorder":3}""")).Status);
        IsProblem(await app.PlaceAsync("bob", "k1", Baskets.Of(OrderApp.Mug, 1)), 409, "out-of-stock");
    }

    [Theory]
    [InlineData("""{"backorder":-1}""", "backorder")]
    [InlineData("""{"backorder":1000000001}""", "backorder")]
    [InlineData("""{"holdCapPerUser":0}""", "holdCapPerUser")]
    [InlineData("""{"unpaidBeforeShortWindow":101,"shortPaymentWindow":"PT5M"}""", "unpaidBeforeShortWindow")]
    [InlineData("""{"shortPaymentWindow":"PT5M"}""", "unpaidBeforeShortWindow")]
    [InlineData("""{"unpaidBeforeShortWindow":1,"shortPaymentWindow":"5"}""", "shortPaymentWindow")]
    [InlineData("""{"unpaidBeforeShortWindow":1,"shortPaymentWindow":"PT1S"}""", "shortPaymentWindow")]
    public async Task Rules_OfAnotherForm_AreRefused(string body, string field)
    {
        var refused = await SendAsync(body);
        IsProblem(refused, 400, "invalid-request");
        Assert.NotNull(refused.Json["errors"]![field]);
    }

    [Fact]
    public async Task Rules_OfWhatIsNotInTheCatalogue_AreNotFound() =>
        IsProblem(await app.SendAsync(HttpMethod.Put, "api/stock/NOPE/rules", app.Tokens.For("mia", "merchant"), "{}"), 404, "not-found");

    private Task<Reply> SendAsync(string rules) => app.SendAsync(HttpMethod.Put, $"api/stock/{OrderApp.Mug}/rules", app.Tokens.For("mia", "merchant"), rules);

    private async Task PutAsync(string rules) => Assert.Equal(HttpStatusCode.OK, (await SendAsync(rules)).Status);

    private async Task<TimeSpan> WindowAsync(string user)
    {
        var order = await app.PlaceAsync(user, $"at-{app.Host.Clock.GetUtcNow():HHmmss}");
        Assert.True(order.Status is HttpStatusCode.Created, order.ToString());
        var window = order.Json["payBy"]!.GetValue<DateTimeOffset>() - order.Json["placedAt"]!.GetValue<DateTimeOffset>();
        return TimeSpan.FromMinutes(Math.Floor(window.TotalMinutes));
    }
}
