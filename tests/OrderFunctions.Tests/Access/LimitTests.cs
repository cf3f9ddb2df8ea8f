using System.Globalization;
using System.Net;
using OrderFunctions.Access;
using OrderFunctions.LocalHost.Faults;
using Orders.Application.Access;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>Too many requests of a user, of an address, of all.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    /// <summary>Calls that stock the shelves before a test begins.</summary>
    private const int StockingCalls = 2;

    private OrderApp app = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task User_GetsTheBurst_ThenIsRefused_ThenGetsWhatCameBack()
    {
        await StartAsync(new AccessLimits { User = new() { PerSecond = 2, Burst = 5 } });
        for (var left = 4; left >= 0; left--)
        {
            var reply = await ListAsync("alice");
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.Equal("\"user\";q=5;w=3", reply.Header("RateLimit-Policy"));
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"\"user\";r={left};t="), reply.Header("RateLimit"), StringComparison.Ordinal);
        }

        var refused = await ListAsync("alice");
        IsProblem(refused, 429, "rate-limited");
        Assert.Equal(("1", "\"user\";r=0;t=1", "\"user\";q=5;w=3"), (refused.Header("Retry-After"), refused.Header("RateLimit"), refused.Header("RateLimit-Policy")));
        Assert.Equal(HttpStatusCode.OK, (await ListAsync("bob")).Status);

        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            [(await ListAsync("alice")).Status, (await ListAsync("alice")).Status, (await ListAsync("alice")).Status]);
    }

    [Fact]
    public async Task User_IsLimitedOverAllTokensAndRoutes_AndBeforeAnythingIsDone()
    {
        await StartAsync(new AccessLimits { User = new() { PerSecond = 1, Burst = 1 } });
        await ListAsync("alice");
        var other = app.Tokens.Make("alice", ["customer", "support"], validFor: TimeSpan.FromHours(2));

        IsProblem(await app.SendAsync(HttpMethod.Post, "api/orders", other, Baskets.Of(OrderApp.Mug, 1), "k1"), 429, "rate-limited");
        Assert.Equal(0, (await app.StockOfAsync()).Held);
        // The key is not used up: the same request is served later.
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 1))).Status);
    }

    [Fact]
    public async Task TokenThatDoesNotHold_CountsForNobody()
    {
        await StartAsync(new AccessLimits { User = new() { PerSecond = 1, Burst = 2 } });
        for (var n = 0; n < 20; n++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.Make("alice", key: Tokens.ForeignKey))).Status);

        Assert.Equal(HttpStatusCode.OK, (await ListAsync("alice")).Status);
    }

    [Fact]
    public async Task User_WithAFactor_GetsSoManyTimesAsMuch()
    {
        await StartAsync(new AccessLimits { User = new() { PerSecond = 2, Burst = 4 } }, caller => caller.UserId.Value == "gold" ? 2.5 : 1);

        Assert.Equal("\"user\";q=10;w=2", (await ListAsync("gold")).Header("RateLimit-Policy"));
        for (var n = 0; n < 9; n++)
            Assert.Equal(HttpStatusCode.OK, (await ListAsync("gold")).Status);
        IsProblem(await ListAsync("gold"), 429, "rate-limited");
        Assert.Equal("\"user\";q=4;w=2", (await ListAsync("alice")).Header("RateLimit-Policy"));
    }

    [Fact]
    public async Task Address_IsLimitedWhoeverAsks()
    {
        await StartAsync(new AccessLimits { Address = new() { PerSecond = 1, Burst = 3 } });
        var here = new Peer(app, "192.0.2.1");

        Assert.Equal((int[])[200, 404, 401, 429], await here.StatusesAsync("api/catalogue", "api/nothing", "api/orders", "api/catalogue"));
        Assert.Equal(200, await new Peer(app, "192.0.2.2").StatusAsync("api/catalogue"));
    }

    [Fact]
    public async Task Answer_TellsOfUserAndAddress_TheNearestFirst()
    {
        await StartAsync(new AccessLimits { Address = new() { PerSecond = 100, Burst = 300 }, User = new() { PerSecond = 20, Burst = 60 } });

        var answer = await new Peer(app, "192.0.2.1", app.Tokens.For("alice", "customer")).GetAsync("api/orders");

        Assert.Equal("\"user\";q=60;w=3, \"address\";q=300;w=3", answer.Response.Headers["RateLimit-Policy"]);
        Assert.Equal("\"user\";r=59;t=1, \"address\";r=299;t=1", answer.Response.Headers["RateLimit"]);
    }

    /// <summary>Every kind of answer: found, not found, no route, not identified, malformed, not modified.</summary>
    [Fact]
    public async Task EveryAnswer_CarriesTheFields()
    {
        await StartAsync(new AccessLimits());
        foreach (var path in (string[])["api/catalogue", "api/catalogue/NO-SUCH", "api/nothing", "api/orders", "api/health", "api/openapi.yaml"])
        {
            var answer = await new Peer(app, "192.0.2.1").GetAsync(path);
            Assert.StartsWith("\"", answer.Response.Headers["RateLimit"], StringComparison.Ordinal);
            Assert.StartsWith("\"", answer.Response.Headers["RateLimit-Policy"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HealthAndWebhooks_HaveLimitsOfTheirOwn()
    {
        await StartAsync(new AccessLimits { Address = new() { PerSecond = 1, Burst = 1 }, Health = new() { PerSecond = 1, Burst = 2 }, Webhook = new() { PerSecond = 1, Burst = 2 } });
        var here = new Peer(app, "192.0.2.1");
        Assert.Equal((int[])[200, 429], await here.StatusesAsync("api/catalogue", "api/catalogue"));

        var health = await here.GetAsync("api/health");

        Assert.Equal((200, "\"health\";q=2;w=2"), (health.Response.StatusCode, health.Response.Headers["RateLimit-Policy"].ToString()));
        Assert.Equal((int[])[200, 429], await here.StatusesAsync("api/health", "api/health"));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    public async Task Addresses_AreOne(string one, string other, bool same)
    {
        await StartAsync(new AccessLimits { Address = new() { PerSecond = 1, Burst = 1 } });

        Assert.Equal(200, await new Peer(app, one).StatusAsync("api/catalogue"));
        Assert.Equal(same ? 429 : 200, await new Peer(app, other).StatusAsync("api/catalogue"));
    }

    [Fact]
    public async Task Global_IsForAllTogether()
    {
        await StartAsync(new AccessLimits { Global = new() { PerSecond = 1, Burst = 3 } });

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK],
            [(await ListAsync("alice")).Status, (await ListAsync("bob")).Status, (await ListAsync("carol")).Status]);
        var refused = await ListAsync("dave");
        IsProblem(refused, 429, "rate-limited");
        Assert.Equal("\"global\";r=0;t=1", refused.Header("RateLimit"));
        // Money and probes come in all the same.
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/health")).Status);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await app.SendAsync(HttpMethod.Post, "api/payments/webhooks/simulator", body: "{}")).Status);
    }

    [Fact]
    public async Task Global_WhoseSharedBucketIsAway_IsKeptByTheInstance()
    {
        await StartAsync(new AccessLimits { Global = new() { PerSecond = 1, Burst = 3 } });
        app.Get<FaultPlan>().Replace([new Fault("tokenBuckets", Operation: null, FaultMode.Fail)]);

        for (var n = 0; n < 3 + StockingCalls; n++)
            Assert.Equal(HttpStatusCode.OK, (await ListAsync("alice")).Status);
        IsProblem(await ListAsync("alice"), 429, "rate-limited");

        // Back again: the shared one is asked within a second, and is full.
        app.Get<FaultPlan>().Replace([]);
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (var n = 0; n < 3; n++)
            Assert.Equal(HttpStatusCode.OK, (await ListAsync("alice")).Status);
    }

    private async Task StartAsync(AccessLimits limits, Func<Caller, double>? factor = null) => app = await OrderApp.StartAsync(builder => builder.Services.AddLimits(
        // They count with the others where all count together.
        limits.Global.Burst == 0 ? limits : limits with { Global = limits.Global with { Burst = limits.Global.Burst + StockingCalls } }, factor));

    private Task<Reply> ListAsync(string user) => app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For(user, "customer"));
}
