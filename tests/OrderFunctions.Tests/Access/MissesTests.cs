using System.Net;
using OrderFunctions.Access;
using Orders.Domain;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>Clients that try numbers until one of them is somebody's order.</summary>
public sealed class MissesTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync(builder => builder.Services.AddLimits(new AccessLimits
    {
        User = new(),
        Address = new(),
        UserMisses = new() { PerSecond = 0.1, Burst = 3 },
        AddressMisses = new() { PerSecond = 1, Burst = 5 },
    }));

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Walker_IsRefusedAfterSomeMisses_UntilOneHasComeBack()
    {
        var orderId = await app.PlacedAsync("alice");
        for (var n = 0; n < 3; n++)
            IsProblem(await app.ReadAsync(Guess(n), "bob"), 404, "not-found");

        // Refused before the look: an order that is somebody's and a number that is nobody's are one.
        var refused = await app.ReadAsync(Guess(9), "bob");
        IsProblem(refused, 429, "rate-limited");
        Assert.Equal(("10", "\"misses\";r=0;t=10"), (refused.Header("Retry-After"), refused.Header("RateLimit")));
        Assert.Equal(refused.Body, (await app.ReadAsync(orderId, "bob")).Body);

        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(10));
        IsProblem(await app.ReadAsync(orderId, "bob"), 404, "not-found");
        IsProblem(await app.ReadAsync(Guess(10), "bob"), 429, "rate-limited");
    }

    [Fact]
    public async Task Walker_OverWritingRoutes_IsRefusedToo()
    {
        for (var n = 0; n < 3; n++)
            IsProblem(await app.SendAsync(HttpMethod.Post, $"api/orders/{Guess(n)}/payments", app.Tokens.For("bob", "customer"), key: $"k{n}"), 404, "not-found");

        IsProblem(await app.SendAsync(HttpMethod.Post, $"api/orders/{Guess(4)}/cancel", app.Tokens.For("bob", "customer"), """{"reason":"x"}"""), 429, "rate-limited");
    }

    [Fact]
    public async Task WhoeverFindsWhatTheyAskFor_IsNeverSlowedDown_AndAWalkerMayStillBuy()
    {
        var orderId = await app.PlacedAsync("bob");
        for (var n = 0; n < 20; n++)
            Assert.Equal(HttpStatusCode.OK, (await app.ReadAsync(orderId, "bob")).Status);
        for (var n = 0; n < 4; n++)
            await app.ReadAsync(Guess(n), "carl");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.ReadAsync(Guess(4), "carl")).Status);
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("carl", "k1", Baskets.Of(OrderApp.Mug, 1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("carl", "customer"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.ReadAsync(orderId, "bob")).Status);
    }

    [Fact]
    public async Task Walker_WithANewAccountForEachGuess_IsRefusedByAddress()
    {
        var statuses = new List<int>();
        for (var n = 0; n < 8; n++)
            statuses.Add(await new Peer(app, "192.0.2.1", app.Tokens.For($"bob{n}", "customer")).StatusAsync($"api/orders/{Guess(n)}"));

        Assert.Equal([404, 404, 404, 404, 404, 429, 429, 429], statuses);
        Assert.Equal(404, await new Peer(app, "192.0.2.2", app.Tokens.For("dora", "customer")).StatusAsync($"api/orders/{Guess(1)}"));
    }

    private static string Guess(int number) => OrderId.Derive(Id.Parse<UserId>("nobody"), $"{number}").Value;
}
