using System.Net;
using LocalFunctions.Storage;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>The simulated provider does as it is told, and its messages survive it.</summary>
public sealed class SimulatorTests : IAsyncLifetime
{
    private static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "p");
    private static readonly Money TenEuro = new(1000, Euro);

    private SimulatorRig rig = null!;

    public async Task InitializeAsync()
    {
        rig = await SimulatorRig.StartAsync();
        await rig.Simulator.OpenAsync(Payment.Value, Ref(1).OrderId.Value, TenEuro, method: null);
    }

    public async Task DisposeAsync() => await rig.DisposeAsync();

    [Fact]
    public async Task Settle_SendsASignedMessageOfTheMoney()
    {
        await ActAsync(WebhookMode.Send);
        await rig.AdvanceAsync(TimeSpan.Zero);
        var (id, verdict, body, _) = Assert.Single(rig.Webhooks);
        Assert.IsType<WebhookVerdict.Genuine>(verdict);
        Assert.Equal($"{Payment}-paid-1", id);
        Assert.Equal(ProviderMessageTypes.PaymentSucceeded, body.Type);
        Assert.Equal((Payment, Ref(1).OrderId, 1000, Euro), (body.Data.PaymentId, body.Data.OrderId, body.Data.Amount, body.Data.Currency));
    }

    [Fact]
    public async Task Settle_WithTheMessageLost_IsFoundByTheQueryAlone()
    {
        await ActAsync(WebhookMode.Lose);
        await rig.AdvanceAsync(TimeSpan.FromDays(10));
        Assert.Empty(rig.Webhooks);
        Assert.Equal(ProviderPaymentStatus.Succeeded, rig.Simulator.Find(Payment.Value)!.Status);
    }

    [Fact]
    public async Task Settle_WithTheMessageDoubled_SendsOneIdTwice()
    {
        await ActAsync(WebhookMode.Duplicate);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(2, rig.Webhooks.Count);
        Assert.Single(rig.Webhooks.Select(webhook => (webhook.Id, webhook.Body)).Distinct());
    }

    [Fact]
    public async Task Settle_AtALaterTime_HappensThenAndNotBefore()
    {
        await ActAsync(WebhookMode.Send, at: Subject.Start.AddMinutes(40));
        await rig.AdvanceAsync(TimeSpan.FromMinutes(39));
        Assert.Equal(ProviderPaymentStatus.Open, rig.Simulator.Find(Payment.Value)!.Status);
        await rig.Simulator.VoidAsync(Payment.Value);
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Subject.Start.AddMinutes(40), rig.Simulator.Find(Payment.Value)!.CapturedAt);
        Assert.Equal(Subject.Start.AddMinutes(40), Assert.Single(rig.Webhooks).At);
    }

    [Fact]
    public async Task Settle_OfAVoidedAttempt_Works()
    {
        await rig.Simulator.VoidAsync(Payment.Value);
        await ActAsync(WebhookMode.Send);
        Assert.Equal(TenEuro, rig.Simulator.Find(Payment.Value)!.Captured);
    }

    [Fact]
    public async Task Settle_Twice_SendsTwoMessagesOfOneCapture()
    {
        await ActAsync(WebhookMode.Send);
        await ActAsync(WebhookMode.Send);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(2, rig.Webhooks.Select(webhook => webhook.Id).Distinct().Count());
        Assert.Single(rig.Webhooks.Select(webhook => webhook.Body.Data).Distinct());
    }

    [Fact]
    public async Task Fail_SendsThatItFailed()
    {
        await rig.Simulator.ActAsync(Payment.Value, new SimulatedAct(Captured: null, WebhookMode.Send), at: null);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(ProviderMessageTypes.PaymentFailed, Assert.Single(rig.Webhooks).Body.Type);
        Assert.Equal(ProviderPaymentStatus.Failed, rig.Simulator.Find(Payment.Value)!.Status);
    }

    [Fact]
    public async Task Refund_SendsThatItSucceededOnce()
    {
        await ActAsync(WebhookMode.Lose);
        await rig.Simulator.RefundAsync("r-1", Payment.Value, TenEuro);
        await rig.Simulator.RefundAsync("r-1", Payment.Value, TenEuro);
        await rig.AdvanceAsync(TimeSpan.Zero);
        var body = Assert.Single(rig.Webhooks).Body;
        Assert.Equal((ProviderMessageTypes.RefundSucceeded, "r-1", 1000), (body.Type, body.Data.ProviderReference, body.Data.Amount));
    }

    [Fact]
    public async Task Message_ThatIsNotTaken_IsSentAgainByTheTable()
    {
        rig.ShopAnswers.Enqueue(HttpStatusCode.ServiceUnavailable);
        rig.ShopAnswers.Enqueue(HttpStatusCode.InternalServerError);
        await ActAsync(WebhookMode.Send);
        await rig.AdvanceAsync(TimeSpan.FromDays(10));
        Assert.Equal(
            [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(305)], rig.Webhooks.Select(webhook => webhook.At - Subject.Start));
        Assert.Single(rig.Webhooks.Select(webhook => webhook.Id).Distinct());
    }

    [Fact]
    public async Task Message_ThatNobodyEverTakes_IsGivenUp()
    {
        for (var n = 0; n < 100; n++)
            rig.ShopAnswers.Enqueue(HttpStatusCode.InternalServerError);
        await ActAsync(WebhookMode.Send);
        await rig.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Equal(10, rig.Webhooks.Count);
    }

    [Fact]
    public async Task Message_OfAProviderThatDied_IsSentByTheNextOne()
    {
        rig.Store.CrashAfter(1);
        await Assert.ThrowsAsync<StoreCrashedException>(() => ActAsync(WebhookMode.Send));
        rig.Restart();
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Single(rig.Webhooks);
        Assert.Equal(ProviderPaymentStatus.Succeeded, rig.Simulator.Find(Payment.Value)!.Status);
    }

    [Fact]
    public async Task Act_OfAProviderThatDiedBefore_NeverHappened()
    {
        rig.Store.CrashAfter(0);
        await Assert.ThrowsAsync<StoreCrashedException>(async () => await ActAsync(WebhookMode.Send));
        rig.Restart();
        await rig.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Empty(rig.Webhooks);
        Assert.Equal(ProviderPaymentStatus.Open, rig.Simulator.Find(Payment.Value)!.Status);
    }

    [Fact]
    public async Task Statement_TellsTheDaysMoneyUnlessItIsReplaced()
    {
        await ActAsync(WebhookMode.Send);
        await rig.Simulator.RefundAsync("r-1", Payment.Value, TenEuro with { Amount = 400 });
        await rig.AdvanceAsync(TimeSpan.FromDays(1));
        await rig.Simulator.RefundAsync("r-2", Payment.Value, TenEuro with { Amount = 600 });
        var day = DateOnly.FromDateTime(Subject.Start.Date);
        Assert.Equal([("capture", 1000L), ("refund", 400L)], rig.Simulator.Statement(day).Select(line => (line.Type, line.Amount)));
        Assert.Equal([("refund", 600L)], rig.Simulator.Statement(day.AddDays(1)).Select(line => (line.Type, line.Amount)));
        await rig.Simulator.ReplaceStatementAsync(day, []);
        Assert.Empty(rig.Simulator.Statement(day));
    }

    [Fact]
    public async Task Statement_OfATimeWithinAReplacedDay_TellsWhatWasPutForThatTime()
    {
        await ActAsync(WebhookMode.Send);
        var day = DateOnly.FromDateTime(Subject.Start.Date);
        var noon = new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero);
        await rig.Simulator.ReplaceStatementAsync(day, [Line("at-noon", noon), Line("of-another-day", noon.AddDays(9)), Line("doubled", noon), Line("doubled", noon)]);
        await rig.Simulator.ReplaceStatementAsync(day.AddDays(1), [Line("next-day", noon.AddDays(1))]);

        Assert.Equal(["at-noon", "doubled", "doubled"], await ReferencesAsync(noon, noon.AddTicks(1)));
        Assert.Empty(await ReferencesAsync(noon.AddTicks(1), noon.AddHours(11)));
        Assert.Equal(["of-another-day", "next-day"], await ReferencesAsync(noon.AddTicks(1), noon.AddDays(2)));
    }

    [Fact]
    public async Task Statement_LongerThanAPage_ComesWholeAndOnce()
    {
        var at = new DateTimeOffset(Subject.Start.Date, TimeSpan.Zero);
        await rig.Simulator.ReplaceStatementAsync(DateOnly.FromDateTime(Subject.Start.Date), [.. Enumerable.Range(0, 1_201).Select(n => Line($"c-{n:0000}", at.AddSeconds(n / 3)))]);

        var pages = new List<int>();
        var references = await ReferencesAsync(at, at.AddDays(1), pages);

        Assert.Equal([500, 500, 201], pages);
        Assert.Equal(Enumerable.Range(0, 1_201).Select(n => $"c-{n:0000}"), references);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?from=2026-01-01")]
    [InlineData("?from=2026-01-02&until=2026-01-01")]
    [InlineData("?from=2026-01-01&until=2027-01-01")]
    [InlineData("?from=9999-12-30&until=9999-12-31")]
    [InlineData("?from=yesterday&until=today")]
    [InlineData("?from=2026-01-01&until=2026-01-02&cursor=-1")]
    [InlineData("?from=2026-01-01&until=2026-01-02&cursor=x")]
    public async Task Statement_OfNonsense_Answers400(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/statement{query}");
        request.Headers.Authorization = new("Bearer", "sk_sim");
        Assert.Equal(HttpStatusCode.BadRequest, (await rig.Browser.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Refund_LeftPending_TellsNothingUntilItIsDecided_AndOnce()
    {
        await ActAsync(WebhookMode.Lose);
        await rig.Simulator.AnswerRefundsAsync(Payment.Value, ProviderRefundStatus.Pending);
        await rig.Simulator.RefundAsync("r-1", Payment.Value, TenEuro);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Empty(rig.Webhooks);

        for (var n = 0; n < 2; n++)
            Assert.Equal(ProviderRefundStatus.Succeeded, (await rig.Simulator.DecideRefundAsync("r-1", ProviderRefundStatus.Succeeded, WebhookMode.Send))!.Status);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(ProviderMessageTypes.RefundSucceeded, Assert.Single(rig.Webhooks).Body.Type);

        for (var n = 0; n < 2; n++)
            Assert.Equal(ProviderRefundStatus.Failed, (await rig.Simulator.DecideRefundAsync("r-1", ProviderRefundStatus.Failed, WebhookMode.Send))!.Status);
        Assert.Equal(ProviderRefundStatus.Failed, (await rig.Simulator.DecideRefundAsync("r-1", ProviderRefundStatus.Succeeded, WebhookMode.Send))!.Status);
        await rig.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal([ProviderMessageTypes.RefundSucceeded, ProviderMessageTypes.RefundFailed], rig.Webhooks.Select(webhook => webhook.Body.Type));
    }

    [Fact]
    public async Task PayPage_LetsTheBuyerPay()
    {
        var page = await rig.Browser.GetStringAsync($"/pay/{Payment}");
        Assert.Contains("value=\"pay\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"decline\"", page, StringComparison.Ordinal);
        var paid = await rig.Browser.PostAsync($"/pay/{Payment}", new FormUrlEncodedContent([new("act", "pay")]));
        Assert.Contains("Paid.", await paid.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"pay\"", await rig.Browser.GetStringAsync($"/pay/{Payment}"), StringComparison.Ordinal);
        Assert.Equal(TenEuro, rig.Simulator.Find(Payment.Value)!.Captured);
    }

    [Fact]
    public async Task PayPage_LetsTheBuyerDecline()
    {
        await rig.Browser.PostAsync($"/pay/{Payment}", new FormUrlEncodedContent([new("act", "decline")]));
        Assert.Equal(ProviderPaymentStatus.Failed, rig.Simulator.Find(Payment.Value)!.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await rig.Browser.GetAsync("/pay/unknown")).StatusCode);
    }

    [Theory]
    [InlineData("payments", "")]
    [InlineData("payments", "[]")]
    [InlineData("payments", "{}")]
    [InlineData("payments", """{"paymentId":null,"orderId":"x","amount":1,"currency":"EUR"}""")]
    [InlineData("payments", """{"paymentId":"x","orderId":"x","amount":1,"currency":"EUR"}""")]
    [InlineData("refunds", """{"refundId":"","paymentId":"x","amount":1,"currency":"EUR"}""")]
    [InlineData("refunds", """{"refundId":"r","paymentId":"x","amount":1,"currency":"euro"}""")]
    [InlineData("refunds", """{"refundId":"r","paymentId":"x","amount":"1","currency":"EUR"}""")]
    public async Task Api_WithBadInput_Answers400(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{path}") { Content = new StringContent(json, null, "application/json") };
        request.Headers.Authorization = new("Bearer", "sk_sim");
        request.Headers.Add("Idempotency-Key", "r");
        Assert.Equal(HttpStatusCode.BadRequest, (await rig.Browser.SendAsync(request)).StatusCode);
    }

    private static SimulatedLine Line(string reference, DateTimeOffset at) => new("capture", reference, "p", "o", 1, "EUR", at);

    private async Task<List<string>> ReferencesAsync(DateTimeOffset from, DateTimeOffset until, List<int>? pages = null)
    {
        var references = new List<string>();
        string? cursor = null;
        do
        {
            var page = await rig.Provider().ReadStatementAsync(from, until, cursor, CancellationToken.None);
            references.AddRange(page.Items.Select(line => line.Reference));
            pages?.Add(page.Items.Count);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return references;
    }

    private Task<SimulatedPayment?> ActAsync(WebhookMode mode, DateTimeOffset? at = null) =>
        rig.Simulator.ActAsync(Payment.Value, new SimulatedAct(TenEuro, mode), at);
}
