using System.Net;
using OrderFunctions.Access;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>A list is not given to its end, however it is asked for.</summary>
public sealed class ListDepthTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync()
    {
        app = await OrderApp.StartAsync(builder => builder.Services.AddLimits(new AccessLimits { User = new(), Address = new(), ListDepth = 4 }));
        for (var n = 0; n < 7; n++)
        {
            await app.PlacedAsync(key: $"k{n}", body: Baskets.Of(OrderApp.Mug, 1));
            await app.StockAsync($"SKU-{n}", "Thing", 100, 1);
        }
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("api/orders", 2)]
    [InlineData("api/orders", 1)]
    [InlineData("api/catalogue", 2)]
    public async Task Pages_EndAtTheDepth(string list, int limit)
    {
        var cursor = "";
        for (var seen = 0; seen < 4; seen += limit)
        {
            var page = await ListAsync(list, $"limit={limit}{cursor}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            cursor = $"&cursor={page["nextCursor"]}";
        }

        IsProblem(await ListAsync(list, $"limit={limit}{cursor}"), 422, "list-too-deep");
    }

    [Fact]
    public async Task CursorOfAnotherList_IsRefused()
    {
        var cursor = (await ListAsync("api/orders", "limit=2"))["nextCursor"];

        IsProblem(await ListAsync("api/catalogue", $"limit=2&cursor={cursor}"), 400, "invalid-request");
        IsProblem(await ListAsync("api/orders", $"status=Cancelled&cursor={cursor}"), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Get, $"api/orders?cursor={cursor}", app.Tokens.For("bob", "customer")), 400, "invalid-request");
    }

    private Task<Reply> ListAsync(string list, string query) => app.SendAsync(HttpMethod.Get, $"{list}?{query}", app.Tokens.For("alice", "customer"));
}
