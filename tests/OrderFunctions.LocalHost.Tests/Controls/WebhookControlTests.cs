using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

/// <summary>A receiver on the local host gets what the shop sends, signed, over HTTP.</summary>
public sealed class WebhookControlTests : ControlTest
{
    private const string Receiver = "/local/webhooks/receiver/erp";

    [Fact]
    public async Task PlacedAndPaid_IsReceived_SignedAndInOrder()
    {
        await RegisterAsync();
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order));
        await Shop.AdvanceAsync();

        var received = (await Shop.GetAsync("/local/webhooks/received")).IsOk()["items"]!.AsArray();
        Assert.Equal(["order.placed", "order.paid"], received.Select(one => (string)one!["type"]!));
        Assert.All(received, one => Assert.Equal(("erp", 204), ((string)one!["receiver"]!, (int)one["status"]!)));
        Assert.Equal($"Your order {order} is paid: 6.90 EUR. Thank you.", (string)received[1]!["body"]!["data"]!["text"]!);
        Assert.Equal($"{order}-1", (string)received[0]!["id"]!);
    }

    [Fact]
    public async Task ReceiverThatFails_IsTriedAgain_AndOneThatIsGoneIsLeftAlone()
    {
        var (webhook, secret) = await RegisterAsync(answer: 503);
        await Shop.PlaceAsync();
        await Shop.AdvanceAsync("PT10S");
        Assert.Equal(2, await CountAsync());

        (await Shop.PutAsync(Receiver, $$"""{"secret":"{{secret}}","answer":410}""")).IsOk();
        await Shop.AdvanceAsync("PT6M");
        await Shop.AdvanceAsync("P1D");
        Assert.Equal(3, await CountAsync());
        var read = await Shop.SendAsync(HttpMethod.Get, $"/api/ops/webhooks/{webhook}", token: await Shop.TokenAsync("olga", "ops"));
        Assert.Equal("disabled", (string)read["status"]!);
    }

    [Fact]
    public async Task ReceiverWithAnotherSecret_BelievesNothing()
    {
        var (webhook, _) = await RegisterAsync();
        (await Shop.PutAsync(Receiver, $$"""{"secret":"whsec_{{Convert.ToBase64String(new byte[32])}}"}""")).IsOk();
        await Shop.PlaceAsync();
        await Shop.AdvanceAsync();

        Assert.Equal(0, await CountAsync());
        var log = await Shop.SendAsync(HttpMethod.Get, $"/api/ops/webhooks/{webhook}/deliveries", token: await Shop.TokenAsync("olga", "ops"));
        Assert.Equal(401, (int)log["items"]![0]!["attempts"]![0]!["statusCode"]!);
    }

    [Theory]
    [InlineData("""{"secret":"word"}""")]
    [InlineData("""{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","answer":99}""")]
    [InlineData("""{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","retryAfter":-1}""")]
    [InlineData("{}")]
    public async Task ReceiverThatMakesNoSense_IsRefused(string body) => (await Shop.PutAsync(Receiver, body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

    [Fact]
    public async Task WhatIsNotSigned_IsNotReceived()
    {
        (await Shop.PostAsync(Receiver, "{}")).IsProblem(HttpStatusCode.NotFound, "not-found");
        await RegisterAsync();
        (await Shop.PostAsync(Receiver, "{}")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(0, await CountAsync());
    }

    private async Task<(string Webhook, string Secret)> RegisterAsync(int answer = 204)
    {
        var registered = (await Shop.SendAsync(
            HttpMethod.Post, "/api/ops/webhooks", $$"""{"url":"http://localhost{{Receiver}}"}""", await Shop.TokenAsync("mia", "merchant"))).IsOk();
        var secret = (string)registered["secret"]!;
        (await Shop.PutAsync(Receiver, $$"""{"secret":"{{secret}}","answer":{{answer}}}""")).IsOk();
        return ((string)registered["webhookId"]!, secret);
    }

    private async Task<int> CountAsync() => (await Shop.GetAsync("/local/webhooks/received")).IsOk()["items"]!.AsArray().Count;
}
