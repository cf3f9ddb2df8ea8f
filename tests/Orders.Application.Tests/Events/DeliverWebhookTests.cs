using System.Text;
using System.Text.Json.Nodes;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;

namespace Orders.Application.Tests.Events;

/// <summary>The way of a message to an endpoint, on virtual time.</summary>
public sealed class DeliverWebhookTests : IDisposable
{
    private static readonly SendOutcome Broken = new SendOutcome.Answered(500);

    private readonly WebhookStand stand = new();

    [Fact]
    public async Task AnEvent_GoesOnceToEachEndpointThatWantsIt()
    {
        var (all, paid) = (await stand.RegisterAsync("https://all.example/", "all"), await stand.RegisterAsync("https://paid.example/", "paid", "order.paid"));
        await stand.Shop.PaidAsync(("MUG", 1));
        await stand.TellAsync();
        await stand.TellAsync();
        await stand.RunForAsync(TimeSpan.FromDays(10));

        Assert.Equal(
            [("all.example", "order.placed"), ("all.example", "order.paid"), ("paid.example", "order.paid")],
            stand.Endpoints.Received.Select(message => (message.Url.Host, TypeOf(message))));
        Assert.Equal(2, (await stand.DeliveriesAsync(all.WebhookId, "delivered")).Count);
        Assert.Equal((1, 204), Assert.Single(await stand.DeliveriesAsync(paid.WebhookId)) is { Attempts: [var attempt] } ? (attempt.Number, attempt.StatusCode!.Value) : default);
    }

    [Fact]
    public async Task AMessage_IsSignedAndSaysWhatTheBuyerIsTold_WithoutPersonalData()
    {
        var webhook = await stand.RegisterAsync();
        var order = await stand.PlaceAsync();
        await stand.RunDueAsync();

        var message = Assert.Single(stand.Endpoints.Received);
        Assert.True(stand.IsGenuine(message, webhook.Secret));
        Assert.Equal($"{order.OrderId}-1", message.Id);
        var body = JsonNode.Parse(message.Body.Span)!;
        Assert.Equal(("order.placed", "2026-03-01T12:00:00Z"), ((string)body["type"]!, (string)body["timestamp"]!));
        Assert.Equal((order.OrderId.Value, "PendingPayment", 1L, 1_250L), (
            (string)body["data"]!["orderId"]!, (string)body["data"]!["status"]!, (long)body["data"]!["version"]!, (long)body["data"]!["totals"]!["total"]!));
        Assert.Equal($"We have your order {order.OrderId}. Please pay 12.50 EUR by 2026-03-01 12:30 UTC.", (string)body["data"]!["text"]!);
        var text = Encoding.UTF8.GetString(message.Body.Span);
        Assert.All(["Ada", "ada", "Main Street", "Zürich", "8001"], personal => Assert.DoesNotContain(personal, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMessageAboutACase_NamesIt_AndOthersNameNone()
    {
        var order = await stand.PlaceAsync();
        var placed = OrderEventEnvelope.Parse((await stand.Shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 1, default))[0].Body);
        var about = CaseId.Derive(order.OrderId, "case");

        Assert.Null(JsonNode.Parse(WebhookBody.Of(placed, "text"))!["data"]!["caseId"]);
        Assert.Equal(about.Value, (string)JsonNode.Parse(WebhookBody.Of(placed with { Data = placed.Data with { AboutCase = about } }, "text"))!["data"]!["caseId"]!);
    }

    /// <summary>Immediately, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; then it is given up.</summary>
    [Fact]
    public async Task AFailingEndpoint_IsTriedByTheTable_WithOneId()
    {
        var webhook = await stand.RegisterAsync();
        var began = stand.Now;
        stand.Endpoints.Answer = _ => Broken;
        await stand.PlaceAsync();
        await stand.RunForAsync(TimeSpan.FromDays(4));

        int[] seconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        var expected = seconds.Select((_, n) => began.AddSeconds(seconds.Take(n + 1).Sum())).ToList();
        Assert.Equal(expected, stand.Endpoints.Received.Select(message => message.Timestamp));
        Assert.Single(stand.Endpoints.Received.Select(message => message.Id).Distinct());
        Assert.Single(stand.Endpoints.Received.Select(message => Encoding.UTF8.GetString(message.Body.Span)).Distinct());
        var delivery = Assert.Single(await stand.DeliveriesAsync(webhook.WebhookId, "failed"));
        Assert.Equal(Enumerable.Range(1, 10), delivery.Attempts.Select(attempt => attempt.Number));
        Assert.Equal(expected.Skip(1).Select(at => (DateTime?)at.UtcDateTime).Append(null), delivery.Attempts.Select(attempt => attempt.NextAt));
        Assert.Null(delivery.NextAt);
    }

    [Theory]
    [InlineData(429, 3_600, 3_600)]
    [InlineData(503, 3_600, 3_600)]
    [InlineData(429, 1, 5)]
    [InlineData(429, 864_000, 86_400)]
    [InlineData(500, 3_600, 5)]
    [InlineData(302, null, 5)]
    [InlineData(null, null, 5)]
    public async Task ABusyEndpoint_IsLeftAloneForAsLongAsItAsks_WithinBounds(int? status, int? retryAfter, int seconds)
    {
        await stand.RegisterAsync();
        var began = stand.Now;
        stand.Endpoints.Answer = _ => status is null
            ? new SendOutcome.NotReached("no connection")
            : new SendOutcome.Answered(status.Value, retryAfter is null ? null : TimeSpan.FromSeconds(retryAfter.Value));
        await stand.PlaceAsync();
        await stand.RunDueAsync();

        Assert.Equal(began.AddSeconds(seconds), stand.Shop.Turns.Next);
    }

    [Fact]
    public void AWait_GrowsByItsJitterAtMost_AndTheSameWayAgain()
    {
        var policy = new WebhookPolicy { Jitter = 0.5 };
        var waits = Enumerable.Range(0, 200).Select(n => DeliveryRules.Record(
            WebhookDelivery.New(WebhookId.Derive(Shop.Ada.UserId, "k"), $"e-{n}", "t", "{}", stand.Now), Broken, stand.Now, policy).NextAt!.Value - stand.Now).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7.5)));
        Assert.True(waits.Max() - waits.Min() > TimeSpan.FromSeconds(2), "They come back together.");
        Assert.Equal(waits[3], DeliveryRules.Record(
            WebhookDelivery.New(WebhookId.Derive(Shop.Ada.UserId, "k"), "e-3", "t", "{}", stand.Now), Broken, stand.Now, policy).NextAt!.Value - stand.Now);
    }

    [Fact]
    public async Task Gone_DisablesTheEndpointAtOnce_AndEndsWhatWaits()
    {
        var webhook = await stand.RegisterAsync();
        stand.Endpoints.Answer = _ => new SendOutcome.Answered(410);
        await stand.PlaceAsync("key-1");
        await stand.PlaceAsync("key-2");
        await stand.RunForAsync(TimeSpan.FromDays(4));

        Assert.Single(stand.Endpoints.Received);
        Assert.Equal((WebhookStatus.Disabled, "gone"), await stand.WebhookAsync(webhook.WebhookId) is var found ? (found.Status, found.DisabledBecause) : default);
        Assert.Equal([(0, "the endpoint is disabled or deleted"), (1, null)], (await stand.DeliveriesAsync(webhook.WebhookId, "failed")).Select(one => (one.Attempts.Count, one.Note)));

        await stand.PlaceAsync("key-3");
        Assert.Equal(2, (await stand.DeliveriesAsync(webhook.WebhookId)).Count);
        stand.Endpoints.Answer = _ => new SendOutcome.Answered(200);
        await stand.Shop.Use<EnableWebhook>().RunAsync(webhook.WebhookId.Value, default);
        await stand.PlaceAsync("key-4");
        await stand.RunDueAsync();
        Assert.Equal(2, stand.Endpoints.Received.Count);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task AnEndpointThatFailsForFiveDays_IsDisabled_UnlessOneMessageArrived(bool oneArrives, bool disabled)
    {
        var webhook = await stand.RegisterAsync();
        for (var day = 0; day < 6; day++)
        {
            stand.Endpoints.Answer = _ => oneArrives && day == 3 ? new SendOutcome.Answered(200) : Broken;
            await stand.PlaceAsync($"day-{day}");
            await stand.RunForAsync(TimeSpan.FromDays(1));
        }

        var found = await stand.WebhookAsync(webhook.WebhookId);
        Assert.Equal(disabled ? (WebhookStatus.Disabled, "failing") : (WebhookStatus.Enabled, null), (found.Status, found.DisabledBecause));
        if (disabled)
            Assert.InRange(found.DisabledAt!.Value - Shop.Start, TimeSpan.FromDays(5), TimeSpan.FromDays(6));
    }

    [Fact]
    public async Task AReplacedSecret_SignsForADayBesideTheNewOne()
    {
        var first = await stand.RegisterAsync();
        var second = (await stand.Shop.Use<RotateWebhookSecret>().RunAsync(Shop.Merchant, first.WebhookId.Value, "rot-1", default)).Value!;
        Assert.NotEqual(first.Secret, second.Secret);
        await stand.PlaceAsync("key-1");
        await stand.RunDueAsync();
        var during = stand.Endpoints.Received[^1];
        Assert.True(stand.IsGenuine(during, first.Secret));
        Assert.True(stand.IsGenuine(during, second.Secret));

        stand.Shop.Clock.MoveTo(stand.Now.AddHours(24));
        await stand.PlaceAsync("key-2");
        await stand.RunDueAsync();
        var after = stand.Endpoints.Received[^1];
        Assert.False(stand.IsGenuine(after, first.Secret));
        Assert.True(stand.IsGenuine(after, second.Secret));
    }

    [Fact]
    public async Task ADeletedEndpoint_GetsNothingMore()
    {
        var webhook = await stand.RegisterAsync();
        await stand.PlaceAsync("key-1");
        Assert.Null(await stand.Shop.Use<DeleteWebhook>().RunAsync(webhook.WebhookId.Value, default));
        await stand.PlaceAsync("key-2");
        await stand.RunForAsync(TimeSpan.FromDays(4));

        Assert.Empty(stand.Endpoints.Received);
        Assert.Empty(await stand.Shop.Use<IDeliveries>().FindDueAsync(DateTimeOffset.MaxValue, 10, default));
    }

    [Fact]
    public async Task ADelivery_CanBeSentAgainByHand()
    {
        var webhook = await stand.RegisterAsync();
        stand.Endpoints.Answer = _ => Broken;
        await stand.PlaceAsync();
        await stand.RunForAsync(TimeSpan.FromDays(4));
        stand.Endpoints.Answer = _ => new SendOutcome.Answered(200);
        var failed = Assert.Single(await stand.DeliveriesAsync(webhook.WebhookId, "failed"));
        Assert.Null((await stand.Shop.Use<RetryDelivery>().RunAsync(webhook.WebhookId.Value, failed.DeliveryId, default)).Refusal);
        await stand.RunDueAsync();

        Assert.Equal(11, stand.Endpoints.Received.Count);
        Assert.Single(stand.Endpoints.Received.Select(message => message.Id).Distinct());
        Assert.Equal(11, Assert.Single(await stand.DeliveriesAsync(webhook.WebhookId, "delivered")).Attempts.Count);
    }

    [Fact]
    public async Task TurnsThatComeTwiceOrMeanwhile_SendOnce()
    {
        await stand.RegisterAsync();
        await stand.PlaceAsync();
        var turn = stand.Shop.Turns.Take()!;
        stand.Endpoints.Meanwhile = () => stand.Shop.Use<DeliverWebhook>().RunAsync(turn, default);
        await stand.Shop.Use<DeliverWebhook>().RunAsync(turn, default);
        await stand.Shop.Use<DeliverWebhook>().RunAsync(turn, default);

        Assert.Single(stand.Endpoints.Received);
    }

    [Fact]
    public async Task ASenderThatIsAway_IsAFailedAttempt()
    {
        var webhook = await stand.RegisterAsync();
        stand.Endpoints.Answer = _ => throw new DependencyUnavailableException("network");
        await stand.PlaceAsync();
        await stand.RunDueAsync();

        Assert.Equal("it could not be sent", Assert.Single(await stand.DeliveriesAsync(webhook.WebhookId, "pending")).Attempts[0].Error);
        Assert.Equal(1, stand.Shop.Turns.Count);
    }

    public void Dispose() => stand.Dispose();

    private static string TypeOf(WebhookMessage message) => (string)JsonNode.Parse(message.Body.Span)!["type"]!;
}
