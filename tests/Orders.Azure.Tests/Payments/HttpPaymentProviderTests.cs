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

        var found = await Provider(network).FindAsync(Key, CancellationToken.None);

        Assert.Equal(new ProviderPayment(
            Payment, ProviderPaymentStatus.Succeeded, Amount, new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero), "cap-1", null), found);
        Assert.Equal((HttpMethod.Get, $"https://acme.example/api/v1/payments/{Payment}", null), (network.Sent[0].Method, network.Sent[0].Url, network.Sent[0].Key));
    }

    [Fact]
    public async Task FindAndVoid_OfWhatTheProviderNeverHeardOf_AreNull()
    {
        var provider = Provider(new StubHandler((_, _) => Task.FromResult(Status(HttpStatusCode.NotFound))));

        Assert.Null(await provider.FindAsync(Key, CancellationToken.None));
        Assert.Null(await provider.VoidAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Void_TellsThatTheMoneyWasFaster()
    {
        var network = new StubHandler(Json(Answer("succeeded", """{"amount":1380,"currency":"EUR"}""")));

        var word = await Provider(network).VoidAsync(Key, CancellationToken.None);

        Assert.Equal((ProviderPaymentStatus.Succeeded, (Money?)Amount), (word!.Status, word.Captured));
        Assert.Equal((HttpMethod.Post, $"{Payment}-void"), (network.Sent[0].Method, network.Sent[0].Key));
    }

    [Theory]
    [InlineData("""{"refundId":"r","status":"succeeded","reference":"re-1"}""", HttpStatusCode.OK, ProviderRefundStatus.Succeeded, "re-1", null)]
    [InlineData("""{"refundId":"r","status":"pending"}""", HttpStatusCode.OK, ProviderRefundStatus.Pending, null, null)]
    [InlineData("""{"refundId":"r","status":"failed","because":"closed"}""", HttpStatusCode.OK, ProviderRefundStatus.Failed, null, "closed")]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity, ProviderRefundStatus.Failed, null, "refused with 422")]
    [InlineData("", HttpStatusCode.BadRequest, ProviderRefundStatus.Failed, null, "refused with 400")]
    [InlineData("", HttpStatusCode.PaymentRequired, ProviderRefundStatus.Failed, null, "refused with 402")]
    public async Task Refund_SaysWhetherTheMoneyGoesBack(
        string body, HttpStatusCode status, ProviderRefundStatus expected, string? reference, string? because)
    {
        var network = new StubHandler(Json(body, status));

        Assert.Equal(
            new ProviderRefund("r", expected, reference, because), await Provider(network).RefundAsync("r", Key, Amount, CancellationToken.None));
        Assert.Equal("r", Assert.Single(network.Sent).Key);
    }

    /// <summary>Neither yes nor no: believing "no" would leave money that did go back in the books as owed.</summary>
    [Theory]
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
            () => Provider(new StubHandler((_, _) => Task.FromResult(Json(body, status)))).RefundAsync("r", Key, Amount, CancellationToken.None));

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
            () => Provider(new StubHandler(Json(body, type: "text/html"))).FindAsync(Key, CancellationToken.None));

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
            .FindAsync(Key, CancellationToken.None));

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

    [Fact]
    public async Task FindRefund_AsksByOurId_AndWhatItNeverHeardOfIsNull()
    {
        var network = new StubHandler(Json("""{"refundId":"r/1","status":"pending"}"""));

        Assert.Equal(new ProviderRefund("r/1", ProviderRefundStatus.Pending), await Provider(network).FindRefundAsync("r/1", Key, reference: null, CancellationToken.None));
        Assert.Equal((HttpMethod.Get, "https://acme.example/api/v1/refunds/r%2F1", null), (network.Sent[0].Method, network.Sent[0].Url, network.Sent[0].Key));
        Assert.Null(await Provider(new StubHandler((_, _) => Task.FromResult(Status(HttpStatusCode.NotFound)))).FindRefundAsync("r", Key, null, CancellationToken.None));
    }

    [Fact]
    public async Task Statement_IsReadPageByPage_WithIdsAsTheyStand()
    {
        var network = new StubHandler(Json(
            """
            {"lines":[{"type":"capture","reference":"c-1","paymentId":"not one of ours","orderId":null,"amount":5,"currency":"EUR","at":"2030-01-01T00:05:00Z"},
                      {"type":"refund","reference":"r-1","amount":3,"currency":"CHF","at":"2030-01-01T00:06:00+01:00"}],"nextCursor":"a b"}
            """));
        var from = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var page = await Provider(network).ReadStatementAsync(from, from.AddDays(1), "x&y", CancellationToken.None);

        Assert.Equal("https://acme.example/api/v1/statement?from=2030-01-01T00:00:00.0000000Z&until=2030-01-02T00:00:00.0000000Z&cursor=x%26y", network.Sent[0].Url);
        Assert.Equal("a b", page.NextCursor);
        Assert.Equal(
            [
                new StatementLine(StatementLineType.Capture, "c-1", "not one of ours", null, new Money(5, Euro), from.AddMinutes(5)),
                new StatementLine(StatementLineType.Refund, "r-1", null, null, new Money(3, Id.Parse<Currency>("CHF")), new DateTimeOffset(2030, 1, 1, 0, 6, 0, TimeSpan.FromHours(1))),
            ],
            page.Items);
    }

    /// <summary>A line that can't be read must not be left out in silence.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"lines":[null]}""")]
    [InlineData("""{"lines":[{"type":"fee","reference":"c","amount":5,"currency":"EUR","at":"2030-01-01T00:05:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","amount":5,"currency":"EUR","at":"2030-01-01T00:05:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","reference":"c","amount":5,"currency":"euro","at":"2030-01-01T00:05:00Z"}]}""")]
    public async Task Statement_WithALineThatCannotBeRead_IsUnavailable(string body) =>
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Provider(new StubHandler(Json(body))).ReadStatementAsync(default, default, null, CancellationToken.None));

    [Fact]
    public async Task Statement_OfAWholePage_IsTaken_AndAnEndlessOneIsNot()
    {
        const string Line = """{"type":"capture","reference":"aaaaaaaaaaaaaaaaaaaaaaaaaa-p-aaaaaaaaaaaa","paymentId":"aaaaaaaaaaaaaaaaaaaaaaaaaa-p-aaaaaaaaaaaa","orderId":"aaaaaaaaaaaaaaaaaaaaaaaaaa","amount":5,"currency":"EUR","at":"2030-01-01T00:05:00Z"}""";
        string Body(int lines) => $$"""{"lines":[{{string.Join(",", Enumerable.Repeat(Line, lines))}}]}""";

        Assert.Equal(500, (await Provider(new StubHandler(Json(Body(500)))).ReadStatementAsync(default, default, null, CancellationToken.None)).Items.Count);
        foreach (var endless in new[] { Body(501), Body(1) + new string(' ', 3 << 20) })
        {
            await Assert.ThrowsAsync<DependencyUnavailableException>(
                () => Provider(new StubHandler((_, _) => Task.FromResult(Json(endless)))).ReadStatementAsync(default, default, null, CancellationToken.None));
        }
    }
}
