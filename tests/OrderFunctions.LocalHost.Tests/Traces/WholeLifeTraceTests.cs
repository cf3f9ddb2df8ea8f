using System.Diagnostics;

namespace OrderFunctions.LocalHost.Tests.Traces;

/// <summary>An order's whole life, over a kill and a restart, as whoever traces it sees it.</summary>
[Collection(TracesCollection.Name)]
public sealed class WholeLifeTraceTests : IDisposable
{
    private const string Buyer = "quentin-quisling";

    /// <summary>What people have written, and who they are.</summary>
    private static readonly string[] Personal = [Buyer, "Zebediah Quux", "17 Nowhere Lane", "Ottobrunn", "85521", "feed the parrot"];

    private readonly Spans spans = new();

    public void Dispose() => spans.Dispose();

    [Fact]
    public async Task Order_FromPlacingToItsEnd_IsTracesWithoutAGap()
    {
        var orderId = await LiveAsync();

        var life = spans.Of(orderId);
        Assert.Empty(Spans.Orphans(life));
        Assert.Empty(Spans.RunTwice(life));

        // What begins with the placing is one trace, days and a kill later as well.
        var placing = life.First(span => span.DisplayName == "POST /api/orders").TraceId;
        var placed = life.Where(span => span.TraceId == placing).Select(span => span.DisplayName).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "place order", "create order", "create_orchestration:OrderLifecycle", "orchestration:OrderLifecycle", "activity:LookAtOrder", "activity:AcceptOrder",
                "publish order.placed.v1", "send order-events", "process order-events/inventory", "consume order.placed.v1", "activity:CloseOrder", "change order",
                "publish order.accepted.v1",
            },
            placed);

        // What others began is traces of theirs: the buyer's payment with the call to the provider, the provider's webhook with its effect.
        Assert.Superset(
            new HashSet<string>
            {
                "POST /api/orders/{orderId}/payments", "POST simulator", "POST /api/payments/webhooks/{provider}", "send payment-messages",
                "process payment-messages", "consume order.paid.v1", "POST /api/orders/{orderId}/shipments",
            },
            life.Select(span => span.DisplayName).ToHashSet());

        // The turn that the webhook's trace woke knows it.
        var webhook = life.First(span => span.DisplayName == "POST /api/payments/webhooks/{provider}").TraceId;
        Assert.Contains(life, span => span.DisplayName == "orchestration:OrderLifecycle" && span.Links.Any(link => link.Context.TraceId == webhook));
        Assert.DoesNotContain(life, span => span.Status == ActivityStatusCode.Error);
    }

    [Fact]
    public async Task Order_OfACallerWhoTraces_IsInTheCallersTrace()
    {
        await using var shop = await TestShop.StartAsync();
        var trace = ActivityTraceId.CreateFromString("4bf92f3577b34da6a3ce929d0e0e4736");
        using var request = await PlacingAsync(shop);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        request.Headers.Add("tracestate", "shopfront=t61rcWkgMzE");
        Assert.True((await shop.Client.SendAsync(request)).IsSuccessStatusCode);
        await shop.AdvanceAsync();

        var ours = spans.All.Where(span => span.TraceId == trace).ToList();
        Assert.Contains(ours, span => span.DisplayName == "consume order.placed.v1");
        Assert.Contains(ours, span => span.DisplayName == "activity:LookAtOrder");
        Assert.All(ours, span => Assert.Equal("shopfront=t61rcWkgMzE", span.TraceStateString));
        Assert.Single(Spans.Orphans(ours));
    }

    [Fact]
    public async Task Spans_AndFigures_HoldNothingOfPeople()
    {
        await LiveAsync();
        await using var shop = await TestShop.StartAsync();
        spans.ReadGauges();

        Assert.InRange(spans.All.Count, 100, int.MaxValue);
        Assert.Contains(spans.Figures, figure => figure.StartsWith("orders.placed 1", StringComparison.Ordinal));
        Assert.Contains(spans.Figures, figure => figure.StartsWith("localfunctions.messages ", StringComparison.Ordinal));
        foreach (var name in (string[])["orders.checkout.duration", "orders.outbox.age", "orders.deadlines.overdue", "orders.payments.webhook.lag", "orders.events.consumer.lag"])
            Assert.Contains(spans.Figures, figure => figure.StartsWith(name, StringComparison.Ordinal));
        Assert.Empty(Leaks(spans.All.Select(Spans.Text).Concat(spans.Figures)));
    }

    [Fact]
    public void PlantedGapsDoublesAndNames_AreFound()
    {
        using var source = new ActivitySource("OrderFunctions");
        using var turn = source.StartActivity("orchestration:OrderLifecycle")!;
        using var first = source.StartActivity("activity:LookAtOrder", ActivityKind.Server, turn.Context)!.SetTag("durabletask.task.task_id", 1);
        using var second = source.StartActivity("activity:LookAtOrder", ActivityKind.Server, turn.Context)!.SetTag("durabletask.task.task_id", 1);
        using var leaking = source.StartActivity("place order")!.SetTag("address", "17 Nowhere Lane");

        Assert.Empty(Spans.Orphans([turn, first]));
        Assert.Single(Spans.Orphans([first]));
        Assert.Empty(Spans.RunTwice([turn, first]));
        Assert.Single(Spans.RunTwice([turn, first, second]));
        Assert.Single(Leaks([Spans.Text(leaking), Spans.Text(turn)]));
    }

    private static IEnumerable<string> Leaks(IEnumerable<string> texts) =>
        texts.Where(text => Personal.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Placed, paid, killed, shipped, restarted, received, over.</summary>
    private static async Task<string> LiveAsync()
    {
        await using var shop = await TestShop.StartAsync();
        using var placing = await PlacingAsync(shop);
        using var response = await shop.Client.SendAsync(placing);
        var orderId = (string)System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!["orderId"]!;
        await shop.AdvanceAsync();
        await shop.Host.RestartAsync(kill: true);
        await shop.SettleAsync(await shop.PayAsync(orderId, Buyer));
        await shop.AdvanceAsync("PT2M");
        await shop.Host.RestartAsync(kill: true);
        (await shop.SendAsync(
            HttpMethod.Post, $"/api/orders/{orderId}/shipments", """{"carrier":"post","trackingNumber":"T-1"}""", await shop.TokenAsync("mia", "merchant"), "s1")).IsOk();
        await shop.AdvanceAsync();
        await shop.Host.RestartAsync();
        await shop.AdvanceAsync("P30D");
        Assert.Equal("Completed", (string)(await shop.OrderAsync(orderId))["status"]!);
        return orderId;
    }

    private static async Task<HttpRequestMessage> PlacingAsync(TestShop shop)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders?because=feed+the+parrot")
        {
            Content = new StringContent(
                $$$"""
                {"lines":[{"sku":"{{{TestShop.Tea}}}","quantity":1}],"note":"feed the parrot",
                 "shippingAddress":{"name":"Zebediah Quux","line1":"17 Nowhere Lane","city":"Ottobrunn","postalCode":"85521","country":"DE"}}
                """,
                System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Authorization", "Bearer " + await shop.TokenAsync(Buyer));
        request.Headers.Add("Idempotency-Key", "k");
        return request;
    }
}
