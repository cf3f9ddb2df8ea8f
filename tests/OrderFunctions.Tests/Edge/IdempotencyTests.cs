using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Edge;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Repeat_IsAnsweredWithTheSameBytes()
    {
        var first = await app.PlaceAsync("alice", "k1");
        var second = await app.PlaceAsync("alice", "k1");

        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal((first.Header("ETag"), first.Header("Location")), (second.Header("ETag"), second.Header("Location")));
        Assert.Null(first.Header("Idempotency-Replayed"));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(2, (await app.StockOfAsync()).Held);
    }

    [Fact]
    public async Task Repeat_WithOtherSpacingAndOrderOfFields_IsTheSameRequest()
    {
        await app.PlaceAsync("alice", "k1", $$"""{"lines":[{"sku":"MUG-WHITE","quantity":2}],"shippingAddress":{{Baskets.Address}}}""");
        var second = await app.PlaceAsync("alice", "k1", $$"""{ "shippingAddress" : {{Baskets.Address}}, "lines" : [ { "quantity": 2, "sku": "MUG-WHITE" } ] }""");

        Assert.Equal("true", second.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Checkout_WithSameKeyAndOtherBody_IsRefused()
    {
        await app.PlaceAsync("alice", "k1");

        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 3)), 422, "idempotency-key-reused");
        Assert.Equal(2, (await app.StockOfAsync()).Held);
    }

    [Fact]
    public async Task SameKey_OfAnotherCaller_IsAnotherRequest()
    {
        var alice = await app.PlacedAsync("alice", "k1");
        var bob = await app.PlacedAsync("bob", "k1");

        Assert.NotEqual(alice, bob);
    }

    [Fact]
    public async Task SameKey_50TimesAtOnce_IsOneOrder()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.PlaceAsync("alice", "k1")));

        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Conflict, reply.ToString()));
        Assert.All(replies.Where(reply => reply.Status is HttpStatusCode.Conflict), reply =>
        {
            IsProblem(reply, 409, "request-in-progress");
            Assert.NotNull(reply.Header("Retry-After"));
        });
        Assert.Single(replies.Where(reply => reply.Status is not HttpStatusCode.Conflict).Select(reply => reply["orderId"]).Distinct());
        Assert.Single((await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("alice", "customer"))).Json["items"]!.AsArray());
        Assert.Equal(2, (await app.StockOfAsync()).Held);
    }

    [Fact]
    public async Task RefusalOfTheShop_IsReplayed_ThoughItWouldNowBeOtherwise()
    {
        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 101)), 409, "out-of-stock");
        await app.StockAsync(OrderApp.Mug, "White mug", 1250, units: 500);

        var again = await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 101));

        IsProblem(again, 409, "out-of-stock");
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k2", Baskets.Of(OrderApp.Mug, 101))).Status);
    }

    [Fact]
    public async Task AfterTheRecordIsGone_TheOrderItselfAnswers()
    {
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));

        var again = await app.PlaceAsync("alice", "k1");
        var other = await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 3));

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(orderId, again["orderId"]);
        Assert.Equal("Cancelled", again["status"]);
        IsProblem(other, 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task AfterAKill_TheRetryIsAnsweredWithTheSameBytes()
    {
        var first = await app.PlaceAsync("alice", "k1");
        await app.Host.RestartAsync(kill: true);

        var again = await app.PlaceAsync("alice", "k1");

        Assert.Equal((HttpStatusCode.Created, first.Body, "true"), (again.Status, again.Body, again.Header("Idempotency-Replayed")));
        Assert.Equal(2, (await app.StockOfAsync()).Held);
    }

    /// <summary>No record is kept of the answer: the order gives it again, as it was then and not as it is now.</summary>
    [Fact]
    public async Task Repeat_WithinADay_IsTheFirstAnswer_WhateverBecameOfTheOrder()
    {
        var first = await app.PlaceAsync("alice", "k1");
        await app.Host.AdvanceAsync(TimeSpan.FromHours(23));
        Assert.Equal("Cancelled", (await app.ReadAsync(first["orderId"]))["status"]);

        var again = await app.PlaceAsync("alice", "k1");

        Assert.Equal((HttpStatusCode.Created, first.Body), (again.Status, again.Body));
        Assert.Equal((first.Header("ETag"), first.Header("Location"), "true"), (again.Header("ETag"), again.Header("Location"), again.Header("Idempotency-Replayed")));
    }

    [Fact]
    public async Task Checkout_WithSameKeyAndABodyThatIsWrong_IsRefusedForTheKey()
    {
        await app.PlaceAsync("alice", "k1");

        IsProblem(await app.PlaceAsync("alice", "k1", """{"lines":[]}"""), 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Adjustment_WithAKey_IsMadeOnce()
    {
        var merchant = app.Tokens.For("mia", "merchant");
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Post, "api/stock/MUG-WHITE/adjustments", merchant, """{"delta":5,"reason":"Delivery"}""", "k1")).Status);
        await app.SendAsync(HttpMethod.Post, "api/stock/MUG-WHITE/adjustments", merchant, """{"delta":5,"reason":"Delivery"}""", "k2");

        Assert.Equal(110, (await app.StockOfAsync()).Stock);
    }

    [Fact]
    public async Task KeyOfAReadingRequest_IsNotLookedAt() => Assert.Equal(
        HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("alice", "customer"), key: "not a key")).Status);
}
