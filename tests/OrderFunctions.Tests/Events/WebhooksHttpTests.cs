using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Tests.Contract;
using Orders.Application.Events;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Events;

/// <summary>Endpoints over HTTP, and what is sent to them by the whole app.</summary>
public sealed class WebhooksHttpTests : IAsyncLifetime
{
    private readonly Receivers receivers = new();
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync(builder => builder.Services.AddSingleton<IWebhookSender>(receivers));

    public async Task DisposeAsync()
    {
        receivers.Release();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Secret_IsShownWhenItIsMade_AndNeverAgain()
    {
        var registered = await RegisterAsync("https://erp.example/in", key: "r1");
        var (id, secret) = (registered["webhookId"], registered["secret"]);
        Assert.Equal($"/api/ops/webhooks/{id}", registered.Header("Location"));
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(secret, (await RegisterAsync("https://erp.example/in", key: "r1"))["secret"]);

        var rotated = await CallAsync(HttpMethod.Post, $"{id}/rotate-secret", key: "rot");
        Assert.NotEqual(secret, rotated["secret"]);
        Assert.Equal(rotated["secret"], (await CallAsync(HttpMethod.Post, $"{id}/rotate-secret", key: "rot"))["secret"]);
        IsProblem(await SendAsync(HttpMethod.Post, "", """{"url":"https://erp.example/in"}""", "r1"), 422, "idempotency-key-reused");

        foreach (var reply in new[] { await CallAsync(HttpMethod.Get, ""), await CallAsync(HttpMethod.Get, id), await CallAsync(HttpMethod.Post, $"{id}/enable") })
        {
            Assert.DoesNotContain("whsec_", reply.Body, StringComparison.Ordinal);
            Assert.Contains(id, reply.Body, StringComparison.Ordinal);
        }
    }

    /// <summary>Secrets stand in the register alone: not among the answered requests, where the same key would find them for a day.</summary>
    [Fact]
    public async Task Secret_IsNotKeptWithTheRequestsKey()
    {
        var first = await RegisterAsync("https://erp.example/in", key: "r1");
        await CallAsync(HttpMethod.Post, $"{first["webhookId"]}/rotate-secret", key: "rot");
        var kept = app.Host.Store.Read(session => session.Scalar("SELECT count(*) FROM idempotency WHERE CAST(body AS TEXT) LIKE '%whsec_%'"));
        Assert.Equal(0, kept);
        Assert.DoesNotContain("whsec_", app.Host.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_HearsOfAnOrder_UntilItIsDeleted()
    {
        var id = (await RegisterAsync("https://erp.example/in"))["webhookId"];
        var orderId = await app.AcceptedAsync();
        Assert.Equal([$"{orderId}-1", $"{orderId}-4"], receivers.Of("erp.example"));
        var deliveries = (await CallAsync(HttpMethod.Get, $"{id}/deliveries")).Json["items"]!.AsArray();
        Assert.Equal(["order.paid delivered 1", "order.placed delivered 1"], deliveries.Select(one => $"{one!["type"]} {one["status"]} {one["attempts"]!.AsArray().Count}"));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, id)).Status);
        IsProblem(await SendAsync(HttpMethod.Delete, id), 404, "not-found");
        IsProblem(await SendAsync(HttpMethod.Get, $"{id}/deliveries"), 404, "not-found");
        await app.AcceptedAsync(key: "k2");
        Assert.Equal(2, receivers.Of("erp.example").Count);
    }

    [Fact]
    public async Task Test_IsSentOncePerKey_AndRetriedByHand()
    {
        receivers.Answer = _ => new SendOutcome.Answered(500);
        var id = (await RegisterAsync("https://erp.example/in"))["webhookId"];
        var sent = await SendAsync(HttpMethod.Post, $"{id}/test", key: "t1");
        Assert.Equal((HttpStatusCode.Accepted, "webhook.test", "pending"), (sent.Status, sent["type"], sent["status"]));
        await SendAsync(HttpMethod.Post, $"{id}/test", key: "t1");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Single(receivers.Of("erp.example"));

        // 5 s, the table's first wait and no more than a tenth above it.
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(2, receivers.Of("erp.example").Count);
        receivers.Answer = _ => new SendOutcome.Answered(204);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Post, $"{id}/deliveries/{sent["deliveryId"]}/retry")).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal([sent["messageId"]], receivers.Of("erp.example").Distinct());
        var log = Assert.Single((await CallAsync(HttpMethod.Get, $"{id}/deliveries?status=delivered")).Json["items"]!.AsArray())!["attempts"]!.AsArray();
        Assert.Equal(["500", "500", "204"], log.Select(attempt => attempt!["statusCode"]!.ToString()));
        IsProblem(await SendAsync(HttpMethod.Post, $"{id}/deliveries/{id}-none/retry"), 404, "not-found");
    }

    [Fact]
    public async Task DisabledEndpoint_IsRefusedTestsAndRetries_UntilItIsEnabled()
    {
        receivers.Answer = _ => new SendOutcome.Answered(410);
        var id = (await RegisterAsync("https://erp.example/in"))["webhookId"];
        var sent = await SendAsync(HttpMethod.Post, $"{id}/test");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("disabled", "gone"), await CallAsync(HttpMethod.Get, id) is var read ? (read["status"], read["disabledBecause"]) : default);
        IsProblem(await SendAsync(HttpMethod.Post, $"{id}/test"), 409, "webhook-disabled");
        IsProblem(await SendAsync(HttpMethod.Post, $"{id}/deliveries/{sent["deliveryId"]}/retry"), 409, "webhook-disabled");
        Assert.Contains(id, app.Host.Log.ToString(), StringComparison.Ordinal);
        Assert.Equal("enabled", (await CallAsync(HttpMethod.Post, $"{id}/enable"))["status"]);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Post, $"{id}/test")).Status);
    }

    [Fact]
    public async Task List_OfDeliveries_ComesInPages()
    {
        var id = (await RegisterAsync("https://erp.example/in"))["webhookId"];
        for (var n = 0; n < 5; n++)
            await SendAsync(HttpMethod.Post, $"{id}/test", key: $"t{n}");
        var first = await CallAsync(HttpMethod.Get, $"{id}/deliveries?limit=3");
        var second = await CallAsync(HttpMethod.Get, $"{id}/deliveries?limit=3&cursor={first["nextCursor"]}");
        var all = first.Json["items"]!.AsArray().Concat(second.Json["items"]!.AsArray()).Select(one => one!["deliveryId"]!.ToString()).ToList();

        Assert.Equal((3, 5, null), (first.Json["items"]!.AsArray().Count, all.Distinct().Count(), second.Json["nextCursor"]));
        IsProblem(await SendAsync(HttpMethod.Get, $"{id}/deliveries?status=lost"), 400, "invalid-request");
        IsProblem(await SendAsync(HttpMethod.Get, $"{id}/deliveries?cursor=abc"), 400, "invalid-request");
    }

    [Fact]
    public async Task Messages_HaveTheFormOfTheContract()
    {
        await RegisterAsync("https://erp.example/in");
        var orderId = await app.AcceptedAsync();
        var parcel = await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/shipments", app.Tokens.For("mia", "merchant"), """{"carrier":"post","trackingNumber":"T-1"}""", "s1");
        Assert.Equal(HttpStatusCode.Created, parcel.Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(3, receivers.Bodies.Count);
        Assert.All(receivers.Bodies, body => Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("WebhookMessage"), JsonNode.Parse(body))));
        Assert.Equal(WebhookTypes.All, OpenApi.Served.Schema("WebhookType")["enum"]!.AsArray().Select(type => type!.ToString()));
    }

    [Fact]
    public async Task OneMoreThanTwenty_IsRefused()
    {
        for (var n = 0; n < 20; n++)
            await RegisterAsync($"https://{n}.example/");
        IsProblem(await SendAsync(HttpMethod.Post, "", """{"url":"https://one-more.example/"}"""), 409, "webhook-limit");
    }

    /// <summary>The slow one lets its own messages wait, all of them; the other's are all there meanwhile.</summary>
    [Fact]
    public async Task SlowEndpoint_HoldsUpNobodyElse()
    {
        await RegisterAsync("https://slow.example/");
        await RegisterAsync("https://fast.example/");
        receivers.HoldUp("slow.example");
        for (var n = 0; n < 30; n++)
            await app.PlacedAsync(key: $"k{n}");

        await UntilAsync(() => receivers.Of("fast.example").Count == 30);
        Assert.Equal(30, receivers.Of("fast.example").Distinct().Count());
        Assert.InRange(receivers.Of("slow.example").Count, 1, DeliveryTurn.Lanes);

        receivers.Release();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(30, receivers.Of("slow.example").Distinct().Count());
    }

    [Fact]
    public async Task KilledApp_SendsWhatItHadNotSent()
    {
        await RegisterAsync("https://erp.example/in");
        receivers.HoldUp("erp.example");
        var orderId = await app.PlacedAsync();
        await UntilAsync(() => receivers.Of("erp.example").Count == 1);
        var restarting = app.Host.RestartAsync(kill: true);
        receivers.Release();
        await restarting;

        // The end of the claim, and the sweep's patience.
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(4));
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        var ofPlacing = receivers.Of("erp.example").Where(id => id == $"{orderId}-1").ToList();
        Assert.Equal(2, ofPlacing.Count);
    }

    /// <summary>Work goes on beside the test; that it never comes to this is told by what is asserted next.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var looks = 0; !condition() && looks < Gate.Patience.TotalMilliseconds / 10; looks++)
            await Task.Delay(10);
    }

    private async Task<Reply> RegisterAsync(string url, string? key = null)
    {
        var reply = await SendAsync(HttpMethod.Post, "", new JsonObject { ["url"] = url }.ToJsonString(), key);
        Assert.True(reply.Status is HttpStatusCode.Created, reply.ToString());
        return reply;
    }

    private async Task<Reply> CallAsync(HttpMethod method, string path, string? key = null)
    {
        var reply = await SendAsync(method, path, key: key);
        Assert.True(reply.Status is HttpStatusCode.OK, reply.ToString());
        return reply;
    }

    private Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, string? key = null) =>
        app.SendAsync(method, $"api/ops/webhooks/{path}".TrimEnd('/'), app.Tokens.For("olga", "ops"), body, key);

    /// <summary>The network to all endpoints.</summary>
    private sealed class Receivers : IWebhookSender
    {
        private readonly List<(string Host, string Id, string Body)> received = [];
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? heldUp;

        public Func<WebhookMessage, SendOutcome> Answer { get; set; } = _ => new SendOutcome.Answered(204);

        public IReadOnlyList<string> Bodies
        {
            get
            {
                lock (received)
                    return [.. received.Select(one => one.Body)];
            }
        }

        public void HoldUp(string host) => heldUp = host;

        public void Release() => released.TrySetResult();

        public IReadOnlyList<string> Of(string host)
        {
            lock (received)
                return [.. received.Where(one => one.Host == host).Select(one => one.Id)];
        }

        public async Task<SendOutcome> SendAsync(WebhookMessage message, CancellationToken cancellation)
        {
            lock (received)
                received.Add((message.Url.Host, message.Id, Encoding.UTF8.GetString(message.Body.Span)));
            if (message.Url.Host == heldUp)
                await released.Task.WaitAsync(cancellation);
            return Answer(message);
        }
    }
}
