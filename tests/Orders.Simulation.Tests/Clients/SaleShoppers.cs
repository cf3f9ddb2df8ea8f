using System.Globalization;
using System.Text.Json;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What happens around a flash sale that sells out and opens again: buyers are admitted and order, come twice, use an admission for a second order, look at their
/// tickets and at others'; its merchant changes how many there are.
/// </summary>
internal sealed class SaleShoppers(Clients clients, Shoppers shoppers, SimulatedShop shop, Random chance, int buyers, int quantity)
{
    private const string Sale = "rush";
    private const int PerUser = 2;
    private const int Recent = 12;

    /// <summary>Something that the stock has plenty of, and something that it soon has not.</summary>
    private static readonly string[] Skus = ["tea", "hot-lamp"];

    private readonly List<ClientRequest> requests = [];
    private readonly List<(string Who, string Text)> admissions = [];
    private string startsAt = "";
    private string endsAt = "";
    private int numbers;

    public static SaleId Id { get; } = Domain.Id.Parse<SaleId>(Sale);

    /// <summary>Begins now, and is forgotten before a run is over.</summary>
    public Task OpenAsync()
    {
        (startsAt, endsAt) = (TimeOf(shop.Now), TimeOf(shop.Now.AddDays(20)));
        return shop.PutSaleAsync(Sale, new FlashSaleRequest(Skus, quantity, startsAt, endsAt, PerUser));
    }

    /// <summary>A buyer gets in and asks for a place; now and then with an admission of before, used or not.</summary>
    public async Task OrderAsync()
    {
        var (who, admission) = admissions.Count > 0 && chance.Next(6) == 0
            ? admissions[chance.Next(Math.Max(0, admissions.Count - Recent), admissions.Count)]
            : await AdmitAsync($"buyer-{chance.Next(buyers)}");
        if (admission is null)
            return;
        var key = $"s{requests.Count}";
        var buyer = Domain.Id.Parse<UserId>(who);
        var request = new ClientRequest(
            RequestKind.SaleOrder, who, "customer", HttpMethod.Post, $"/api/flash-sales/{Sale}/orders", key, BodyOf(admission),
            TicketId.Derive(buyer, Id, key).OrderOf(buyer).OrderId, who);
        requests.Add(request);
        shoppers.Wants(request);
        await clients.SendAsync(request);
    }

    /// <summary>The same again; now and then the same key with another request.</summary>
    public Task OrderAgainAsync()
    {
        if (DrawRequest() is not { } earlier)
            return Task.CompletedTask;
        return clients.SendAsync(chance.Next(4) == 0 ? earlier with { Body = BodyOf(AdmissionOf(earlier), other: earlier.Body) } : earlier);
    }

    public Task ReadTicketAsync()
    {
        if (DrawRequest() is not { } request)
            return Task.CompletedTask;
        var who = chance.Next(6) == 0 ? $"buyer-{chance.Next(buyers)}" : request.Who;
        var ticket = TicketId.Derive(Domain.Id.Parse<UserId>(request.Who), Id, request.Key!);
        return clients.SendAsync(new ClientRequest(
            RequestKind.Ticket, who, "customer", HttpMethod.Get, $"/api/flash-sales/{Sale}/tickets/{ticket}", Key: null, Body: null, request.Order, request.Who));
    }

    /// <summary>More, or fewer, though perhaps not below what is taken.</summary>
    public Task ChangeTermsAsync() => clients.SendAsync(new ClientRequest(
        RequestKind.PutSale, "merchant-1", "merchant", HttpMethod.Put, $"/api/flash-sales/{Sale}", $"t{numbers++}",
        JsonSerializer.Serialize(new { skus = Skus, quantity = Math.Max(1, quantity + chance.Next(-3, 4)), startsAt, endsAt, perUser = PerUser })));

    private async Task<(string Who, string? Admission)> AdmitAsync(string who)
    {
        var answer = await clients.SendAsync(new ClientRequest(
            RequestKind.Admit, who, "customer", HttpMethod.Post, $"/api/flash-sales/{Sale}/admissions", Key: null, Body: null));
        if (answer is not { IsSuccess: true })
            return (who, null);
        var text = answer.Json.GetProperty("admission").GetString()!;
        admissions.Add((who, text));
        return (who, text);
    }

    private string BodyOf(string admission, string? other = null)
    {
        while (true)
        {
            var body = JsonSerializer.Serialize(new
            {
                admission,
                sku = Skus[chance.Next(Skus.Length)],
                quantity = 1 + chance.Next(PerUser),
                shippingAddress = new { name = $"{Assortment.Marker} {numbers++}", line1 = "1 Example Street", city = "Berlin", postalCode = "10115", country = "DE" },
            });
            if (body != other)
                return body;
        }
    }

    /// <summary>The admission that a request used.</summary>
    public static string AdmissionOf(ClientRequest request) => JsonSerializer.Deserialize<JsonElement>(request.Body!).GetProperty("admission").GetString()!;

    private ClientRequest? DrawRequest() => requests.Count == 0 ? null : requests[chance.Next(Math.Max(0, requests.Count - Recent), requests.Count)];

    private static string TimeOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
