using LocalFunctions.Durable.Testing;
using Orders.Application.Payments;
using Orders.Domain.Lifecycle;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>An order whose webhook is lost goes on by the active query, long before its deadline.</summary>
public sealed class ActiveQueryTests
{
    [Fact]
    public async Task MoneyWithoutAWebhook_TakesTheOrderOnWithinTwoMinutes()
    {
        using var world = await PaidUnheardAsync();

        await MinutesAsync(world, 2);

        Assert.Equal(OrderStatus.PendingShipment, (await world.Shop.ReadAsync()).Status);
    }

    /// <summary>The negative control: the webhook is lost indeed, and nothing else finds the money before the deadline.</summary>
    [Fact]
    public async Task MoneyWithoutAWebhook_WaitsForTheDeadlineWithoutTheSweep()
    {
        using var world = await PaidUnheardAsync();

        await MinutesAsync(world, 29, sweep: false);

        Assert.Equal(OrderStatus.PendingPayment, (await world.Shop.ReadAsync()).Status);
    }

    /// <summary>The money comes after the attempt was withdrawn at the deadline, and its webhook is lost as well.</summary>
    [Fact]
    public async Task MoneyOfAWithdrawnAttempt_WithoutAWebhook_RevivesTheOrder()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await MinutesAsync(world, 31);
        Assert.Equal(OrderStatus.Cancelled, (await world.Shop.ReadAsync()).Status);
        await world.Shop.PaySilentlyAsync();

        await MinutesAsync(world, 31);

        Assert.Equal(OrderStatus.PendingShipment, (await world.Shop.ReadAsync()).Status);
    }

    private static async Task<World> PaidUnheardAsync()
    {
        var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PaySilentlyAsync();
        return world;
    }

    private static async Task MinutesAsync(World world, int minutes, bool sweep = true)
    {
        var start = world.Host.Clock.GetUtcNow() - OrchestrationTestHost.Start;
        for (var minute = 1; minute <= minutes; minute++)
        {
            await world.Shop.ComeToAsync(start + TimeSpan.FromMinutes(minute));
            if (sweep)
                await world.Use<SweepPayments>().RunAsync(default);
            await world.Shop.PumpAsync();
        }
    }
}
