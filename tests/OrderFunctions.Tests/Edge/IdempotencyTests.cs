using System.Net;
using Orders.Application.Checkout;
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

    /// <summary>What is wrong with the request itself, or with us, is not the shop's word on it: the key stays free, for another body too.</summary>
    [Fact]
    public async Task KeyOfARequestThatWasNotDecided_StaysFree()
    {
        var token = app.Tokens.For("alice", "customer");
        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 0)), 400, "invalid-request");
        IsProblem(await app.PlaceAsync("alice", "k1", "{"), 400, "malformed-json");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/orders", token: null, Baskets.Of(OrderApp.Mug, 2), "k1"), 401, "unauthenticated");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/orders", app.Tokens.For("alice", "merchant"), Baskets.Of(OrderApp.Mug, 2), "k1"), 403, "forbidden");
        IsProblem(await app.PlaceAsync("alice", "k1", new string(' ', 300_000)), 413, "body-too-large");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/orders", token, "lines", "k1", contentType: "text/plain"), 415, "unsupported-media-type");

        var placed = await app.PlaceAsync("alice", "k1");

        Assert.Equal(HttpStatusCode.Created, placed.Status);
        Assert.Null(placed.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task SameKey_OnAnotherPathOrMethod_IsAnotherRequest()
    {
        var (one, other) = (await app.PlacedAsync("alice", "k1"), await app.PlacedAsync("alice", "k2"));

        var (paying, payingOther) = (await app.PayingAsync(one, key: "k1"), await app.PayingAsync(other, key: "k1"));

        Assert.NotEqual(paying, payingOther);
        Assert.Equal("Cancelled", (await app.SendAsync(HttpMethod.Post, $"api/orders/{one}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"x"}""", "k1"))["status"]);
    }

    /// <summary>Keys that could be read as another caller's, path or key when they are put together.</summary>
    [Fact]
    public async Task Keys_ThatLookLikeAnothersScope_NeverMeet()
    {
        var first = await app.PlacedAsync("alice", "k1");
        foreach (var (user, key) in new[] { ("alice-k1", "k1"), ("alice", "POST/api/orders"), ("alice", "k1k1"), ("a", "lice-k1"), ("alic", "e") })
            Assert.NotEqual(first, await app.PlacedAsync(user, key));
    }

    [Fact]
    public void Expiry_IsPublished()
    {
        var contract = new StreamReader(typeof(Composition).Assembly.GetManifestResourceStream("openapi.yaml")!).ReadToEnd();

        Assert.Contains($"is kept for {new Orders.Application.OrderPolicy().IdempotencyWindow.TotalHours} hours and replayed", contract, StringComparison.Ordinal);
    }

    /// <summary>Of an order's answer no record is kept, so another body gets the key again; the order's own request is answered meanwhile as before.</summary>
    [Fact]
    public async Task Repeat_WhileAnotherBodyRunsWithItsKey_IsTheFirstAnswer()
    {
        var gate = new Gate();
        await using var slow = await OrderApp.StartAsync(builder => gate.PutBeforeTheCatalogue(builder.Services));
        var first = await slow.PlaceAsync("alice", "k1");
        gate.Close();
        var other = slow.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 3));
        await gate.Reached.WaitAsync(Gate.Patience);

        var again = await slow.PlaceAsync("alice", "k1");

        Assert.Equal((HttpStatusCode.Created, first.Body, "true"), (again.Status, again.Body, again.Header("Idempotency-Replayed")));
        gate.Open();
        IsProblem(await other, 422, "idempotency-key-reused");
    }

    /// <summary>The other body was refused while the first request, whose claim had lapsed, had no order yet: that refusal is on record.</summary>
    [Fact]
    public async Task Repeat_AfterAnotherBodyWasRefusedForGoodWithItsKey_IsTheFirstAnswer()
    {
        var first = await app.PlaceAsync("alice", "k1");
        var key = new IdempotencyKey("alice POST /api/orders", "k1");
        var records = app.Get<IIdempotencyStore>();
        Assert.IsType<Claim.Granted>(await records.ClaimAsync(key, "another body", default));
        await records.CompleteAsync(key, "another body", new StoredAnswer(409, "application/problem+json", new Dictionary<string, string>(), []), default);

        var again = await app.PlaceAsync("alice", "k1");

        Assert.Equal((HttpStatusCode.Created, first.Body, "true"), (again.Status, again.Body, again.Header("Idempotency-Replayed")));
        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 3)), 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task WhileTheFirstIsRunning_ItsKeyIsAConflict_AndAnotherBodyIsRefused()
    {
        var gate = new Gate();
        await using var slow = await OrderApp.StartAsync(builder => gate.PutBeforeTheCatalogue(builder.Services));
        gate.Close();
        var two = new List<Task<Reply>> { slow.PlaceAsync("alice", "k1"), slow.PlaceAsync("alice", "k1") };

        // Whichever came second: the first waits at the gate.
        var second = await Task.WhenAny(two).WaitAsync(Gate.Patience);
        IsProblem(await second, 409, "request-in-progress");
        Assert.Equal("1", (await second).Header("Retry-After"));
        IsProblem(await slow.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 3)), 422, "idempotency-key-reused");
        gate.Open();
        Assert.Equal(HttpStatusCode.Created, (await two.Single(one => one != second)).Status);
        Assert.Equal("true", (await slow.PlaceAsync("alice", "k1")).Header("Idempotency-Replayed"));
    }
}
