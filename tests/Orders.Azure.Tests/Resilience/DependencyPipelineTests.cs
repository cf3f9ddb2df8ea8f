using System.Net;
using LocalFunctions.Time;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Orders.Azure.Redis;
using Orders.Azure.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace Orders.Azure.Tests.Resilience;

/// <summary>What stands before Redis, Cosmos DB and the bus: each with its own bounds, and only for what may pass.</summary>
public sealed class DependencyPipelineTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RedisConnectionException Away = new(ConnectionFailureType.UnableToConnect, CommandFlags.None, "away", innerException: null, CommandStatus.Unknown);

    private readonly LocalClock clock = new(Start, frozen: true);
    private readonly LocalClock network = new(Start, frozen: true);
    private int calls;

    public static TheoryData<Exception, bool> RedisFailures => new()
    {
        { new RedisConnectionException(ConnectionFailureType.SocketFailure, CommandFlags.None, "lost", innerException: null, CommandStatus.Unknown), true },
        { new RedisTimeoutException(CommandFlags.None, "slow", CommandStatus.Sent), true },
        { new RedisServerException(RedisErrorKind.UnknownError, CommandFlags.None, "LOADING Redis is loading the dataset in memory"), true },
        { new RedisServerException(RedisErrorKind.UnknownError, CommandFlags.None, "READONLY You can't write against a read only replica."), true },
        { new RedisServerException(RedisErrorKind.UnknownError, CommandFlags.None, "ERR wrong number of arguments"), false },
        { new InvalidOperationException("ours"), false },
    };

    public static TheoryData<HttpStatusCode, bool, bool> CosmosAnswers => new()
    {
        { HttpStatusCode.RequestTimeout, true, true },
        { HttpStatusCode.Gone, true, true },
        { HttpStatusCode.InternalServerError, true, true },
        { HttpStatusCode.ServiceUnavailable, true, true },
        { (HttpStatusCode)449, true, true },
        // The SDK has repeated it already; the database is away all the same.
        { HttpStatusCode.TooManyRequests, false, true },
        { HttpStatusCode.NotFound, false, false },
        { HttpStatusCode.Conflict, false, false },
        { HttpStatusCode.PreconditionFailed, false, false },
        { HttpStatusCode.BadRequest, false, false },
        { HttpStatusCode.Forbidden, false, false },
        { HttpStatusCode.RequestEntityTooLarge, false, false },
    };

    /// <summary>
    /// Redis' bounds, a thousandfold. A frozen clock's timers run out in real time too, and a busy machine may well hold a test up for 200 ms: then a
    /// try would end before the test has moved the clock.
    /// </summary>
    private static PipelineOptions Patient
    {
        get
        {
            var redis = new ResilienceOptions().Redis;
            return redis with { TryTimeout = redis.TryTimeout * 1000, TotalTimeout = redis.TotalTimeout * 1000, FirstWait = TimeSpan.FromMilliseconds(1) };
        }
    }

    [Theory]
    [MemberData(nameof(RedisFailures))]
    public async Task Redis_IsTriedOnceMore_IfItMayPass(Exception failure, bool mayPass)
    {
        Assert.Same(failure, await Record.ExceptionAsync(() => CallAsync(Redis(), () => throw failure)));
        Assert.Equal(mayPass ? 2 : 1, calls);
    }

    /// <summary>What the gateway's client lets through as it came, and an identity that got no token.</summary>
    [Fact]
    public void Unreached_IsAway()
    {
        Assert.All([new HttpRequestException("refused"), new global::Azure.Identity.AuthenticationFailedException("no token")], (Exception failure) => Assert.True(CosmosErrors.IsAway(failure)));
        Assert.All([new global::Azure.RequestFailedException("refused"), new global::Azure.Identity.AuthenticationFailedException("no token")], (Exception failure) => Assert.True(BlobErrors.IsTransient(failure)));
        Assert.False(CosmosErrors.IsAway(new InvalidOperationException("ours")));
    }

    [Theory]
    [MemberData(nameof(CosmosAnswers))]
    public async Task Cosmos_IsTriedOnceMore_IfItMayPass(HttpStatusCode status, bool mayPass, bool away)
    {
        var failure = new CosmosException("no", status, 0, "", 0);
        var pipeline = DependencyPipeline.Build(new ResilienceOptions().Cosmos with { FirstWait = TimeSpan.FromMilliseconds(1) }, CosmosErrors.IsTransient, clock, () => 0.5, network);

        Assert.Same(failure, await Record.ExceptionAsync(() => CallAsync(pipeline, () => throw failure)));
        Assert.Equal(mayPass ? 2 : 1, calls);
        Assert.Equal(away, CosmosErrors.IsAway(failure));
    }

    [Fact]
    public async Task Bus_IsNotTriedAgain_ForItsSdkDoesThat()
    {
        var pipeline = DependencyPipeline.Build(new ResilienceOptions().Bus, failure => failure is IOException, clock, () => 0.5, network);

        await Assert.ThrowsAsync<IOException>(() => CallAsync(pipeline, () => throw new IOException("detached")));
        Assert.Equal(1, calls);
        for (var n = 0; n < 19; n++)
            await Record.ExceptionAsync(() => CallAsync(pipeline, () => throw new IOException("detached")));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => CallAsync(pipeline, () => Task.CompletedTask));
    }

    [Fact]
    public async Task Redis_ThatHangs_IsGivenUpAfterTwoTries()
    {
        var call = HangAsync(DependencyPipeline.Build(Patient, RedisConnection.IsAway, clock, () => 0.5, network));
        foreach (var tried in (int[])[1, 2])
        {
            await TriedAsync(tried);
            Assert.False(call.IsCompleted);
            network.MoveTo(network.GetUtcNow() + Patient.TryTimeout);
        }

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => call);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Redis_WithMoreTriesThanItsTotalHasTimeFor_IsGivenUpWithinTheTotal()
    {
        var call = HangAsync(DependencyPipeline.Build(Patient with { Retries = 9 }, RedisConnection.IsAway, clock, () => 0.5, network));
        foreach (var tried in (int[])[1, 2, 3])
        {
            await TriedAsync(tried);
            Assert.False(call.IsCompleted);
            var tryEnds = network.GetUtcNow() + Patient.TryTimeout;
            network.MoveTo(tryEnds < Start + Patient.TotalTimeout ? tryEnds : Start + Patient.TotalTimeout);
        }

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => call);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Circuit_OfRedis_Opens_ThenCostsNothing_ThenLetsOneTry()
    {
        var pipeline = Redis();
        while (await Record.ExceptionAsync(() => CallAsync(pipeline, () => throw Away)) is not BrokenCircuitException)
            Assert.InRange(calls, 1, 40);
        var before = calls;

        for (var n = 0; n < 100; n++)
            await Assert.ThrowsAsync<BrokenCircuitException>(() => CallAsync(pipeline, () => Task.CompletedTask));
        Assert.Equal(before, calls);

        clock.MoveTo(clock.GetUtcNow() + TimeSpan.FromSeconds(2.1));
        await CallAsync(pipeline, () => Task.CompletedTask);
        Assert.Equal(before + 1, calls);
    }

    [Fact]
    public async Task Circuit_OfAnswers_StaysClosed()
    {
        var pipeline = Redis();
        for (var n = 0; n < 100; n++)
            await Assert.ThrowsAsync<RedisServerException>(() => CallAsync(pipeline, () => throw new RedisServerException(RedisErrorKind.UnknownError, CommandFlags.None, "ERR no such key")));
    }

    [Fact]
    public async Task Wait_IsDrawnFromTheJitter_OnTheHostsTime()
    {
        var waits = new List<TimeSpan>();
        foreach (var chance in (double[])[0.0, 0.9])
        {
            var own = new LocalClock(Start, frozen: true);
            var pipeline = DependencyPipeline.Build(
                new PipelineOptions { FirstWait = TimeSpan.FromMinutes(1), Retries = 1, TotalTimeout = TimeSpan.FromHours(1), TryTimeout = TimeSpan.FromHours(1) },
                RedisConnection.IsAway, own, () => chance, network);
            var call = CallAsync(pipeline, () => throw Away);
            while (!call.IsCompleted)
            {
                own.MoveTo(own.GetUtcNow() + TimeSpan.FromSeconds(1));
                await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
            }

            await Assert.ThrowsAsync<RedisConnectionException>(() => call);
            waits.Add(own.GetUtcNow() - Start);
        }

        Assert.NotEqual(waits[0], waits[1]);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMinutes(4)));
    }

    [Fact]
    public void Settings_AreRead_AndTheRestKept()
    {
        var options = ResilienceOptions.From(Settings(("Resilience:Redis:Retries", "0"), ("Resilience:Cosmos:TotalTimeout", "00:00:09")));

        Assert.Equal(new ResilienceOptions().Redis with { Retries = 0 }, options.Redis);
        Assert.Equal(new ResilienceOptions().Cosmos with { TotalTimeout = TimeSpan.FromSeconds(9) }, options.Cosmos);
        Assert.Equal(new ResilienceOptions().Bus, options.Bus);
    }

    [Theory]
    [InlineData("Resilience:Redis:TotalTimeout", "00:00:00.1")]
    [InlineData("Resilience:Redis:TryTimeout", "00:00:00")]
    [InlineData("Resilience:Provider:Retries", "-1")]
    [InlineData("Resilience:Carrier:BreakerRatio", "0")]
    [InlineData("Resilience:Bus:BreakTime", "00:00:00.1")]
    [InlineData("Resilience:Cosmos:BreakerMinimum", "1")]
    [InlineData("Resilience:Cosmos:FirstWait", "00:10:00")]
    public void Setting_ThatMakesNoSense_IsNamed(string name, string value) =>
        Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => ResilienceOptions.From(Settings((name, value)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Setting_ThatIsMisspelt_IsAnError() =>
        Assert.Throws<InvalidOperationException>(() => ResilienceOptions.From(Settings(("Resilience:Rediss:Retries", "1"))));

    private ResiliencePipeline Redis() => DependencyPipeline.Build(
        new ResilienceOptions().Redis with { FirstWait = TimeSpan.FromMilliseconds(1) }, RedisConnection.IsAway, clock, () => 0.5, network);

    private async Task CallAsync(ResiliencePipeline pipeline, Func<Task> call) => await pipeline.ExecuteAsync(async _ =>
    {
        Interlocked.Increment(ref calls);
        await call();
    });

    private Task HangAsync(ResiliencePipeline pipeline) => pipeline.ExecuteAsync(async token =>
    {
        Interlocked.Increment(ref calls);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
    }).AsTask();

    /// <summary>Completes when so many tries have begun.</summary>
    private async Task TriedAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Volatile.Read(ref calls) < count)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))).Build();
}
