using System.Net;
using System.Net.Http.Headers;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Resilience;
using Orders.Azure.Tests.Payments;
using Polly.CircuitBreaker;
using Polly.Timeout;
using static Orders.Azure.Tests.StubHandler;

namespace Orders.Azure.Tests.Resilience;

public sealed class HttpPipelineTests : ProviderTest
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task Call_ThatIsTransientlyRefused_IsTriedAgainWithTheSameKeyAndBody(HttpStatusCode status)
    {
        var network = new StubHandler(Status(status), Status(status), Json(Answer()));

        Assert.Equal(ProviderPaymentStatus.Open, (await OpenAsync(network)).Status);
        Assert.Equal(3, network.Sent.Count);
        Assert.Single(network.Sent.Distinct());
        Assert.Equal(Payment.Value, network.Sent[0].Key);
    }

    [Fact]
    public async Task Call_WhoseConnectionBreaks_IsTriedAgain()
    {
        var network = new StubHandler((number, _) => number == 0 ? throw new HttpRequestException("reset") : Task.FromResult(Json(Answer())));

        await OpenAsync(network);

        Assert.Equal(2, network.Sent.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public async Task Call_ThatIsRefused_IsNotTriedAgain(HttpStatusCode status)
    {
        var network = new StubHandler(Status(status));

        await Record.ExceptionAsync(() => OpenAsync(network));

        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Call_ThatGoesOnFailing_GivesUpAfterThreeTries()
    {
        var network = new StubHandler((_, _) => Task.FromResult(Status(HttpStatusCode.ServiceUnavailable)));

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => OpenAsync(network));

        Assert.Equal(3, network.Sent.Count);
    }

    [Fact]
    public async Task Call_ThatIsToldToComeMuchLater_IsNotTriedAgainNow()
    {
        var network = new StubHandler(ComeAfter(TimeSpan.FromMinutes(1)), Json(Answer()));

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => OpenAsync(network));

        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Call_ThatIsToldToWaitASecond_WaitsASecondOfTheHostsTime()
    {
        var network = new StubHandler(ComeAfter(TimeSpan.FromSeconds(1)), Json(Answer()));

        var call = OpenAsync(network);
        await SentAsync(network, 1);
        Assert.False(call.IsCompleted);
        await PassAsync(Clock, call);

        await call;
        Assert.InRange(Clock.Moved, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task Try_ThatHangs_IsCutAndTriedAgain()
    {
        var network = new StubHandler((number, token) => number == 0 ? HangAsync(token) : Task.FromResult(Json(Answer())));

        var call = OpenAsync(network);
        var took = await PassAsync(Network, call);

        await call;
        Assert.Equal(2, network.Sent.Count);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Call_WhoseTriesAllHang_EndsWithinItsTotalTime()
    {
        var network = new StubHandler((_, token) => HangAsync(token));
        var bounded = new Bounded(new PipelineOptions { Retries = 50, FirstWait = TimeSpan.FromMilliseconds(1) });

        var call = bounded.CallAsync(network);
        var took = await PassAsync(bounded.NetworkTime, call.ContinueWith(_ => { }, TaskScheduler.Default));

        var refused = await Assert.ThrowsAsync<DependencyUnavailableException>(() => call);
        Assert.IsType<TimeoutRejectedException>(refused.InnerException);
        Assert.InRange(network.Sent.Count, 2, 4);
        Assert.InRange(took, TimeSpan.FromSeconds(5.5), TimeSpan.FromSeconds(6.5));
    }

    [Fact]
    public async Task Call_ThatTheCallerGivesUp_IsCancelledAndNotTriedAgain()
    {
        using var giveUp = new CancellationTokenSource();
        var network = new StubHandler((_, token) => HangAsync(token));

        var call = Provider(network).FindAsync(Key, giveUp.Token);
        await SentAsync(network, 1);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Circuit_AfterManyFailures_AnswersAtOnce_AndClosesAgainWhenTheHostsTimeHasPassed()
    {
        var up = false;
        var network = new StubHandler((_, _) => Task.FromResult(up ? Json(Answer()) : Status(HttpStatusCode.ServiceUnavailable)));
        var provider = Provider(network);
        await FailUntilOpenAsync(provider);
        var before = network.Sent.Count;

        var refused = await Assert.ThrowsAsync<DependencyUnavailableException>(() => provider.FindAsync(Key, CancellationToken.None));
        Assert.IsType<BrokenCircuitException>(refused.InnerException);
        Assert.Equal(before, network.Sent.Count);

        up = true;
        Clock.MoveTo(Clock.GetUtcNow() + TimeSpan.FromSeconds(6));
        Assert.NotNull(await provider.FindAsync(Key, CancellationToken.None));
        Assert.NotNull(await provider.FindAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Circuit_ThatIsOpen_IsForgottenOverADayThatTheClockIsMoved()
    {
        var up = false;
        var network = new StubHandler((_, _) => Task.FromResult(up ? Json(Answer()) : Status(HttpStatusCode.ServiceUnavailable)));
        var provider = Provider(network);
        await FailUntilOpenAsync(provider);

        up = true;
        Clock.MoveTo(Clock.GetUtcNow() + Day);

        Assert.NotNull(await provider.FindAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Circuit_OfRefusalsThatAreAnswers_StaysClosed()
    {
        var network = new StubHandler((_, _) => Task.FromResult(Status(HttpStatusCode.UnprocessableEntity)));
        var provider = Provider(network);

        for (var call = 0; call < 40; call++)
            Assert.Equal(ProviderRefundStatus.Failed, (await provider.RefundAsync("r", Key, Amount, CancellationToken.None)).Status);

        Assert.Equal(40, network.Sent.Count);
    }

    /// <summary>The host's clock can be moved by days while a buyer's request asks the provider; the request takes no longer for that.</summary>
    [Fact]
    public async Task Call_DuringWhichTheHostsClockIsMovedByADay_IsNotCut()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new StubHandler((_, token) => answer.Task.WaitAsync(token));

        var call = OpenAsync(network);
        await SentAsync(network, 1);
        Clock.MoveTo(Clock.GetUtcNow() + Day);
        answer.SetResult(Json(Answer()));

        Assert.Equal(ProviderPaymentStatus.Open, (await call).Status);
        Assert.Single(network.Sent);
    }

    private static HttpResponseMessage ComeAfter(TimeSpan wait)
    {
        var busy = Status(HttpStatusCode.ServiceUnavailable);
        busy.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return busy;
    }

    private static async Task SentAsync(StubHandler network, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (network.Sent.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
    }

    private static async Task FailUntilOpenAsync(IPaymentProvider provider)
    {
        for (var call = 0; call < 40; call++)
        {
            var failed = await Assert.ThrowsAsync<DependencyUnavailableException>(() => provider.FindAsync(Key, CancellationToken.None));
            if (failed.InnerException is BrokenCircuitException)
                return;
        }

        Assert.Fail("The circuit never opened.");
    }

    private sealed class Bounded : ProviderTest
    {
        public Bounded(PipelineOptions options) => Options = options;

        public LocalFunctions.Time.LocalClock NetworkTime => Network;

        public Task<ProviderPayment> CallAsync(HttpMessageHandler handler) => OpenAsync(handler);
    }
}
