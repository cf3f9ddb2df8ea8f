using System.Net;
using LocalFunctions.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Payments.StubProvider;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>The HTTP adapter on a network that fails in every way.</summary>
public sealed class HttpPaymentProviderTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "p");
    private static readonly Money TenEuro = new(1000, Euro);

    private readonly LocalClock clock = new(Subject.Start, frozen: true);

    [Fact]
    public async Task Open_SendsTheAmountAndTheKeyAndReadsTheAnswer()
    {
        var network = new StubProvider(Answer(HttpStatusCode.Created, $$"""{"paymentId":"{{Payment}}","status":"open","payUrl":"http://pay.test/1"}"""));
        var opened = await Over(network).OpenAsync(Payment, Ref(1).OrderId, TenEuro, "card", None);
        Assert.Equal(new ProviderPayment(Payment, ProviderPaymentStatus.Open, null, null, null, "http://pay.test/1"), opened);
        var sent = Assert.Single(network.Sent);
        Assert.Equal((HttpMethod.Post, "http://provider.test/api/v1/payments", Payment.Value, "Bearer sk_1"), (sent.Method, sent.Url, sent.Key, sent.Authorization));
        Assert.Equal($$"""{"paymentId":"{{Payment}}","orderId":"{{Ref(1)}}","amount":1000,"currency":"EUR","method":"card"}""", sent.Body);
    }

    [Fact]
    public async Task Find_ReadsACapture()
    {
        var network = new StubProvider(Answer(HttpStatusCode.OK, $$"""
            {"paymentId":"{{Payment}}","status":"succeeded","captured":{"amount":1000,"currency":"EUR"},"capturedAt":"2026-03-01T12:00:05Z",
             "providerReference":"c-1","payUrl":"http://pay.test/1","somethingNew":true}
            """));
        var found = await Over(network).FindAsync(Payment, None);
        Assert.Equal(new ProviderPayment(Payment, ProviderPaymentStatus.Succeeded, TenEuro, Subject.Start.AddSeconds(5), "c-1", "http://pay.test/1"), found);
    }

    [Fact]
    public async Task Refund_RetriedOverFailures_KeepsItsKey()
    {
        var network = new StubProvider(Unreachable, Answer(HttpStatusCode.ServiceUnavailable), Answer(HttpStatusCode.OK));
        Assert.True(await FinishAsync(Over(network).RefundAsync("r-1", Payment, TenEuro, None)));
        Assert.Equal(["r-1", "r-1", "r-1"], network.Sent.Select(sent => sent.Key));
        Assert.Single(network.Sent.Select(sent => sent.Body).Distinct());
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task Transient_AtEveryTry_IsUnavailableAfterThree(HttpStatusCode status)
    {
        var network = new StubProvider(Answer(status));
        await IsUnavailableAsync(Over(network).OpenAsync(Payment, Ref(1).OrderId, TenEuro, null, None));
        Assert.Equal(3, network.Sent.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    public async Task OurMistake_IsUnavailableAtOnceAndNoRefusal(HttpStatusCode status)
    {
        var network = new StubProvider(Answer(status));
        await IsUnavailableAsync(Over(network).RefundAsync("r-1", Payment, TenEuro, None));
        await IsUnavailableAsync(Over(network).OpenAsync(Payment, Ref(1).OrderId, TenEuro, null, None));
        await IsUnavailableAsync(Over(network).FindAsync(Payment, None));
        Assert.Equal(3, network.Sent.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.PaymentRequired)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public async Task Refusal_IsAValue(HttpStatusCode status)
    {
        var network = new StubProvider(Answer(status));
        Assert.False(await Over(network).RefundAsync("r-1", Payment, TenEuro, None));
        Assert.Equal(ProviderPaymentStatus.Failed, (await Over(network).OpenAsync(Payment, Ref(1).OrderId, TenEuro, null, None)).Status);
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task NotFound_OnQueryAndVoid_IsNull()
    {
        var network = new StubProvider(Answer(HttpStatusCode.NotFound));
        Assert.Null(await Over(network).FindAsync(Payment, None));
        Assert.Null(await Over(network).VoidAsync(Payment, None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"status":"open"}""")]
    [InlineData("""{"paymentId":"PAYMENT","status":"unheard-of"}""")]
    [InlineData("""{"paymentId":"PAYMENT","status":"succeeded"}""")]
    [InlineData("""{"paymentId":"PAYMENT","status":"succeeded","captured":{"amount":-1,"currency":"EUR"}}""")]
    [InlineData("""{"paymentId":"PAYMENT","status":"succeeded","captured":{"amount":1.5,"currency":"EUR"}}""")]
    [InlineData("""{"paymentId":"OTHER","status":"open"}""")]
    public async Task Nonsense_IsUnavailable(string json)
    {
        var body = json.Replace("PAYMENT", Payment.Value, StringComparison.Ordinal).Replace("OTHER", PaymentId.Derive(Ref(2).OrderId, "p").Value, StringComparison.Ordinal);
        await IsUnavailableAsync(Over(new StubProvider(Answer(HttpStatusCode.OK, body))).FindAsync(Payment, None));
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsUnavailable() =>
        await IsUnavailableAsync(Over(new StubProvider(Answer(HttpStatusCode.OK, new string(' ', 1_000_000)))).FindAsync(Payment, None));

    [Fact]
    public async Task Hanging_EndsWithinTheTotal()
    {
        var network = new StubProvider(Hang);
        await IsUnavailableAsync(Over(network).FindAsync(Payment, None));
        Assert.InRange(clock.GetUtcNow() - Subject.Start, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(6.2));
        Assert.InRange(network.Sent.Count, 2, 3);
    }

    [Fact]
    public async Task HangingOnce_IsTriedAgain()
    {
        var network = new StubProvider(Hang, Answer(HttpStatusCode.NotFound));
        Assert.Null(await FinishAsync(Over(network).FindAsync(Payment, None)));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task ManyFailures_OpenTheCircuitForAWhile()
    {
        var network = new StubProvider(Answer(HttpStatusCode.BadGateway));
        var provider = Over(network, new HttpPipelineOptions { Retries = 0 });
        for (var n = 0; n < 20; n++)
            await IsUnavailableAsync(provider.FindAsync(Payment, None));
        Assert.Equal(20, network.Sent.Count);
        await IsUnavailableAsync(provider.FindAsync(Payment, None));
        Assert.Equal(20, network.Sent.Count);
        clock.MoveTo(clock.GetUtcNow().AddSeconds(6));
        await IsUnavailableAsync(provider.FindAsync(Payment, None));
        Assert.Equal(21, network.Sent.Count);
    }

    [Fact]
    public async Task Cancelled_ByTheCaller_IsNotAFailureOfTheProvider()
    {
        using var leaving = new CancellationTokenSource();
        var call = Over(new StubProvider(Hang)).FindAsync(Payment, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(null, "sk_1")]
    [InlineData("provider.test", "sk_1")]
    [InlineData("http://provider.test", "")]
    public void Settings_ThatAreHalf_AreAnErrorAtTheStart(string? url, string? key)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Payments:sim:BaseUrl"] = url,
            ["Payments:sim:ApiKey"] = key,
        }).Build();
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddHttpPaymentProvider(settings, "sim"));
        Assert.DoesNotContain("sk_1", error.Message, StringComparison.Ordinal);
    }

    private HttpPaymentProvider Over(StubProvider network, HttpPipelineOptions? options = null) => new(
        "stub", new HttpPaymentProviderOptions { BaseUrl = new Uri("http://provider.test/api/"), ApiKey = "sk_1" }, network,
        HttpPipeline.Build(options ?? new HttpPipelineOptions(), clock, jitter: () => 0.5));

    private async Task IsUnavailableAsync<T>(Task<T> call) => await Assert.ThrowsAsync<DependencyUnavailableException>(() => FinishAsync(call));

    /// <summary>Moves the clock in small steps until the call has ended: its waits take no real time.</summary>
    private async Task<T> FinishAsync<T>(Task<T> call)
    {
        for (var step = 0; !call.IsCompleted && step < 1_000; step++)
        {
            // A continuation may still be on its way to the next wait: give it a moment before time goes on.
            await Task.WhenAny(call, Task.Delay(1));
            clock.MoveTo(clock.GetUtcNow().AddMilliseconds(50));
        }

        return await call;
    }
}
