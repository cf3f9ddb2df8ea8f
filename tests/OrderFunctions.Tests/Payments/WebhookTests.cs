using System.Globalization;
using System.Net;
using System.Text;
using Orders.Application.Payments;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Payments;

public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly WebhookSecret Secret = WebhookSecret.Parse(OrderApp.WebhookSecret);
    private static readonly WebhookSecret ForeignSecret = WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[32]));

    private OrderApp app = null!;
    private string orderId = "";
    private string paymentId = "";

    public async Task InitializeAsync()
    {
        app = await OrderApp.StartAsync();
        orderId = await app.PlacedAsync();
        paymentId = await app.PayingAsync(orderId);
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Genuine_IsStoredAndThenApplied()
    {
        var reply = await SendAsync(Body());
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        Assert.Equal(("PendingShipment", 2500), await StateAsync());
    }

    [Fact]
    public async Task Repeated_HasOneEffect()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Body())).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("PendingShipment", 2500), await StateAsync());
    }

    [Fact]
    public async Task Forged_IsRefused()
    {
        IsProblem(await SendAsync(Body(), secret: ForeignSecret), 401, "invalid-signature");
        await AssertNotPaidAsync();
    }

    [Fact]
    public async Task ChangedOnItsWay_IsRefused()
    {
        IsProblem(await SendAsync(Body(), signed: Body(amount: 1)), 401, "invalid-signature");
        await AssertNotPaidAsync();
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public async Task Stale_IsRefused(int seconds)
    {
        IsProblem(await SendAsync(Body(), offBy: TimeSpan.FromSeconds(seconds)), 401, "invalid-signature");
        await AssertNotPaidAsync();
    }

    [Fact]
    public async Task OfTheLastSecondsOfItsTime_IsTaken() =>
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Body(), offBy: TimeSpan.FromSeconds(-300))).Status);

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"type":"payment.succeeded","timestamp":"2030-01-01T00:00:00Z"}""")]
    public async Task WithoutTheRightForm_IsRefused(string body)
    {
        IsProblem(await SendAsync(body), 400, "invalid-request");
        await AssertNotPaidAsync();
    }

    [Fact]
    public async Task WithoutItsHeaders_IsRefused() => IsProblem(
        await app.SendAsync(HttpMethod.Post, "api/payments/webhooks/simulator", body: Body()), 400, "invalid-request");

    [Fact]
    public async Task OfAProviderThatWeDoNotKnow_IsNotFound() => IsProblem(await SendAsync(Body(), provider: "nobody"), 404, "not-found");

    [Fact]
    public async Task Of2MB_IsRefused() => IsProblem(await SendAsync(Body().PadRight(2 * 1024 * 1024)), 413, "body-too-large");

    [Fact]
    public async Task AnIdWithOtherContent_IsRefusedAndChangesNothing()
    {
        await SendAsync(Body());
        IsProblem(await SendAsync(Body(amount: 5000)), 409, "message-id-reused");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("PendingShipment", 2500), await StateAsync());
    }

    [Fact]
    public async Task OfTooLittleMoney_DoesNotPayTheOrder()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Body(amount: 2499))).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("PendingPayment", 2499), await StateAsync());
    }

    [Fact]
    public async Task OfAnotherCurrency_DoesNotPayTheOrder()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Body(currency: "USD"))).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("PendingPayment", 0), await StateAsync());
    }

    [Fact]
    public async Task AboutAnothersPayment_ChangesNothing()
    {
        var other = await app.PlacedAsync("bob");

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(Body(order: other))).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(("PendingPayment", 0), await StateAsync());
        Assert.Equal("PendingPayment", (await app.ReadAsync(other, "bob"))["status"]);
    }

    private string Body(int amount = 2500, string currency = "EUR", string? order = null) =>
        $$"""
        {
          "type": "payment.succeeded",
          "timestamp": "2030-01-01T00:00:00Z",
          "data": { "paymentId": "{{paymentId}}", "orderId": "{{order ?? orderId}}", "amount": {{amount}}, "currency": "{{currency}}", "providerReference": "CAP-1" }
        }
        """;

    private async Task<Reply> SendAsync(string body, WebhookSecret? secret = null, string? signed = null, TimeSpan offBy = default, string provider = "simulator")
    {
        var at = app.Host.Clock.GetUtcNow() + offBy;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/payments/webhooks/{provider}");
        request.Headers.Add(StandardWebhook.IdHeader, "msg-1");
        request.Headers.Add(StandardWebhook.TimestampHeader, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(secret ?? Secret, "msg-1", at, Encoding.UTF8.GetBytes(signed ?? body)));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await app.SendAsync(request);
    }

    private async Task<(string Status, int Paid)> StateAsync()
    {
        var order = await app.ReadAsync(orderId);
        return (order["status"], order.Json["totals"]!["paid"]!.GetValue<int>());
    }

    private async Task AssertNotPaidAsync()
    {
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(("PendingPayment", 0), await StateAsync());
    }
}
