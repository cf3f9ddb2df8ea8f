using System.Net;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Tests.Controls;

/// <summary>How the simulated provider answers refunds, and what the order's log of refunds says.</summary>
public sealed class RefundControlTests : ControlTest
{
    [Fact]
    public async Task Refund_LeftPending_IsPendingInTheOrder_AndSucceedsByTheMessage()
    {
        var (order, refund) = await PendingAsync();

        Assert.Equal("succeeded", (string)(await Shop.PostAsync($"/local/refunds/{refund}/succeed")).IsOk()["status"]!);
        await Shop.AdvanceAsync();

        await IsAsync(order, "Succeeded", refunded: 10);
    }

    [Fact]
    public async Task Refund_LeftPending_WhoseMessageIsLost_IsFoundByAsking()
    {
        var (order, refund) = await PendingAsync();
        await Shop.AdvanceAsync("P3D");
        await IsAsync(order, "Pending", refunded: 0);
        (await Shop.PostAsync($"/local/refunds/{refund}/succeed", """{"webhook":"lose"}""")).IsOk();

        await Shop.AdvanceAsync("P1D");

        await IsAsync(order, "Succeeded", refunded: 10);
    }

    [Fact]
    public async Task Refund_LeftPending_CanFail_AndStaysSo()
    {
        var (order, refund) = await PendingAsync();

        (await Shop.PostAsync($"/local/refunds/{refund}/fail", """{"webhook":"duplicate"}""")).IsOk();
        await Shop.AdvanceAsync();
        (await Shop.PostAsync($"/local/refunds/{refund}/succeed")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

        await IsAsync(order, "Failed", refunded: 0);
    }

    [Fact]
    public async Task Refund_ThatSucceeded_CanStillFail()
    {
        var (order, refund) = await PendingAsync();
        (await Shop.PostAsync($"/local/refunds/{refund}/succeed")).IsOk();
        await Shop.AdvanceAsync();

        (await Shop.PostAsync($"/local/refunds/{refund}/fail")).IsOk();
        await Shop.AdvanceAsync();

        await IsAsync(order, "Failed", refunded: 0);
    }

    [Fact]
    public async Task Refund_ThatIsToFail_Fails()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        (await Shop.PutAsync($"/local/payments/{payment}/refunds", """{"answer":"fail"}""")).IsOk();
        await Shop.SettleAsync(payment, $$"""{"amount":{{TestShop.Price + 10}}}""");
        await Shop.AdvanceAsync();

        await IsAsync(order, "Failed", refunded: 0);
    }

    /// <summary>The port's new calls go wrong as the others do, by their names.</summary>
    [Theory]
    [InlineData("findRefund")]
    [InlineData("readStatement")]
    [InlineData("refund")]
    public async Task Faults_CoverTheCall(string operation) =>
        (await Shop.PutAsync("/local/faults", $$"""[{"port":"provider","operation":"{{operation}}","mode":"loseAnswer"}]""")).IsOk();

    [Fact]
    public async Task Refund_WhoseAnswerIsLost_GoesBackOnce()
    {
        (await Shop.PutAsync("/local/faults", """[{"port":"provider","operation":"refund","mode":"loseAnswer","times":2}]""")).IsOk();
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order), $$"""{"amount":{{TestShop.Price + 10}}}""");
        await Shop.AdvanceAsync("PT1M");

        await IsAsync(order, "Succeeded", refunded: 10);
    }

    [Theory]
    [InlineData("PUT", "payments/PAYMENT/refunds", "{}")]
    [InlineData("PUT", "payments/PAYMENT/refunds", """{"answer":"perhaps"}""")]
    [InlineData("PUT", "payments/PAYMENT/refunds", """{"answer":1}""")]
    [InlineData("POST", "refunds/nobody-knows/fail", """{"webhook":"late"}""")]
    [InlineData("POST", "refunds/nobody-knows/fail", """{"webhook":"shout"}""")]
    public async Task Nonsense_IsRefused(string method, string path, string body)
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        var url = "/local/" + path.Replace("PAYMENT", payment, StringComparison.Ordinal);

        (await (method == "PUT" ? Shop.PutAsync(url, body) : Shop.PostAsync(url, body))).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task WhatNobodyKnows_IsNotFound()
    {
        (await Shop.PutAsync("/local/payments/nobody-knows/refunds", """{"answer":"fail"}""")).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await Shop.PostAsync("/local/refunds/nobody-knows/succeed")).IsProblem(HttpStatusCode.NotFound, "not-found");
    }

    /// <summary>An order that was paid ten cents too much, whose refund the provider has taken and not decided.</summary>
    private async Task<(string Order, string Refund)> PendingAsync()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        (await Shop.PutAsync($"/local/payments/{payment}/refunds", """{"answer":"pending"}""")).IsOk();
        await Shop.SettleAsync(payment, $$"""{"amount":{{TestShop.Price + 10}}}""");
        await Shop.AdvanceAsync();
        var refund = await IsAsync(order, "Pending", refunded: 0);
        return (order, (string)refund["refundId"]!);
    }

    private async Task<JsonNode> IsAsync(string order, string status, long refunded)
    {
        var json = (await Shop.OrderAsync(order)).Json;
        var refund = Assert.Single(json["payments"]![0]!["refunds"]!.AsArray())!;
        Assert.Equal(("PendingShipment", status, refunded), ((string)json["status"]!, (string)refund["status"]!, (long)json["totals"]!["refunded"]!));
        return refund;
    }
}
