using System.Globalization;
using System.Net;
using Orders.Application.Checkout;
using Orders.Domain;

namespace OrderFunctions.Tests;

/// <summary>What tests of flash sales say to the shop.</summary>
public static class Sales
{
    public const string Friday = "friday";

    public static SaleId FridayId { get; } = Id.Parse<SaleId>(Friday);

    public static string Terms(
        DateTimeOffset startsAt, DateTimeOffset endsAt, int quantity, int perUser = 1, int? difficulty = null, string skus = $"\"{OrderApp.Mug}\"") =>
        $$"""
        {"skus":[{{skus}}],"quantity":{{quantity}},"startsAt":"{{Time(startsAt)}}","endsAt":"{{Time(endsAt)}}","perUser":{{perUser}}{{(difficulty is null ? "" : $",\"difficulty\":{difficulty}")}}}
        """;

    public static string Order(string admission, int quantity = 1, string sku = OrderApp.Mug, string? proof = null) =>
        $$"""
        {"admission":"{{admission}}","sku":"{{sku}}","quantity":{{quantity}},"shippingAddress":{{Baskets.Address}}{{(proof is null ? "" : $",\"proof\":\"{proof}\"")}}}
        """;

    public static async Task<Reply> PutSaleAsync(
        this OrderApp app, int quantity, int perUser = 1, int? difficulty = null, TimeSpan? startsIn = null, TimeSpan? lasts = null, string saleId = Friday)
    {
        var startsAt = app.Host.Clock.GetUtcNow() + (startsIn ?? TimeSpan.FromMinutes(-1));
        var reply = await app.PutSaleAsync(Terms(startsAt, startsAt + (lasts ?? TimeSpan.FromHours(12)), quantity, perUser, difficulty), saleId);
        Assert.True(reply.Status is HttpStatusCode.OK, reply.ToString() + app.Host.Log);
        return reply;
    }

    public static Task<Reply> PutSaleAsync(this OrderApp app, string terms, string saleId = Friday) =>
        app.SendAsync(HttpMethod.Put, $"api/flash-sales/{saleId}", app.Tokens.For("mia", "merchant"), terms);

    public static Task<Reply> AdmitAsync(this OrderApp app, string user, string saleId = Friday) =>
        app.SendAsync(HttpMethod.Post, $"api/flash-sales/{saleId}/admissions", app.Tokens.For(user, "customer"));

    public static async Task<string> AdmittedAsync(this OrderApp app, string user, string saleId = Friday)
    {
        var reply = await app.AdmitAsync(user, saleId);
        Assert.True(reply.Status is HttpStatusCode.Created, reply.ToString() + app.Host.Log);
        return reply["admission"];
    }

    public static Task<Reply> PlaceInSaleAsync(this OrderApp app, string user, string body, string key = "k1", string saleId = Friday) =>
        app.SendAsync(HttpMethod.Post, $"api/flash-sales/{saleId}/orders", app.Tokens.For(user, "customer"), body, key);

    /// <summary>Admission and order; whatever the shop says.</summary>
    public static async Task<Reply> OrderInSaleAsync(this OrderApp app, string user, string key = "k1", int quantity = 1)
    {
        var admission = await app.AdmitAsync(user);
        return admission.Status is HttpStatusCode.Created ? await app.PlaceInSaleAsync(user, Order(admission["admission"], quantity), key) : admission;
    }

    public static Task<Reply> TicketAsync(this OrderApp app, string user, string ticketId, string saleId = Friday) =>
        app.SendAsync(HttpMethod.Get, $"api/flash-sales/{saleId}/tickets/{ticketId}", app.Tokens.For(user, "customer"));

    /// <summary>The order of a ticket whose turn has come.</summary>
    public static async Task<string> OrderedAsync(this OrderApp app, string user, string key = "k1", int quantity = 1)
    {
        var given = await app.OrderInSaleAsync(user, key, quantity);
        Assert.True(given.Status is HttpStatusCode.Accepted, given.ToString() + app.Host.Log);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var ticket = await app.TicketAsync(user, given["ticketId"]);
        Assert.True(ticket["status"] == "ordered", ticket.ToString() + app.Host.Log);
        return ticket["orderId"];
    }

    public static async Task<(long Left, long Held, long Sold)> UnitsAsync(this OrderApp app, SaleId? sale = null)
    {
        var count = await app.Get<ISaleUnits>().FindAsync(sale ?? FridayId, CancellationToken.None);
        Assert.Equal(count!.Quantity, count.Left + count.Held + count.Sold);
        return (count.Left, count.Held, count.Sold);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
