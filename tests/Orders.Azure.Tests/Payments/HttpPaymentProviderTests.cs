using System.Net;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Domain;
using static Orders.Azure.Tests.StubHandler;

namespace Orders.Azure.Tests.Payments;

public sealed class HttpPaymentProviderTests : ProviderTest
{
    [Fact]
    public async Task Open_SendsAmountAndKey_AndReadsTheAnswer()
    {
        var network = new StubHandler(Json(Answer()));

        var opened = await OpenAsync(network);

        Assert.Equal(new ProviderPayment(Payment, ProviderPaymentStatus.Open, null, null, "r-1", "https://pay.example/1"), opened);
        var sent = Assert.Single(network.Sent);
        Assert.Equal((HttpMethod.Post, "https://acme.example/api/v1/payments"), (sent.Method, sent.Url));
        Assert.Equal((Payment.Value, $"Bearer {ApiKey}"), (sent.Key, sent.Authorization));
        Assert.Equal($$"""{"paymentId":"{{Payment}}","orderId":"{{Order}}","amount":1380,"currency":"EUR","method":"card"}""", sent.Body);
    }

    [Fact]
    public async Task Find_OfCapturedMoney_GivesMoneyAndTime()
    {
        var network = new StubHandler(Json(
            $$"""{"paymentId":"{{Payment}}","status":"succeeded","captured":{"amount":1380,"currency":"EUR"},"capturedAt":"2030-01-01T00:05:00Z","providerReference":"cap-1"}"""));

        var found = await Provider(network).FindAsync(Payment, CancellationToken.None);

        Assert.Equal(new ProviderPayment(
            Payment, ProviderPaymentStatus.Succeeded, Amount, new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero), "cap-1", null), found);
        Assert.Equal((HttpMethod.Get, $"https://acme.example/api/v1/payments/{Payment}", null), (network.Sent[0].Method, network.Sent[0].Url, network.Sent[0].Key));
    }

    [Fact]
    public async Task FindAndVoid_OfWhatTheProviderNeverHeardOf_AreNull()
    {
        var provider = Provider(new StubHandler((_, _) => Task.FromResult(Status(HttpStatusCode.NotFound))));

        Assert.Null(await provider.FindAsync(Payment, CancellationToken.None));
        Assert.Null(await provider.VoidAsync(Payment, CancellationToken.None));
    }

    [Fact]
    public async Task Void_TellsThatTheMoneyWasFaster()
    {
        var network = new StubHandler(Json(Answer("succeeded", """{"amount":1380,"currency":"EUR"}""")));

        var word = await Provider(network).VoidAsync(Payment, CancellationToken.None);

        Assert.Equal((ProviderPaymentStatus.Succeeded, (Money?)Amount), (word!.Status, word.Captured));
        Assert.Equal((HttpMethod.Post, $"{Payment}-void"), (network.Sent[0].Method, network.Sent[0].Key));
    }

    [Theory]
    [InlineData("""{"refundId":"r","status":"succeeded"}""", HttpStatusCode.OK, true)]
    [InlineData("""{"refundId":"r","status":"failed"}""", HttpStatusCode.OK, false)]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity, false)]
    [InlineData("", HttpStatusCode.BadRequest, false)]
    [InlineData("", HttpStatusCode.PaymentRequired, false)]
    public async Task Refund_SaysWhetherTheMoneyGoesBack(string body, HttpStatusCode status, bool expected)
    {
        var network = new StubHandler(Json(body, status));

        Assert.Equal(expected, await Provider(network).RefundAsync("r", Payment, Amount, CancellationToken.None));
        Assert.Equal("r", Assert.Single(network.Sent).Key);
    }

    /// <summary>Neither yes nor no: believing "no" would leave money that did go back in the books as owed.</summary>
    [Theory]
    [InlineData("""{"refundId":"r","status":"pending"}""", HttpStatusCode.OK)]
    [InlineData("""{"refundId":"another","status":"succeeded"}""", HttpStatusCode.OK)]
    [InlineData("""{"refundId":"another","status":"failed"}""", HttpStatusCode.OK)]
    [InlineData("""{"refundId":"r","status":"lost"}""", HttpStatusCode.OK)]
    [InlineData("""{"status":"succeeded"}""", HttpStatusCode.OK)]
    [InlineData("<html>Welcome</html>", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.Conflict)]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.SeeOther)]
    [InlineData("", HttpStatusCode.BadGateway)]
    public async Task Refund_WithAnAnswerThatDecidesNothing_IsUnknown(string body, HttpStatusCode status) =>
        await Assert.ThrowsAsync<DependencyUnavailableException>(
            () => Provider(new StubHandler((_, _) => Task.FromResult(Json(body, status)))).RefundAsync("r", Payment, Amount, CancellationToken.None));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("<html>Please sign in to the hotel's network</html>")]
    [InlineData("""{"status":"open"}""")]
    [InlineData("""{"paymentId":null,"status":"open"}""")]
    public async Task Find_WithNonsense_IsUnavailable(string body)
    {
        var refused = await Assert.ThrowsAsync<DependencyUnavailableException>(
            () => Provider(new StubHandler(Json(body, type: "text/html"))).FindAsync(Payment, CancellationToken.None));

        Assert.Contains("'acme' (it answered nonsense)", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> AnswersThatContradictThemselves => new()
    {
        { "another payment", Answer(paymentId: PaymentId.Derive(Order, "another").Value) },
        { "success without money", Answer("succeeded") },
        { "no money", Answer("succeeded", """{"amount":0,"currency":"EUR"}""") },
        { "negative money", Answer("succeeded", """{"amount":-5,"currency":"EUR"}""") },
        { "money without currency", Answer("succeeded", """{"amount":5}""") },
        { "money of no currency", Answer("succeeded", """{"amount":5,"currency":"euro"}""") },
        { "money that arrived while it is open", Answer("open", """{"amount":5,"currency":"EUR"}""") },
        { "money of a voided attempt that is still voided", Answer("voided", """{"amount":5,"currency":"EUR"}""") },
        { "an unknown status", Answer("authorised") },
        { "a number for a status", Answer().Replace("\"open\"", "7", StringComparison.Ordinal) },
        { "a script for an address", Answer(payUrl: "javascript:alert(1)") },
        { "a relative address", Answer(payUrl: "/pay/1") },
        { "an endless address", Answer(payUrl: "https://pay.example/" + new string('a', 2_000)) },
    };

    [Theory]
    [MemberData(nameof(AnswersThatContradictThemselves))]
    public async Task Open_WithAnAnswerThatContradictsItself_IsUnavailable(string what, string body)
    {
        var refused = await Record.ExceptionAsync(() => OpenAsync(new StubHandler(Json(body))));

        Assert.True(refused is DependencyUnavailableException, $"{what}: {refused?.ToString() ?? "was taken"}");
    }

    [Fact]
    public async Task Find_WithAnEndlessAnswer_IsUnavailable() =>
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Provider(new StubHandler((_, _) => Task.FromResult(Json(Answer() + new string(' ', 1 << 20)))))
            .FindAsync(Payment, CancellationToken.None));

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.PaymentRequired)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public async Task Open_ThatIsRefusedForGood_IsAFailedAttempt(HttpStatusCode status) =>
        Assert.Equal(
            new ProviderPayment(Payment, ProviderPaymentStatus.Failed, Captured: null, CapturedAt: null, ProviderReference: null, PayUrl: null),
            await OpenAsync(new StubHandler(Status(status))));

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    [InlineData(HttpStatusCode.Found)]
    public async Task Open_ThatIsNotTaken_IsUnavailable(HttpStatusCode status) =>
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => OpenAsync(new StubHandler(Status(status))));

    [Fact]
    public async Task Key_IsInNoExceptionAndNoText()
    {
        var options = new HttpPaymentProviderOptions { BaseUrl = new Uri("https://acme.example/api"), ApiKey = ApiKey };
        var refused = await Record.ExceptionAsync(() => OpenAsync(new StubHandler((_, _) => throw new HttpRequestException("refused"))));
        var unauthorized = await Record.ExceptionAsync(() => OpenAsync(new StubHandler(Status(HttpStatusCode.Unauthorized))));

        foreach (var text in new[] { options.ToString(), Provider(new StubHandler()).ToString()!, refused!.ToString(), unauthorized!.ToString() })
            Assert.DoesNotContain(ApiKey, text, StringComparison.Ordinal);
    }
}
