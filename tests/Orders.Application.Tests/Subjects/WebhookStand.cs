using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Subjects;

/// <summary>A shop with endpoints: events reach the notification consumer, turns the delivery, on a clock that the test moves.</summary>
public sealed class WebhookStand(WebhookPolicy? policy = null) : IDisposable
{
    public Shop Shop { get; } = new(policy ?? new WebhookPolicy { Jitter = 0 });

    public ScriptedEndpoints Endpoints => Shop.Endpoints;

    public DateTimeOffset Now => Shop.Clock.GetUtcNow();

    public async Task<WebhookSecretView> RegisterAsync(string url = "https://erp.example/in", string key = "reg-1", params string[] types)
    {
        var registered = await Shop.Use<RegisterWebhook>().RunAsync(Shop.Merchant, new WebhookRequest(url, types.Length == 0 ? null : types), key, default);
        Assert.Null(registered.Refusal);
        return registered.Value!;
    }

    /// <summary>Places an order and tells the consumer of it; the messages wait for their turns.</summary>
    public async Task<Order> PlaceAsync(string key = "key-1")
    {
        var order = (await Shop.PlaceAsync(Shop.Basket(("MUG", 1)), key)).Value!.Order;
        await TellAsync();
        return order;
    }

    /// <summary>Every event that was not told of yet comes to the consumer.</summary>
    public async Task TellAsync()
    {
        foreach (var item in await Shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default))
            Assert.Null(await Shop.Use<NotificationConsumer>().RunAsync(OrderEventEnvelope.Parse(item.Body), default));
    }

    /// <summary>Takes turns until none is due.</summary>
    public async Task RunDueAsync()
    {
        while (Shop.Turns.Take() is { } turn)
            await Shop.Use<DeliverWebhook>().RunAsync(turn, default);
    }

    /// <summary>Moves the clock from turn to turn, until there is none or it is past that time.</summary>
    public async Task RunForAsync(TimeSpan time)
    {
        var end = Now + time;
        await RunDueAsync();
        while (Shop.Turns.Next is { } next && next <= end)
        {
            Shop.Clock.MoveTo(next);
            await RunDueAsync();
        }

        Shop.Clock.MoveTo(end);
    }

    public async Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(WebhookId webhook, string? status = null) =>
        (await Shop.Use<ListDeliveries>().RunAsync(webhook.Value, new ListDeliveriesRequest(status, "100", null), default)).Value!.Items;

    public async Task<WebhookView> WebhookAsync(WebhookId webhook) => (await Shop.Use<ReadWebhook>().RunAsync(webhook.Value, default)).Value!;

    /// <summary>Whether a receiver that knows this secret believes the message now.</summary>
    public bool IsGenuine(WebhookMessage message, params string[] secrets) => StandardWebhook.Verify(
        [.. secrets.Select(WebhookSecret.Parse)],
        new WebhookHeaders(message.Id, message.Timestamp.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), message.Signatures),
        message.Body.Span, Now) is WebhookVerdict.Genuine;

    public void Dispose() => Shop.Dispose();
}
