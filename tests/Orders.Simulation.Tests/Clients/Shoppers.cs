using System.Text.Json;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What buyers, merchants and carriers do, drawn by chance and mostly sensible: often on a recent order, sometimes too late, twice, or on
/// another's order.
/// </summary>
internal sealed class Shoppers(Clients clients, Auditor auditor, SimulatedShop shop, Random chance, int buyers)
{
    private const int Newest = 4;
    private const int Recent = 25;
    private const string Merchant = "merchant-1";
    private const string Carrier = "carrier-1";

    private readonly List<ClientRequest> placings = [];
    private readonly List<OrderId> wanted = [];
    private int numbers;

    /// <summary>Orders that were asked for, answered or not.</summary>
    public int Asked { get; private set; }

    public Task PlaceAsync()
    {
        var who = $"buyer-{chance.Next(buyers)}";
        var request = new ClientRequest(
            RequestKind.Place, who, "customer", HttpMethod.Post, "/api/orders", $"k{Asked}", Basket.Draw(chance, Asked).ToJson(), OrderId.Derive(Id.Parse<UserId>(who), $"k{Asked}"), who);
        Asked++;
        placings.Add(request);
        Wants(request);
        return clients.SendAsync(request);
    }

    /// <summary>An order that may come of a request: if it does, it is paid, read and so on like any other.</summary>
    public void Wants(ClientRequest request) => wanted.Add(request.Order!.Value);

    /// <summary>The same again, as after a double click; now and then the same key with another basket.</summary>
    public Task PlaceAgainAsync()
    {
        if (DrawRecent(placings) is not { } earlier)
            return Task.CompletedTask;
        return clients.SendAsync(chance.Next(3) == 0 ? earlier with { Body = Basket.Draw(chance, Asked).Other().ToJson() } : earlier);
    }

    public Task PayAsync()
    {
        if (Draw(order => order.State is OrderState.PendingPayment) is not { } order)
            return Task.CompletedTask;
        return clients.SendAsync(About(order, RequestKind.Pay, Buyer(order), HttpMethod.Post, "/payments", NewKey(), chance.Next(4) == 0 ? """{"method":"card"}""" : "{}"));
    }

    public Task CancelAsync()
    {
        if (Draw(order => order.State is OrderState.PendingPayment) is not { } order)
            return Task.CompletedTask;
        var by = chance.Next(4) == 0 ? (Merchant, "merchant") : Buyer(order);
        return clients.SendAsync(About(order, RequestKind.Cancel, by, HttpMethod.Post, "/cancel", MaybeKey(), """{"reason":"changed my mind"}"""));
    }

    public Task ShipAsync()
    {
        if (Draw(order => order.State is OrderState.PendingShipment) is not { } order)
            return Task.CompletedTask;
        var line = order.Lines[chance.Next(order.Lines.Count)];
        var number = numbers++;
        object body = chance.Next(2) == 0
            ? new { carrier = "post", trackingNumber = $"T-{number}" }
            : new { carrier = "post", trackingNumber = $"T-{number}", lines = new[] { new { sku = line.Sku.Value, quantity = 1 + chance.Next(line.Quantity) } } };
        return clients.SendAsync(About(order, RequestKind.Ship, (Merchant, "merchant"), HttpMethod.Post, "/shipments", NewKey(), JsonSerializer.Serialize(body)));
    }

    public Task ReportAsync()
    {
        if (Draw(order => order.Shipments.Count > 0) is not { Shipments.Count: > 0 } order)
            return Task.CompletedTask;
        var parcel = order.Shipments[chance.Next(order.Shipments.Count)];
        var body = JsonSerializer.Serialize(new { status = chance.Next(2) == 0 ? "in-transit" : "delivered", at = shop.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
        return clients.SendAsync(About(order, RequestKind.Report, (Carrier, "carrier"), HttpMethod.Post, $"/shipments/{parcel.ShipmentId}/events", MaybeKey(), body));
    }

    public Task ReceiveAsync()
    {
        if (Draw(order => order.State is OrderState.Shipped) is not { } order)
            return Task.CompletedTask;
        return clients.SendAsync(About(order, RequestKind.Receive, Buyer(order), HttpMethod.Post, "/receipt", MaybeKey(), body: null));
    }

    public Task ReadAsync()
    {
        if (Draw(_ => true) is not { } order)
            return Task.CompletedTask;
        if (chance.Next(5) == 0)
            return clients.SendAsync(new ClientRequest(RequestKind.List, order.UserId.Value, "customer", HttpMethod.Get, "/api/orders?limit=10", Key: null, Body: null));
        var by = chance.Next(4) switch { 0 => (Merchant, "merchant"), 1 => ($"buyer-{chance.Next(buyers)}", "customer"), _ => Buyer(order) };
        return clients.SendAsync(About(order, RequestKind.Read, by, HttpMethod.Get, "", key: null, body: null));
    }

    /// <summary>A merchant gets goods in, or writes some off.</summary>
    public Task AdjustStockAsync()
    {
        var sku = Assortment.Items[chance.Next(Assortment.Items.Count)].Sku;
        var body = JsonSerializer.Serialize(new { delta = chance.Next(3) == 0 ? -1 : 1 + chance.Next(3), reason = "counted" });
        return clients.SendAsync(new ClientRequest(RequestKind.Adjust, Merchant, "merchant", HttpMethod.Post, $"/api/stock/{sku}/adjustments", NewKey(), body));
    }

    /// <summary>Merchants catch up: everything that waits for a parcel gets one.</summary>
    public async Task ShipAllAsync()
    {
        foreach (var order in auditor.Books.Orders.Where(order => order.State is OrderState.PendingShipment).ToList())
        {
            await clients.SendAsync(About(
                order, RequestKind.Ship, (Merchant, "merchant"), HttpMethod.Post, "/shipments", NewKey(), JsonSerializer.Serialize(new { carrier = "post", trackingNumber = $"T-{numbers++}" })));
        }
    }

    /// <summary>An order to do something with: mostly a recent one for which it makes sense.</summary>
    public Order? Draw(Func<Order, bool> sensible)
    {
        var back = chance.Next(10) switch { 0 => wanted.Count, < 5 => Newest, _ => Recent };
        var known = wanted.Skip(Math.Max(0, wanted.Count - back)).Select(order => auditor.Books.Find(order)).OfType<Order>().ToList();
        var fitting = chance.Next(12) == 0 ? known : known.FindAll(order => sensible(order));
        return fitting.Count == 0 ? null : fitting[chance.Next(fitting.Count)];
    }

    /// <summary>The order's buyer; now and then somebody else who tries.</summary>
    public (string Who, string Role) Buyer(Order order) => (chance.Next(15) == 0 ? $"buyer-{chance.Next(buyers)}" : order.UserId.Value, "customer");

    public static ClientRequest About(Order order, RequestKind kind, (string Who, string Role) by, HttpMethod method, string path, string? key, string? body) =>
        new(kind, by.Who, by.Role, method, $"/api/orders/{order.OrderId}{path}", key, body, order.OrderId, order.UserId.Value);

    private string NewKey() => $"n{numbers++}";

    private string? MaybeKey() => chance.Next(2) == 0 ? NewKey() : null;

    private T? DrawRecent<T>(List<T> all)
        where T : class => all.Count == 0 ? null : all[chance.Next(Math.Max(0, all.Count - Recent), all.Count)];
}
