using System.Collections.Concurrent;
using System.Globalization;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>A flash sale and those who want something of it: far more than it has units.</summary>
/// <param name="shop">With its buyers.</param>
/// <param name="units">What there is.</param>
internal sealed class SaleRush(LoadShop shop, int units)
{
    private const string SaleId = "load-sale";
    private const string Sku = "load-sale-item";

    private readonly ConcurrentQueue<(int Buyer, string Ticket)> tickets = [];
    private readonly string path = "/api/flash-sales/" + SaleId;
    private long attempts;
    private long refused;

    /// <summary>Requests that were told that they come too late, or have had what one buyer may have.</summary>
    public long Refused => Volatile.Read(ref refused);

    /// <summary>Puts the item on sale. All buyers together may have twice what there is.</summary>
    public async Task OpenAsync()
    {
        await shop.PutItemAsync(Sku, 990, units);
        await shop.PutSaleAsync(SaleId, Sku, units, perUser: (int)Math.Ceiling(2.0 * units / shop.Buyers));
    }

    /// <summary>One who wants a unit: asks for admission and, if there is one, for an order. Being refused is an answer.</summary>
    public async ValueTask<int> TryAsync(Connection connection)
    {
        var number = Interlocked.Increment(ref attempts) - 1;
        var buyer = (int)(number % shop.Buyers);
        shop.Write(connection.Request, "POST", path + "/admissions", buyer, key: null, "{}");
        var status = await connection.SendAsync();
        if (status == 201)
        {
            var body = "{\"admission\":\"" + connection.TextOf("admission") + "\",\"sku\":\"" + Sku + "\",\"quantity\":1,\"shippingAddress\":" + LoadShop.ShippingAddress + "}";
            shop.Write(connection.Request, "POST", path + "/orders", buyer, "sale-" + number.ToString(CultureInfo.InvariantCulture), body);
            status = await connection.SendAsync();
            if (status == 202)
                tickets.Enqueue((buyer, connection.TextOf("ticketId")));
        }

        if (status != 409)
            return status;
        Interlocked.Increment(ref refused);
        return 200;
    }

    /// <summary>Asking for admission to a sale that is sold out, which must be the answer.</summary>
    public async ValueTask<int> BeTooLateAsync(Connection connection)
    {
        var buyer = (int)(Interlocked.Increment(ref attempts) % shop.Buyers);
        shop.Write(connection.Request, "POST", path + "/admissions", buyer, key: null, "{}");
        return await connection.SendAsync() switch
        {
            409 => 200,
            201 => throw new LoadFailedException("A sale that has no unit left let somebody in."),
            var other => other,
        };
    }

    /// <summary>Everybody who was given a ticket has an order of their own, and those are as many as there were units.</summary>
    /// <exception cref="LoadFailedException">That is not so.</exception>
    public async Task AuditAsync()
    {
        var orders = new HashSet<string>();
        var broken = new List<string>();
        foreach (var (buyer, ticket) in tickets)
        {
            var found = await shop.ReadAsync($"{path}/tickets/{ticket}", buyer);
            if ((string?)found["status"] != "ordered" || !orders.Add((string)found["orderId"]!))
                broken.Add($"ticket {ticket}: {found}");
        }

        var counted = await shop.ReadAsync(path + "/units", buyer: null);
        var stock = await shop.StockAsync(Sku);
        if (orders.Count != units)
            broken.Add($"{units} units, {tickets.Count} tickets, {orders.Count} orders");
        if ((long)counted["left"]! != 0 || (long)counted["held"]! + (long)counted["sold"]! != units)
            broken.Add($"the sale's units: {counted}");
        if ((long)stock["available"]! != 0 || (long)stock["held"]! != units || (long)stock["sold"]! != 0)
            broken.Add($"the stock: {stock}");
        if (broken.Count > 0)
            throw new LoadFailedException($"The audit of the sale found:\n  {string.Join("\n  ", broken.Take(10))}");
    }
}
