using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Events;

namespace OrderFunctions.Tests.Contract;

/// <summary>Events as they are published while orders live several lives.</summary>
internal static class PlayedEvents
{
    /// <summary>The bodies, in the order of publishing.</summary>
    public static async Task<IReadOnlyList<string>> PlayAsync()
    {
        var bodies = new List<string>();
        await using var app = await OrderApp.StartAsync(builder => Record(builder.Services, bodies));
        await ShipReturnAndCloseAsync(app);
        await ExchangeAsync(app);
        await WithdrawAndRejectAsync(app);
        await EndUnpaidAsync(app);
        return bodies;
    }

    private static void Record(IServiceCollection services, List<string> bodies)
    {
        var index = services.ToList().FindLastIndex(service => service.ServiceType == typeof(IEventPublisher));
        var inner = services[index].ImplementationFactory!;
        services[index] = ServiceDescriptor.Singleton<IEventPublisher>(provider => new Recorder((IEventPublisher)inner(provider), bodies));
    }

    private static async Task ShipReturnAndCloseAsync(OrderApp app)
    {
        var orderId = await app.AcceptedAsync();
        await app.DoAsync($"{orderId}/shipments", "mia", "merchant", """{"carrier":"Royal Mail","trackingNumber":"RM1","lines":[{"sku":"MUG-WHITE","quantity":1}]}""");
        var parcel = await app.DoAsync($"{orderId}/shipments", "mia", "merchant", """{"carrier":"Royal Mail","trackingNumber":"RM2"}""");
        await app.DoAsync(
            $"{orderId}/shipments/{parcel["shipmentId"]}/events", "carl", "carrier",
            $$"""{"status":"in-transit","at":"{{app.Host.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""");
        await app.DoAsync($"{orderId}/receipt", "alice", "customer");
        var opened = await app.OpenAsync(orderId, "return");
        await app.DoAsync($"{orderId}/after-sales/{opened}/approve", "mia", "merchant");
        await app.DoAsync($"{orderId}/after-sales/{opened}/return-shipment", "alice", "customer", """{"carrier":"DHL","trackingNumber":"1"}""");
        await app.DoAsync($"{orderId}/after-sales/{opened}/receive", "mia", "merchant");
        await app.Host.AdvanceAsync(TimeSpan.FromDays(20));
    }

    private static async Task ExchangeAsync(OrderApp app)
    {
        var orderId = await app.AcceptedAsync(key: "exchange");
        await app.DoAsync($"{orderId}/shipments", "mia", "merchant", """{"carrier":"Royal Mail","trackingNumber":"RM3"}""");
        var opened = await app.OpenAsync(orderId, "exchange");
        await app.DoAsync($"{orderId}/after-sales/{opened}/approve", "mia", "merchant");
        await app.DoAsync($"{orderId}/after-sales/{opened}/receive", "mia", "merchant");
        await app.DoAsync($"{orderId}/after-sales/{opened}/replacement", "mia", "merchant", """{"carrier":"DHL","trackingNumber":"2"}""");
    }

    private static async Task WithdrawAndRejectAsync(OrderApp app)
    {
        var orderId = await app.AcceptedAsync(key: "cases");
        await app.DoAsync($"{orderId}/shipments", "mia", "merchant", """{"carrier":"Royal Mail","trackingNumber":"RM4"}""");
        await app.DoAsync($"{orderId}/after-sales/{await app.OpenAsync(orderId, "return", "c1")}/withdraw", "alice", "customer");
        await app.DoAsync(
            $"{orderId}/after-sales/{await app.OpenAsync(orderId, "return", "c2")}/reject", "mia", "merchant", """{"reason":"It shows traces of use"}""");
        var lapses = await app.OpenAsync(orderId, "return", "c3");
        await app.DoAsync($"{orderId}/after-sales/{lapses}/approve", "mia", "merchant");
        await app.Host.AdvanceAsync(TimeSpan.FromDays(15));
    }

    private static async Task EndUnpaidAsync(OrderApp app)
    {
        var failed = await app.PayingAsync(await app.PlacedAsync(key: "failed"), key: "failed");
        await app.SendAsync(HttpMethod.Post, $"local/payments/{failed}/fail", body: "{}");
        var late = await app.PayingAsync(await app.PlacedAsync(key: "late"), key: "late");
        await app.PlacedAsync("bob", "never");
        await app.Host.AdvanceAsync(TimeSpan.FromHours(30));
        await app.SettleAsync(late);
        await app.Host.AdvanceAsync(TimeSpan.FromHours(1));
    }

    private static async Task<string> OpenAsync(this OrderApp app, string orderId, string type, string key = "case") => (await app.DoAsync(
        $"{orderId}/after-sales", "alice", "customer", $$"""{"type":"{{type}}","lines":[{"sku":"MUG-WHITE","quantity":1}],"reason":"It does not fit"}""", key))["caseId"];

    /// <summary>A call about an order that must succeed, and all that follows from it.</summary>
    private static async Task<Reply> DoAsync(this OrderApp app, string path, string user, string role, string? body = null, string? key = null)
    {
        var reply = await app.SendAsync(HttpMethod.Post, $"api/orders/{path}", app.Tokens.For(user, role), body, key ?? $"{path}{body}".Length + path[^9..].Replace('/', '-'));
        Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {reply} {app.Host.Log}");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        return reply;
    }

    private sealed class Recorder(IEventPublisher inner, List<string> bodies) : IEventPublisher
    {
        public Task PublishAsync(OutboxItem item, CancellationToken cancellation)
        {
            lock (bodies)
                bodies.Add(item.Body);
            return inner.PublishAsync(item, cancellation);
        }
    }
}
