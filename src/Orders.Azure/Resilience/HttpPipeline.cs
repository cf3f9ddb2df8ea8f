using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Orders.Azure.Resilience;

/// <summary>
/// Builds the pipeline: total time-out → retry with jitter → circuit breaker → time-out of a try. At most 3 tries and 6 seconds a call; the
/// durable retries across calls are their caller's.
/// </summary>
public static class HttpPipeline
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(10);

    /// <param name="options">The bounds.</param>
    /// <param name="clock">The host's time: waits between tries and the circuit's times.</param>
    /// <param name="jitter">A number from 0 to 1 for each wait.</param>
    /// <param name="network">
    /// The time that bounds the calls; the host's when null. On a host whose clock can be moved it is real time: a day that passes within a call is no reason to give
    /// the call up. The circuit is on the host's clock for the opposite reason: work that waited for a minute of that clock finds it closed again.
    /// </param>
    /// <param name="circuit">Shows how the other side is; one pipeline has it for itself.</param>
    public static ResiliencePipeline<HttpResponseMessage> Build(
        PipelineOptions options, TimeProvider clock, Func<double> jitter, TimeProvider? network = null, Circuit? circuit = null) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddPipeline(Bound(options.TotalTimeout, network ?? clock))
            .AddPipeline(RetryAndBreak(options, clock, jitter, circuit))
            .AddPipeline(Bound(options.TryTimeout, network ?? clock))
            .Build();

    /// <summary>
    /// Whether the same call may go through later: the other side is down, overloaded, or (409) still busy with another try under the same
    /// idempotency key.
    /// </summary>
    public static bool IsTransient(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict;

    private static ResiliencePipeline<HttpResponseMessage> Bound(TimeSpan bound, TimeProvider network) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = network }.AddTimeout(bound).Build();

    private static ResiliencePipeline<HttpResponseMessage> RetryAndBreak(PipelineOptions options, TimeProvider clock, Func<double> jitter, Circuit? circuit)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.FirstWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = jitter,
                ShouldHandle = outcome => ValueTask.FromResult(IsTransient(outcome.Outcome) && !AsksForMoreThan(options.TotalTimeout, outcome.Outcome.Result)),
                DelayGenerator = outcome => ValueTask.FromResult(outcome.Outcome.Result?.Headers.RetryAfter?.Delta),
            });
        }

        var breaker = new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = options.BreakerRatio,
            MinimumThroughput = options.BreakerMinimum,
            SamplingDuration = Sampling,
            BreakDuration = options.BreakTime,
            ShouldHandle = outcome => ValueTask.FromResult(IsTransient(outcome.Outcome)),
        };
        circuit?.Watch(breaker);
        return builder.AddCircuitBreaker(breaker).Build();
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException || (outcome.Result is { } response && IsTransient(response.StatusCode));

    /// <summary>Whether the other side said (<c>Retry-After</c>, in seconds) that a try within this call would come too early.</summary>
    private static bool AsksForMoreThan(TimeSpan patience, HttpResponseMessage? response) => response?.Headers.RetryAfter?.Delta > patience;
}
