using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost.Simulators;
using OrderFunctions.LocalHost.Tests.Controls;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Tests.Simulators;

public sealed class PayPageTests : ControlTest
{
    [Fact]
    public async Task Page_BehindThePayUrl_LetsTheBuyerPay()
    {
        var order = await Shop.PlaceAsync();
        var url = await PayUrlAsync(order);

        var page = await Shop.GetAsync(url);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
        Assert.Contains("6.90 EUR", page.Body, StringComparison.Ordinal);
        Assert.Contains(order, page.Body, StringComparison.Ordinal);

        Assert.Contains("Paid.", (await SubmitAsync(url, "act=pay")).Body, StringComparison.Ordinal);
        await Shop.AdvanceAsync();
        Assert.Equal("PendingShipment", (string)(await Shop.OrderAsync(order))["status"]!);
    }

    [Fact]
    public async Task Page_SentAgainAfterItsEnd_DoesNothing()
    {
        var order = await Shop.PlaceAsync();
        var url = await PayUrlAsync(order);

        Assert.Contains("Declined.", (await SubmitAsync(url, "act=decline")).Body, StringComparison.Ordinal);
        Assert.Contains("Declined.", (await SubmitAsync(url, "act=pay")).Body, StringComparison.Ordinal);
        await Shop.AdvanceAsync();

        Assert.Equal(0, (long)(await Shop.OrderAsync(order))["totals"]!["paid"]!);
    }

    [Theory]
    [InlineData("", "application/x-www-form-urlencoded")]
    [InlineData("act=rob", "application/x-www-form-urlencoded")]
    [InlineData("act=pay&act=pay", "application/x-www-form-urlencoded")]
    [InlineData("act=pay", "text/plain")]
    [InlineData("garbage", "multipart/form-data; boundary=x")]
    [InlineData("garbage", "multipart/form-data")]
    public async Task Page_WithoutAChoice_PaysNothing(string form, string type)
    {
        var order = await Shop.PlaceAsync();
        var url = await PayUrlAsync(order);

        Assert.Equal(HttpStatusCode.BadRequest, (await SubmitAsync(url, form, type)).Status);
        await Shop.AdvanceAsync();

        Assert.Equal("PendingPayment", (string)(await Shop.OrderAsync(order))["status"]!);
    }

    [Fact]
    public async Task Page_WithAnEndlessForm_PaysNothing() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await SubmitAsync(await PayUrlAsync(await Shop.PlaceAsync()), "act=" + new string('x', 1_000_000))).Status);

    [Fact]
    public async Task Page_OfWhatNobodyOpened_IsNotFound() => Assert.Equal(HttpStatusCode.NotFound, (await Shop.GetAsync("/simulator/pay/%3Cscript%3E")).Status);

    /// <summary>Ids come from the app, which is another company: the page believes none of its texts.</summary>
    [Fact]
    public async Task Page_EscapesWhatItShows()
    {
        var simulator = Shop.Host.Services.GetRequiredService<PaymentSimulator>();
        await simulator.OpenAsync("evil", "<script>alert(1)</script>", new Money(1, Id.Parse<Currency>("EUR")), method: null);

        Assert.DoesNotContain("<script", (await Shop.GetAsync("/simulator/pay/evil")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_CannotBeFramedOrScripted()
    {
        using var answer = await Shop.Client.GetAsync(await PayUrlAsync(await Shop.PlaceAsync()));

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Api_WithoutItsKey_AnswersNothing(string? key)
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());

        foreach (var (method, path) in new[] { (HttpMethod.Get, $"payments/{payment}"), (HttpMethod.Post, $"payments/{payment}/void"), (HttpMethod.Post, "payments"), (HttpMethod.Post, "refunds") })
            Assert.Equal(HttpStatusCode.Unauthorized, (await Shop.SendAsync(method, $"/simulator/v1/{path}", "{}", key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Shop.SendAsync(HttpMethod.Get, $"/simulator/v1/payments/{payment}", token: Shop.Keys.ProviderApiKey)).Status);
    }

    /// <summary>A sum that overflows must not let a refund through.</summary>
    [Fact]
    public async Task Refund_OfMoreThanALongHolds_IsRefused()
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        await Shop.SettleAsync(payment);
        var simulator = Shop.Host.Services.GetRequiredService<PaymentSimulator>();

        Assert.NotNull(await simulator.RefundAsync("r1", payment, new Money(1, Id.Parse<Currency>("EUR"))));
        Assert.Null(await simulator.RefundAsync("r2", payment, new Money(long.MaxValue, Id.Parse<Currency>("EUR"))));
    }

    private async Task<string> PayUrlAsync(string order)
    {
        await Shop.PayAsync(order);
        return new Uri((string)(await Shop.OrderAsync(order))["payments"]![0]!["payUrl"]!).PathAndQuery;
    }

    private Task<Reply> SubmitAsync(string url, string form, string type = "application/x-www-form-urlencoded")
    {
        var content = new StringContent(form);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return SendAsync(url, content);
    }

    private async Task<Reply> SendAsync(string url, HttpContent content)
    {
        using (content)
        {
            using var response = await Shop.Client.PostAsync(url, content);
            return new Reply(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
        }
    }
}
