using System.Net;
using LocalFunctions.Time;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>Stripe through its adapter is a payment provider like the simulated one.</summary>
public sealed class StripeProvider : PaymentProviderContract
{
    private readonly LocalClock clock = new(Subject.Start, frozen: true);
    private StripeStandIn stripe = null!;

    protected override DateTimeOffset Now => clock.GetUtcNow();

    public override Task InitializeAsync()
    {
        stripe = new StripeStandIn(clock);
        return Task.CompletedTask;
    }

    public override Task DisposeAsync()
    {
        stripe.Dispose();
        return Task.CompletedTask;
    }

    protected override IPaymentProvider NewProvider(bool stranger) => StripeProviderTests.Provider(stripe, stranger ? "sk_test_other" : StripeStandIn.ApiKey);

    protected override Task AdvanceAsync(TimeSpan by)
    {
        clock.MoveTo(clock.GetUtcNow() + by);
        return Task.CompletedTask;
    }

    protected override Task SettleAsync()
    {
        stripe.Pay(Payment.Value, TenEuro.Amount);
        return Task.CompletedTask;
    }

    protected override Task AnswerRefundsAsync(ProviderRefundStatus answer)
    {
        stripe.RefundAnswer = Word(answer);
        return Task.CompletedTask;
    }

    protected override Task DecideRefundAsync(string refundId, ProviderRefundStatus decision)
    {
        stripe.Decide(refundId, Word(decision));
        return Task.CompletedTask;
    }

    protected override Money? AmountOf(PaymentId payment) => stripe.Intents is [.., var intent] ? new Money((long)intent["amount"]!, Euro) : null;

    private static string Word(ProviderRefundStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>What is Stripe's own: its numbers, its keys, its wire.</summary>
public sealed class StripeProviderTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "p");
    private static readonly ProviderKey Key = new(Payment);
    private static readonly Money TenEuro = new(1000, Euro);

    private readonly LocalClock clock = new(Subject.Start, frozen: true);
    private readonly StripeStandIn stripe;

    public StripeProviderTests() => stripe = new StripeStandIn(clock);

    public void Dispose() => stripe.Dispose();

    internal static IPaymentProvider Provider(StripeStandIn stripe, string apiKey = StripeStandIn.ApiKey) => new StripePaymentProvider(
        "stripe", new StripeOptions { BaseUrl = new Uri("http://stripe.test"), ApiKey = apiKey, PayPage = new Uri("https://shop.example/pay") }, stripe,
        HttpPipeline.Build(new PipelineOptions { FirstWait = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, jitter: () => 0));

    [Fact]
    public async Task Open_SaysWhatStripeWantsToHear()
    {
        var opened = await OpenAsync();

        Assert.Equal(["POST payment_intents"], stripe.Calls);
        Assert.Equal(
            ($"amount=1000&currency=eur&payment_method_types%5B%5D=card&metadata%5Bpayment_id%5D={Payment}&metadata%5Border_id%5D={Ref(1).OrderId}", Payment.Value, "2024-06-20"),
            stripe.Sent[0]);
        Assert.Equal(("pi_1", "https://shop.example/pay#payment_intent_client_secret=pi_1_secret_1"), (opened.ProviderPaymentId, opened.PayUrl));
    }

    [Fact]
    public async Task Open_WhoseAnswerIsLost_IsOneIntent()
    {
        stripe.AnswersToLose = 1;

        Assert.Equal("pi_1", (await OpenAsync()).ProviderPaymentId);

        Assert.Single(stripe.Intents);
    }

    [Fact]
    public async Task Open_WhoseAnswersAreAllLost_IsFoundByOurIdOnceTheSearchKnowsIt()
    {
        stripe.SearchLag = TimeSpan.FromMinutes(1);
        stripe.AnswersToLose = 3;
        await Assert.ThrowsAsync<DependencyUnavailableException>(OpenAsync);
        Assert.Null(await Provider(stripe).FindAsync(Key, None));

        clock.MoveTo(clock.GetUtcNow().AddMinutes(1));

        Assert.Equal("pi_1", (await Provider(stripe).FindAsync(Key, None))!.ProviderPaymentId);
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider(stripe).VoidAsync(Key, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await OpenAsync()).Status);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task Trouble_ThatPasses_IsWaitedOut(HttpStatusCode trouble)
    {
        stripe.Troubles.Enqueue(trouble);
        stripe.Troubles.Enqueue(trouble);

        Assert.Equal(ProviderPaymentStatus.Open, (await OpenAsync()).Status);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task Trouble_ThatStays_DecidesNothing(HttpStatusCode trouble)
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000);
        for (var n = 0; n < 9; n++)
            stripe.Troubles.Enqueue(trouble);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Provider(stripe).RefundAsync("r-1", Key, TenEuro, None));
    }

    [Fact]
    public async Task Open_ThatStripeRefuses_IsAFailedAttempt()
    {
        stripe.Troubles.Enqueue(HttpStatusCode.PaymentRequired);

        Assert.Equal(ProviderPaymentStatus.Failed, (await OpenAsync()).Status);
    }

    /// <summary>The buyer can try another card at the same intent, and we can still withdraw it.</summary>
    [Fact]
    public async Task DeclinedCard_LeavesTheAttemptOpen()
    {
        await OpenAsync();
        stripe.Decline(Payment.Value);

        Assert.Equal(ProviderPaymentStatus.Open, (await Provider(stripe).FindAsync(Key, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider(stripe).VoidAsync(Key, None))!.Status);
    }

    [Theory]
    [InlineData("requires_action")]
    [InlineData("requires_confirmation")]
    public async Task Void_OfWhatTheBuyerHasBegun_WithdrawsIt(string status)
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000, status);

        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider(stripe).VoidAsync(Key, None))!.Status);
    }

    /// <summary>A bank is at work: nothing is believed, and the refusal to cancel is not the answer for ever.</summary>
    [Fact]
    public async Task Void_OfWhatIsBeingProcessed_LeavesItOpen_AndWorksLater()
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000, "processing");
        Assert.Equal(ProviderPaymentStatus.Open, (await Provider(stripe).VoidAsync(Key, None))!.Status);

        stripe.Pay(Payment.Value, 1000, "requires_payment_method");

        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider(stripe).VoidAsync(Key, None))!.Status);
    }

    [Fact]
    public async Task Void_WhoseAnswerIsLost_IsVoided()
    {
        var opened = await OpenAsync();
        stripe.AnswersToLose = 3;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Provider(stripe).VoidAsync(new ProviderKey(Payment, opened.ProviderPaymentId), None));
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider(stripe).VoidAsync(Key, None))!.Status);
    }

    [Fact]
    public async Task Capture_IsTheMoneyThatArrived_WithTheChargesNumberAndTime()
    {
        await OpenAsync();
        clock.MoveTo(clock.GetUtcNow().AddMinutes(5));
        stripe.Pay(Payment.Value, 990);

        var word = (await Provider(stripe).FindAsync(Key, None))!;

        Assert.Equal((new Money(990, Euro), Subject.Start.AddMinutes(5), "ch_2", "pi_1"), (word.Captured!.Value, word.CapturedAt!.Value, word.ProviderReference!, word.ProviderPaymentId!));
    }

    [Fact]
    public async Task Refund_CarriesOurIds_AndAnswersAfterItsAnswerWasLost()
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000);
        stripe.AnswersToLose = 0;
        var refund = await Provider(stripe).RefundAsync("r-1", Key, TenEuro with { Amount = 10 }, None);
        var sent = stripe.Sent.Single(sent => sent.Key == "r-1");

        Assert.Equal(
            $"payment_intent=pi_1&amount=10&metadata%5Brefund_id%5D=r-1&metadata%5Bpayment_id%5D={Payment}&metadata%5Border_id%5D={Ref(1).OrderId}", sent.Form);
        Assert.Equal(new ProviderRefund("r-1", ProviderRefundStatus.Succeeded, "re_3"), refund);
        Assert.Equal(refund, await Provider(stripe).FindRefundAsync("r-1", Key, "re_3", None));
        Assert.Equal(refund, await Provider(stripe).FindRefundAsync("r-1", new ProviderKey(Payment, "pi_1"), reference: null, None));
    }

    /// <summary>The repeat is answered as it was answered first; how it stands now is asked for.</summary>
    [Fact]
    public async Task Refund_RepeatedAfterItWasDecided_SaysHowItEnded()
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000);
        stripe.RefundAnswer = "pending";
        await Provider(stripe).RefundAsync("r-1", Key, TenEuro, None);
        stripe.Decide("r-1", "succeeded");

        Assert.Equal(ProviderRefundStatus.Succeeded, (await Provider(stripe).RefundAsync("r-1", Key, TenEuro, None)).Status);
    }

    [Theory]
    [InlineData("canceled", ProviderRefundStatus.Failed)]
    [InlineData("requires_action", ProviderRefundStatus.Pending)]
    public async Task Refund_InAStateOfStripesOwn_IsOneOfOurs(string status, ProviderRefundStatus expected)
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000);
        stripe.RefundAnswer = status;

        Assert.Equal(expected, (await Provider(stripe).RefundAsync("r-1", Key, TenEuro, None)).Status);
    }

    /// <summary>Stripe's message speaks of the buyer; only its codes are kept.</summary>
    [Fact]
    public async Task Refusal_IsKeptWithItsCodesAlone()
    {
        await OpenAsync();
        stripe.Pay(Payment.Value, 1000);

        Assert.Equal("invalid_request_error/charge_already_refunded", (await Provider(stripe).RefundAsync("r-1", Key, TenEuro with { Amount = 1001 }, None)).Because);
    }

    [Fact]
    public async Task Statement_LongerThanStripesPages_ComesWhole()
    {
        for (var n = 1; n <= 250; n++)
        {
            var payment = PaymentId.Derive(Ref(n).OrderId, "p");
            await Provider(stripe).OpenAsync(payment, Ref(n).OrderId, TenEuro, method: null, None);
            stripe.Pay(payment.Value, 1000);
        }

        var references = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Provider(stripe).ReadStatementAsync(Subject.Start, Subject.Start.AddSeconds(1), cursor, None);
            references.AddRange(page.Items.Select(line => line.Reference));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal((250, 250), (references.Count, references.Distinct().Count()));
        Assert.Equal(["GET charges", "GET charges", "GET charges", "GET refunds"], stripe.Calls.TakeLast(4));
    }

    private Task<ProviderPayment> OpenAsync() => Provider(stripe).OpenAsync(Payment, Ref(1).OrderId, TenEuro, method: null, None);
}
