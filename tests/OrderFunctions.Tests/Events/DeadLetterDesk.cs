using System.Net;
using System.Text.Json.Nodes;
using LocalFunctions.Messaging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.Tests.Events;

/// <summary>Dead letters over HTTP, as ops have them, and ways to get some.</summary>
internal static class DeadLetterDesk
{
    public const string Inventory = "order-events/inventory";

    public static Task<Reply> OpsAsync(this OrderApp app, HttpMethod method, string path, string? body = null, string? key = null, string role = "ops") =>
        app.SendAsync(method, "api/ops/" + path, app.Tokens.For("olga", role), body, key);

    public static async Task<IReadOnlyList<JsonNode>> LettersAsync(this OrderApp app, string query = "")
    {
        var page = await app.OpsAsync(HttpMethod.Get, $"dead-letters?limit=100{query}");
        Assert.True(page.Status is HttpStatusCode.OK, page.ToString() + app.Host.Log);
        return [.. page.Json["items"]!.AsArray().Select(item => item!)];
    }

    public static async Task<JsonNode> LetterAsync(this OrderApp app, string id) => (await app.OpsAsync(HttpMethod.Get, $"dead-letters/{id}")).Json;

    /// <summary>Sends a broken event of a type that all but few subscriptions take.</summary>
    public static async Task SendPoisonAsync(this OrderApp app, string messageId, string body = "{\"id\":", string type = EventTypes.Placed, string? session = null)
    {
        await app.Host.Bus.SendAsync("order-events", new ServiceBusMessage(body)
        {
            MessageId = messageId,
            SessionId = session ?? messageId[..messageId.LastIndexOf('-')],
            Subject = type,
        });
        await app.Host.AdvanceAsync(TimeSpan.Zero);
    }

    /// <summary>An order whose payment was told to nobody: the event of it is broken wherever it lies.</summary>
    public static async Task<string> PaidInSilenceAsync(this OrderApp app)
    {
        var orderId = await app.PlacedAsync();
        var paymentId = await app.PayingAsync(orderId);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var planned = await app.SendAsync(HttpMethod.Put, "local/faults", body: """[{"port":"events","operation":"Publish","mode":"garble","times":1}]""");
        Assert.Equal(HttpStatusCode.OK, planned.Status);
        await app.SettleAsync(paymentId);
        return orderId;
    }

    /// <summary>The event as it should have been.</summary>
    public static async Task<string> TrueEventAsync(this OrderApp app, string orderId, string type, long version)
    {
        var order = (await app.Get<IOrderStore>().FindAsync(new OrderRef(Id.Parse<UserId>("alice"), Id.Parse<OrderId>(orderId)), CancellationToken.None))!;
        return OrderEventEnvelope.ItemFor(order with { Version = version }, type).Body;
    }

    public static string Edit(string payload, string reason = "Mended") => new JsonObject { ["payload"] = payload, ["reason"] = reason }.ToJsonString();
}
