using LocalFunctions.Durable;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>
/// Whole after-sale cases, each with the process killed at every point of the case; those before it are in the order's stories. The order is one mug for 12.50 and two teas for 4.99 each.
/// </summary>
public abstract class CaseStories
{
    private protected const string NothingRefunded = "paid 2248 refunded 0; outside 2248 0";
    private protected const string AllRefunded = "paid 2248 refunded 2248; outside 2248 2248";
    private protected const string MugRefunded = "paid 2248 refunded 1250; outside 2248 1250";
    private protected const string OneTeaRefunded = "paid 2248 refunded 499; outside 2248 499";
    private protected const string Sold = "9+0+1, 8+0+2";

    private protected static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private protected static async Task Paid(World world)
    {
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
    }

    private protected static Task Shipped(World world) => world.Shop.ShipAsync("s-1");

    private protected static Task Returned(World world) => world.Desk.OpenAsync("return", Mug());

    private protected static Task Approved(World world) => world.Desk.ApproveAsync();

    private protected static Task SentBack(World world) => world.Desk.SendBackAsync();

    private protected static Task Pending(World world)
    {
        world.Provider.LeavesRefundsPending = true;
        return Task.CompletedTask;
    }

    private protected static Task Refusing(World world)
    {
        world.Provider.RefusesRefunds = true;
        return Task.CompletedTask;
    }

    private protected static Task Willing(World world)
    {
        world.Provider.RefusesRefunds = false;
        return Task.CompletedTask;
    }

    private protected static Func<World, Task> Away(int calls) => world =>
    {
        world.Provider.CallsThatFail = calls;
        return Task.CompletedTask;
    };

    /// <summary>A tea for a mug: 7.51 more.</summary>
    private protected static Func<World, Task>[] DearerReceived =>
    [
        Paid, Shipped, world => world.Desk.OpenAsync("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, SentBack,
        world => world.Desk.ReceiveAsync(),
    ];

    private protected static Func<World, Task> At(TimeSpan sinceStart) => world => world.Shop.ComeToAsync(sinceStart);

    private protected static CaseLineRequest Mug() => new("MUG", 1);

    private protected static CaseLineRequest Tea(int quantity) => new("TEA", quantity);

    private protected static Task PlayAsync(string states, string money, string stock, string cases, params Func<World, Task>[] steps) =>
        PlayAsync(states, money, stock, cases, new OrderPolicy(), steps);

    private protected static async Task PlayAsync(string states, string money, string stock, string cases, OrderPolicy policy, params Func<World, Task>[] steps)
    {
        var outcome = await Story.PlayAsync(steps, CaseOutcome.ReadAsync, () => new World(policy), quiet: steps.TakeWhile(step => step == Paid || step == Shipped).Count());

        Assert.Equal((states, money, stock, cases), (outcome.Order.States, outcome.Order.Money, outcome.Order.Stock, outcome.Cases));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, outcome.CaseProcess);
    }
}
