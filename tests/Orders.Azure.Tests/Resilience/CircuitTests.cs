using System.Net;
using LocalFunctions.Time;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Azure.Cosmos;
using Orders.Azure.Payments;
using Orders.Azure.Redis;
using Orders.Azure.Resilience;
using Orders.Azure.ServiceBus;
using Polly;
using Polly.CircuitBreaker;

namespace Orders.Azure.Tests.Resilience;

/// <summary>What health learns from real calls: from HTTP's pipeline and from that of an SDK.</summary>
public sealed class CircuitTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PipelineOptions Options = new() { Retries = 0, BreakerMinimum = 2 };

    private readonly LocalClock clock = new(Start, frozen: true);
    private readonly Circuit circuit;
    private readonly ResiliencePipeline sdk;
    private readonly Circuit overHttp;
    private readonly ResiliencePipeline<HttpResponseMessage> http;

    public CircuitTests()
    {
        circuit = new Circuit("redis", isNeeded: true, clock);
        sdk = DependencyPipeline.Build(Options, failure => failure is IOException, clock, () => 0.5, circuit: circuit);
        overHttp = new Circuit("provider", isNeeded: false, clock);
        http = HttpPipeline.Build(Options, clock, () => 0.5, circuit: overHttp);
    }

    public static TheoryData<bool> Both => new([true, false]);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACircuit_IsDegradedByOneFailure_UnhealthyWhileItIsOpen_AndWellAfterACallThatWentThrough(bool overHttp)
    {
        Assert.Equal(DependencyState.Healthy, await StateAsync(overHttp));
        await FailAsync(overHttp);
        Assert.Equal(DependencyState.Degraded, await StateAsync(overHttp));
        await FailAsync(overHttp);
        Assert.Equal(DependencyState.Unhealthy, await StateAsync(overHttp));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => SucceedAsync(overHttp));

        clock.MoveTo(Start + Options.BreakTime);
        await SucceedAsync(overHttp);

        Assert.Equal(DependencyState.Healthy, await StateAsync(overHttp));
    }

    /// <summary>Polly's own state stays "open" until somebody calls, and nobody calls an instance that was taken out.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACircuitThatNobodyTries_IsNotUnhealthyForEver(bool overHttp)
    {
        await FailAsync(overHttp);
        await FailAsync(overHttp);
        clock.MoveTo(Start + Options.BreakTime - TimeSpan.FromTicks(1));
        Assert.Equal(DependencyState.Unhealthy, await StateAsync(overHttp));

        clock.MoveTo(Start + Options.BreakTime);

        Assert.Equal(DependencyState.Degraded, await StateAsync(overHttp));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACircuitThatIsTriedInVain_IsUnhealthyAgain(bool overHttp)
    {
        await FailAsync(overHttp);
        await FailAsync(overHttp);
        clock.MoveTo(Start + Options.BreakTime);
        await FailAsync(overHttp);

        Assert.Equal(DependencyState.Unhealthy, await StateAsync(overHttp));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFailure_IsForgottenAfterAMinute_OrWithTheNextSuccess(bool overHttp)
    {
        await FailAsync(overHttp);
        clock.MoveTo(Start.AddMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(DependencyState.Degraded, await StateAsync(overHttp));
        clock.MoveTo(Start.AddMinutes(1));
        Assert.Equal(DependencyState.Healthy, await StateAsync(overHttp));

        await FailAsync(overHttp);
        await SucceedAsync(overHttp);
        Assert.Equal(DependencyState.Healthy, await StateAsync(overHttp));
    }

    /// <summary>A caller that gave up knows nothing of the other side; a refusal is an answer of it.</summary>
    [Fact]
    public async Task GivingUp_IsNoSuccess_AndARefusalIsOne()
    {
        await FailAsync(overHttp: false);
        await Assert.ThrowsAsync<OperationCanceledException>(() => CallAsync(new OperationCanceledException()));
        Assert.Equal(DependencyState.Degraded, await StateAsync(overHttp: false));
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(new InvalidOperationException("refused")));
        Assert.Equal(DependencyState.Healthy, await StateAsync(overHttp: false));
    }

    /// <summary>A database that is throttled is there: no circuit opens. But it is no sign that it is well again.</summary>
    [Fact]
    public async Task Throttling_IsNeitherAFailureNorASuccess()
    {
        var cosmos = new Circuit("cosmos", isNeeded: true, clock);
        var pipeline = DependencyPipeline.Build(
            Options with { BreakerMinimum = 4 }, CosmosErrors.IsTransient, clock, () => 0.5, circuit: cosmos, saysNothing: CosmosErrors.IsThrottled);
        await FailAsync(HttpStatusCode.TooManyRequests, times: 20);
        Assert.Equal(DependencyState.Healthy, await cosmos.LookAsync(CancellationToken.None));

        await FailAsync(HttpStatusCode.ServiceUnavailable, times: 1);
        await FailAsync(HttpStatusCode.TooManyRequests, times: 1);
        Assert.Equal(DependencyState.Degraded, await cosmos.LookAsync(CancellationToken.None));
        await FailAsync(HttpStatusCode.NotFound, times: 1);
        Assert.Equal(DependencyState.Healthy, await cosmos.LookAsync(CancellationToken.None));

        async Task FailAsync(HttpStatusCode status, int times)
        {
            for (var n = 0; n < times; n++)
                await Assert.ThrowsAsync<CosmosException>(async () => await pipeline.ExecuteAsync(_ => ValueTask.FromException(new CosmosException("no", status, 0, "", 0))));
        }
    }

    [Fact]
    public async Task EveryDependencyThatIsSetUp_IsWatched()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Payments:acme:BaseUrl"] = "https://acme.example",
            ["Payments:acme:ApiKey"] = "k",
            ["Payments:other:Kind"] = "stripe",
            ["Payments:other:ApiKey"] = "k",
            ["Payments:other:PayPage"] = "https://shop.example/pay",
            ["Payments:other:WebhookSecrets:0"] = "whsec_x",
            ["Redis:ConnectionString"] = "redis.example:6380",
            ["CosmosDB:accountEndpoint"] = "https://shop.documents.azure.com:443/",
            ["ServiceBus:fullyQualifiedNamespace"] = "shop.servicebus.windows.net",
        }).Build();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddPaymentProvider(settings, "acme").AddPaymentProvider(settings, "other")
            .AddRedis(settings).AddCosmos(settings).AddServiceBus(settings);
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(2, provider.GetServices<IPaymentProvider>().Count());

        var watched = provider.GetServices<IDependency>().ToList();

        Assert.Equal([("bus", false), ("cosmos", true), ("cosmos-queries", false), ("cosmos-sums", false), ("provider-acme", false), ("provider-other", false), ("redis", true)], watched.Select(one => (one.Name, one.IsNeeded)).Order());
        Assert.All(watched, one => Assert.Equal(DependencyState.Healthy, one.LookAsync(CancellationToken.None).Result));
    }

    private Task<DependencyState> StateAsync(bool overHttp) => (overHttp ? this.overHttp : circuit).LookAsync(CancellationToken.None);

    private Task FailAsync(bool overHttp) => overHttp ? SendAsync(HttpStatusCode.BadGateway) : Record.ExceptionAsync(() => CallAsync(new IOException("lost")));

    private Task SucceedAsync(bool overHttp) => overHttp ? SendAsync(HttpStatusCode.OK) : CallAsync(failure: null);

    private async Task SendAsync(HttpStatusCode status) => (await http.ExecuteAsync(_ => ValueTask.FromResult(new HttpResponseMessage(status)))).Dispose();

    private async Task CallAsync(Exception? failure) => await sdk.ExecuteAsync(_ => failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure));
}
