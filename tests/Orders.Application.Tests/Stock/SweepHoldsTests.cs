using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Stock;

/// <summary>No hold outlives its reason, and none that has one is freed.</summary>
public sealed class SweepHoldsTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Hold_WithoutAnOrder_LivesTwoMinutes()
    {
        var nobodys = new HoldKey(new OrderRef(Shop.Ada.UserId, OrderId.Derive(Shop.Ada.UserId, "never placed")), 0);
        await shop.Use<IStock>().ReserveAsync(nobodys, [new StockLine(Shop.Mug, 3)], default);
        await SweepAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((7L, 3L, 0L), await LevelAsync());

        await SweepAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfAnOrderThatWaits_IsKept()
    {
        await shop.PlacedAsync(("MUG", 3));

        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal((7L, 3L, 0L), await LevelAsync());
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Hold_OfAPaidOrderWhoseEventIsLate_IsSold()
    {
        await shop.PaidAsync(("MUG", 3));

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((7L, 0L, 3L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfACancelledOrderWhoseEventIsLate_IsFreed()
    {
        var order = await shop.PlacedAsync(("MUG", 3));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfARevivalThatDidNotHappen_IsFreed()
    {
        var order = await shop.PlacedAsync(("MUG", 3));
        await SweepAfterAsync(TimeSpan.FromMinutes(5));
        await shop.Use<IStock>().ReserveAsync(new HoldKey(order.Ref, 1), StockLines.Of(order), default);

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((7L, 3L, 0L), await LevelAsync());
    }

    public void Dispose() => shop.Dispose();

    private Task<int> SweepAfterAsync(TimeSpan time)
    {
        shop.Clock.MoveTo(shop.Clock.GetUtcNow() + time);
        return shop.Use<SweepHolds>().RunAsync(default);
    }

    private async Task<(long, long, long)> LevelAsync() =>
        await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Held, level.Sold) : default;
}
