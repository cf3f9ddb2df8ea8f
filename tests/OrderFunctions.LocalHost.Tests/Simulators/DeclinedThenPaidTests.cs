using System.Net;
using OrderFunctions.LocalHost.Tests.Controls;

namespace OrderFunctions.LocalHost.Tests.Simulators;

/// <summary>A card is declined, the buyer tries the same attempt again and it works, and that message is lost: asking finds the money.</summary>
public sealed class DeclinedThenPaidTests : ControlTest
{
    [Fact]
    public async Task Deadline_AfterADeclinedAttemptWasPaidUnheard_FindsTheMoney()
    {
        var order = await DeclinedThenPaidUnheardAsync();

        await Shop.AdvanceAsync("PT1H");

        Assert.Equal("PendingShipment", (string)(await Shop.OrderAsync(order))["status"]!);
    }

    [Fact]
    public async Task Cancel_AfterADeclinedAttemptWasPaidUnheard_IsRefusedAndTheOrderIsPaid()
    {
        var order = await DeclinedThenPaidUnheardAsync();

        var cancelled = await Shop.SendAsync(HttpMethod.Post, $"/api/orders/{order}/cancel", """{"reason":"too late"}""", await Shop.TokenAsync("anna"));

        cancelled.IsProblem(HttpStatusCode.Conflict, "not-cancellable");
        Assert.Equal(TestShop.Price, (long)(await Shop.OrderAsync(order))["totals"]!["paid"]!);
    }

    private async Task<string> DeclinedThenPaidUnheardAsync()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        (await Shop.PostAsync($"/local/payments/{payment}/fail")).IsOk();
        await Shop.AdvanceAsync();
        Assert.Equal("Failed", (string)(await Shop.OrderAsync(order))["payments"]![0]!["status"]!);
        await Shop.SettleAsync(payment, """{"webhook":"lose"}""");
        await Shop.AdvanceAsync();
        Assert.Equal("PendingPayment", (string)(await Shop.OrderAsync(order))["status"]!);
        return order;
    }
}
