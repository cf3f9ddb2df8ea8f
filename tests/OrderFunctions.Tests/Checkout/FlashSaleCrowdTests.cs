using System.Net;
using LocalFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Access;
using Orders.Application.Checkout;
using static OrderFunctions.Tests.Sales;

namespace OrderFunctions.Tests.Checkout;

/// <summary>
/// Many buyers at once for few units, over the whole app on files with group commit: exactly as many orders as units, by ordinary checkout and by a sale. Of
/// a hundred thousand requests the load harness sends all (<c>--scenario sale</c>); here it is a tenth.
/// </summary>
public sealed class FlashSaleCrowdTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("orders-crowd-").FullName;
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync(
        // They all come from one address, at one instant.
        builder => builder.Services.AddSingleton(new AccessLimits { User = new(), Address = new(), UserMisses = new(), AddressMisses = new() }),
        new FunctionsTestOptions { DataDirectory = folder });

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Checkout_FiveHundredBuyersForAHundredUnits_IsExactlyAHundredOrders()
    {
        var replies = await Task.WhenAll(Buyers(500).Select(buyer => Task.Run(() => app.PlaceAsync(buyer, "k1", Baskets.Of(OrderApp.Mug, 1)))));

        Assert.Equal(100, Count(replies, HttpStatusCode.Created));
        Assert.Equal(400, Count(replies, HttpStatusCode.Conflict, "out-of-stock"));
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((0L, 100L, 0L), await StockAsync());
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));
        Assert.Equal((100L, 0L, 0L), await StockAsync());
    }

    [Fact]
    public async Task Sale_FiveHundredBuyersForAHundredUnits_IsExactlyAHundredOrders_AndSellsAgainToTheUnit()
    {
        await app.PutSaleAsync(quantity: 100);
        var replies = await Task.WhenAll(Buyers(500).Select(buyer => Task.Run(() => app.OrderInSaleAsync(buyer))));

        Assert.Equal(100, Count(replies, HttpStatusCode.Accepted));
        Assert.Equal(400, Count(replies, HttpStatusCode.Conflict, "sold-out"));
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var winners = Buyers(500).Zip(replies).Where(pair => pair.Second.Status is HttpStatusCode.Accepted).ToList();
        var orders = new Dictionary<string, string>();
        foreach (var (buyer, given) in winners)
        {
            var ticket = await app.TicketAsync(buyer, given["ticketId"]);
            Assert.Equal("ordered", ticket["status"]);
            orders.Add(ticket["orderId"], buyer);
        }

        Assert.Equal(100, orders.Count);
        Assert.Equal((0, 100, 0), await app.UnitsAsync());
        Assert.Equal((0L, 100L, 0L), await StockAsync());

        // Ten pay; the others' units are sold again, to the unit.
        foreach (var (orderId, buyer) in orders.Take(10))
            await app.SettleAsync(await app.PayingAsync(orderId, buyer));
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));
        Assert.Equal((90, 0, 10), await app.UnitsAsync());
        Assert.Equal((90L, 0L, 10L), await StockAsync());
        var second = await Task.WhenAll(Buyers(500, "second").Select(buyer => Task.Run(() => app.OrderInSaleAsync(buyer))));
        Assert.Equal(90, Count(second, HttpStatusCode.Accepted));
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((0, 90, 10), await app.UnitsAsync());
        Assert.Equal((0L, 90L, 10L), await StockAsync());
    }

    [Fact]
    public async Task Sale_TenThousandRequestsForAThousandUnits_IsExactlyAThousandOrders()
    {
        await app.StockAsync(OrderApp.Mug, "White mug", unitPrice: 1250, units: 1_500);
        await app.PutSaleAsync(quantity: 1_000);
        using var atOnce = new SemaphoreSlim(64);
        var admissions = await Task.WhenAll(Buyers(5_000).Select(buyer => OneOfManyAsync(atOnce, () => app.AdmitAsync(buyer))));
        Assert.Equal(5_000, Count(admissions, HttpStatusCode.Created));
        var replies = await Task.WhenAll(Buyers(5_000).Zip(admissions, (buyer, admission) => OneOfManyAsync(
            atOnce, () => app.PlaceInSaleAsync(buyer, Order(admission["admission"])))));

        Assert.Equal(1_000, Count(replies, HttpStatusCode.Accepted));
        Assert.Equal(4_000, Count(replies, HttpStatusCode.Conflict, "sold-out"));
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((0, 1_000, 0), await app.UnitsAsync());
        Assert.Equal((500L, 1_000L, 0L), await StockAsync());
        var holds = 0;
        for (string? cursor = null; ;)
        {
            var page = await app.Get<ISaleUnits>().ListHoldsAsync(FridayId, 500, cursor, CancellationToken.None);
            Assert.All(page.Items, hold => Assert.Equal(SaleHoldState.Kept, hold.State));
            holds += page.Items.Count;
            if ((cursor = page.NextCursor) is null)
                break;
        }

        Assert.Equal(1_000, holds);
    }

    private static async Task<Reply> OneOfManyAsync(SemaphoreSlim atOnce, Func<Task<Reply>> ask)
    {
        await atOnce.WaitAsync();
        try
        {
            return await Task.Run(ask);
        }
        finally
        {
            atOnce.Release();
        }
    }

    private static IEnumerable<string> Buyers(int count, string name = "buyer") => Enumerable.Range(0, count).Select(number => $"{name}-{number}");

    private static int Count(IEnumerable<Reply> replies, HttpStatusCode status, string? problem = null) =>
        replies.Count(reply => reply.Status == status && (problem is null || reply["type"] == $"/problems/{problem}"));

    private async Task<(long Available, long Held, long Sold)> StockAsync()
    {
        var level = await app.StockOfAsync();
        Assert.Equal(level.Stock, level.Available + level.Held + level.Sold);
        return (level.Available, level.Held, level.Sold);
    }
}
