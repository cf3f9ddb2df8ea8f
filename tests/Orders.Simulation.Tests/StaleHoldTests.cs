using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.Clients;
using Orders.Simulation.Tests.Plants;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests;

/// <summary>
/// Found by seeds 2121 and 2219 of runs of ten orders: a process that hangs between the hold and the write of the order comes back when the sweep has given
/// the hold away, and writes an order that has no stock.
/// </summary>
public sealed class StaleHoldTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(61);

    private readonly List<HoldKey> reserved = [];
    private SimulatedShop shop = null!;
    private int slowCalls;

    [Fact]
    public async Task PlaceOrder_WhoseStockAnswersTooLate_IsRepeatedAndThenHoldsAnew()
    {
        await using var started = shop = await StartAsync();
        slowCalls = 1;

        var first = await PlaceAsync();
        var second = await PlaceAsync();

        Assert.Equal((503, 201), (first, second));
        Assert.Equal(2, reserved.Count);
    }

    [Fact]
    public async Task LateMoney_WhoseStockAnswersTooLate_RevivesOnAYoungHold()
    {
        await using var started = shop = await StartAsync();
        var auditor = new Auditor(shop, new Trace());
        await PlaceAsync();
        auditor.Look();
        var order = auditor.Books.Orders.Single();
        await SendAsync(new ClientRequest(RequestKind.Pay, "anna", "customer", HttpMethod.Post, $"/api/orders/{order.OrderId}/payments", "p", "{}"));
        await shop.AdvanceAsync(TimeSpan.FromMinutes(31));
        auditor.Look();
        reserved.Clear();
        slowCalls = 1;

        await shop.Provider.ActAsync(auditor.Books.Orders.Single().Payments[0].PaymentId.Value, new SimulatedAct(order.Total, WebhookMode.Send), at: null);
        await shop.AdvanceAsync(TimeSpan.Zero);
        auditor.Look();

        Assert.Equal([1, 1], reserved.Select(hold => hold.Number));
        Assert.Equal((OrderStatus.PendingShipment, 1), (auditor.Books.Orders.Single().Status, auditor.Books.Orders.Single().Hold));
        Assert.Empty(auditor.Violations);
    }

    private async Task<SimulatedShop> StartAsync()
    {
        var made = await SimulatedShop.StartAsync(
            seed: 1, services => services.Wrap<IStock>((_, inner) => new SlowStock(inner, AnsweredAsync)), new Dictionary<string, string?>(), _ => null);
        await made.StockAsync("tea", 690, 10);
        return made;
    }

    private Task AnsweredAsync(HoldKey key)
    {
        reserved.Add(key);
        return slowCalls-- > 0 ? shop.HangAsync(TooLong) : Task.CompletedTask;
    }

    private Task<int> PlaceAsync() => SendAsync(new ClientRequest(
        RequestKind.Place, "anna", "customer", HttpMethod.Post, "/api/orders", "k", new Basket([("tea", 1)], Assortment.Marker, Note: null).ToJson()));

    private async Task<int> SendAsync(ClientRequest request)
    {
        using var message = request.ToMessage(SimulatedShop.Keys.Token(request.Who, [request.Role], shop.Now.AddMinutes(-1), shop.Now.AddDays(1)));
        using var answer = await shop.SendAsync(message);
        return (int)answer.StatusCode;
    }

    private sealed class SlowStock(IStock inner, Func<HoldKey, Task> answered) : StockBug(inner)
    {
        public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
        {
            var answer = await Inner.ReserveAsync(key, lines, cancellation);
            await answered(key);
            return answer;
        }
    }
}
