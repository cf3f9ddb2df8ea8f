using System.Net;
using System.Text.Json.Nodes;
using Orders.Application.Search;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Search;

/// <summary>Staff find orders by what they know of them, as events have told of them.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task AnOrder_IsFoundByAllThatStaffKnowOfIt()
    {
        var orderId = await app.AcceptedAsync();
        await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/shipments", app.Tokens.For("mia", "merchant"), """{"carrier":"Royal Mail","trackingNumber":"RM 123-456"}""", "s1");
        await app.PlacedAsync("bob", "other", Baskets.Of(OrderApp.Mug, 1).Replace(
            Baskets.Address, """{"name":"Grace Hopper","line1":"1 Navy Yard","city":"Washington","postalCode":"20374","country":"US"}""", StringComparison.Ordinal));
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        foreach (var typed in new[] { orderId, orderId[..9], "lovelace", "ada lon", "SW1Y 4JH", "123-456", "rm 123", "james", "gb ada", "12 square lovel" })
            Assert.Equal([orderId], await FoundAsync($"q={Uri.EscapeDataString(typed)}"));
        Assert.Equal(2, (await FoundAsync("q=white+mug")).Count);
        Assert.Equal(2, (await FoundAsync("q=mug-white")).Count);
        Assert.Empty(await FoundAsync("q=ada+hopper"));

        var found = await SearchAsync("userId=alice");
        var item = Assert.Single(found.Json["items"]!.AsArray())!;
        Assert.Equal(
            ("alice", "Shipped", 2_500, 2_500, "Ada Lovelace", "London", "GB"),
            ((string?)item["userId"], (string?)item["status"], (int)item["total"]!, (int)item["paid"]!, (string?)item["name"], (string?)item["city"], (string?)item["country"]));
        Assert.Equal("""["MUG-WHITE"]["RM 123-456"]""", item["skus"]!.ToJsonString() + item["trackingNumbers"]!.ToJsonString());
        Assert.Equal((0, 1, 1), ((int)found.Json["counts"]!["PendingPayment"]!, (int)found.Json["counts"]!["Shipped"]!, (int)found.Json["total"]!));
    }

    [Fact]
    public async Task Cases_AreFoundByTheirNumber()
    {
        var orderId = await app.AcceptedAsync();
        var opened = await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/after-sales", app.Tokens.For("alice", "customer"),
            """{"type":"refund","lines":[{"sku":"MUG-WHITE","quantity":1}],"reason":"One is enough"}""", "c1");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([orderId], await FoundAsync($"q={opened["caseId"]}"));
    }

    [Fact]
    public async Task Pages_AreSortedAndEnd_AndTheirCursorsAreSigned()
    {
        for (var n = 1; n <= 5; n++)
            await app.PlacedAsync("alice", $"k{n}", Baskets.Of(OrderApp.Mug, n));
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        var totals = new List<int>();
        string? cursor = null;
        do
        {
            var page = await SearchAsync($"sort=-total&limit=2&cursor={cursor}");
            Assert.Equal(5, (int)page.Json["total"]!);
            totals.AddRange(page.Json["items"]!.AsArray().Select(item => (int)item!["total"]!));
            cursor = (string?)page.Json["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal([6_250, 5_000, 3_750, 2_500, 1_250], totals);
        Assert.Equal([2_500, 3_750], (await SearchAsync("sort=total&minTotal=2000&maxTotal=4000")).Json["items"]!.AsArray().Select(item => (int)item!["total"]!));
        var next = (await SearchAsync("limit=2"))["nextCursor"];
        IsProblem(await SearchAsync($"limit=2&sort=total&cursor={next}"), 400, "invalid-request");
        IsProblem(await SearchAsync($"limit=2&cursor=A{next[1..]}x"), 400, "invalid-request");
    }

    [Theory]
    [InlineData("%22")]
    [InlineData("*")]
    [InlineData("NEAR(a b)")]
    [InlineData("...")]
    [InlineData("%00%01")]
    [InlineData("%ED%A0%80")]
    [InlineData("ada AND")]
    public async Task Nonsense_FindsNothing_AndIsNoError(string q)
    {
        await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        var found = await SearchAsync($"q={q}");

        Assert.Equal((HttpStatusCode.OK, 0, 0), (found.Status, (int)found.Json["total"]!, found.Json["items"]!.AsArray().Count));
        Assert.Equal(HttpStatusCode.OK, (await SearchAsync($"q={string.Concat(Enumerable.Repeat("x%20", 700))}")).Status);
    }

    [Theory]
    [InlineData("status=paid")]
    [InlineData("sku=a+b")]
    [InlineData("userId=a%20b")]
    [InlineData("from=yesterday")]
    [InlineData("to=2026-02-30")]
    [InlineData("minTotal=-1")]
    [InlineData("maxTotal=1.5")]
    [InlineData("currency=euro")]
    [InlineData("sort=name")]
    [InlineData("sort=--total")]
    [InlineData("limit=101")]
    public async Task AFilterThatMakesNoSense_IsRefused(string query) => IsProblem(await SearchAsync(query), 400, "invalid-request");

    [Fact]
    public async Task Days_AreWhole()
    {
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var today = app.Host.Clock.GetUtcNow();

        Assert.Equal([orderId], await FoundAsync($"from={today:yyyy-MM-dd}&to={today:yyyy-MM-dd}"));
        Assert.Empty(await FoundAsync($"from={today.AddDays(1):yyyy-MM-dd}"));
        Assert.Empty(await FoundAsync($"to={today.AddDays(-1):yyyy-MM-dd}"));
        Assert.Empty(await FoundAsync($"to={today:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
    }

    [Fact]
    public async Task OnlyStaff_Search_AndOnlyOperatorsRebuild()
    {
        foreach (var role in new[] { "merchant", "support", "ops" })
            Assert.Equal(HttpStatusCode.OK, (await SearchAsync("", role)).Status);
        foreach (var role in new[] { "customer", "carrier" })
            IsProblem(await SearchAsync("", role), 403, "forbidden");
        foreach (var role in new[] { "customer", "merchant", "support" })
        {
            IsProblem(await app.SendAsync(HttpMethod.Post, "api/ops/search/rebuild", app.Tokens.For("x", role)), 403, "forbidden");
            IsProblem(await app.SendAsync(HttpMethod.Get, "api/ops/search", app.Tokens.For("x", role)), 403, "forbidden");
        }
    }

    [Fact]
    public async Task ARebuild_GivesTheVerySame_AndSaysHowFarItIs()
    {
        for (var n = 1; n <= 7; n++)
            await app.PlacedAsync("alice", $"k{n}", Baskets.Of(OrderApp.Mug, n));
        await app.AcceptedAsync("bob");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var (before, index) = (await SearchAsync("limit=100"), await IndexAsync());
        Assert.Equal(("none", 8, 1), ((string?)index.Json["rebuild"]!["status"], (int)index.Json["documents"]!, (int)index.Json["generation"]!));

        var started = await app.SendAsync(HttpMethod.Post, "api/ops/search/rebuild", app.Tokens.For("olga", "ops"));
        Assert.Equal((HttpStatusCode.Accepted, "/api/ops/search"), (started.Status, started.Header("Location")));
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        index = await IndexAsync();
        Assert.Equal(
            ("done", 8, 8, 8, 2),
            ((string?)index.Json["rebuild"]!["status"], (int)index.Json["rebuild"]!["read"]!, (int)index.Json["rebuild"]!["indexed"]!, (int)index.Json["documents"]!, (int)index.Json["generation"]!));
        Assert.Equal(before.Body, (await SearchAsync("limit=100")).Body);
    }

    /// <summary>Its subscription is away for good: the sweep finds what no event brought.</summary>
    [Fact]
    public async Task WhatNoEventBrought_TheSweepPutsIn()
    {
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        await app.Get<IOrderSearch>().RemoveAsync(Orders.Domain.Id.Parse<Orders.Domain.OrderId>(orderId), default);
        Assert.Empty(await FoundAsync(""));

        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.Equal([orderId], await FoundAsync(""));
    }

    private Task<Reply> SearchAsync(string query, string role = "support") =>
        app.SendAsync(HttpMethod.Get, $"api/search/orders?{query}", app.Tokens.For("sam", role));

    private Task<Reply> IndexAsync() => app.SendAsync(HttpMethod.Get, "api/ops/search", app.Tokens.For("olga", "ops"));

    private async Task<IReadOnlyList<string>> FoundAsync(string query)
    {
        var reply = await SearchAsync(query);
        Assert.True(reply.Status is HttpStatusCode.OK, reply.ToString() + app.Host.Log);
        return [.. reply.Json["items"]!.AsArray().Select((JsonNode? item) => (string)item!["orderId"]!)];
    }
}
