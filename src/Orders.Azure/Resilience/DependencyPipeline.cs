using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Orders.Azure.Resilience;

/// <summary>
/// The pipeline of a dependency that is reached through an SDK and fails by exceptions: total time-out → retry with jitter → circuit breaker → time-out of
/// a try, as <see cref="HttpPipeline"/> has it for HTTP. Which exceptions may pass is told by type, in <see cref="CosmosErrors"/> and its like.
/// What runs in it must bear being repeated, and must let go when its token is cancelled.
/// </summary>
public static class DependencyPipeline
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(10);

    /// <param name="options">The bounds.</param>
    /// <param name="isTransient">Whether the same call may go through later. All else is an answer: not repeated, and no fault of the other side.</param>
    /// <param name="clock">The host's time: waits between tries and the circuit's times.</param>
    /// <param name="jitter">A number from 0 to 1 for each wait.</param>
    /// <param name="network">The time that bounds the calls; the host's when null. See <see cref="HttpPipeline.Build"/>.</param>
    /// <param name="circuit">Shows how the dependency is; one pipeline has it for itself.</param>
    /// <param name="saysNothing">Answers that are no sign of how it is: throttling. They leave the circuit as closed as they find it.</param>
    public static ResiliencePipeline Build(
        PipelineOptions options, Func<Exception, bool> isTransient, TimeProvider clock, Func<double> jitter, TimeProvider? network = null,
        Circuit? circuit = null, Func<Exception, bool>? saysNothing = null) =>
        new ResiliencePipelineBuilder()
            .AddPipeline(Bound(options.TotalTimeout, network ?? clock))
            .AddPipeline(RetryAndBreak(options, isTransient, clock, jitter, circuit, saysNothing))
            .AddPipeline(Bound(options.TryTimeout, network ?? clock))
            .Build();

    /// <summary>Whether an exception that came out of such a pipeline says that the dependency is away, and nothing about the call.</summary>
    public static bool SaysAway(Exception failure, Func<Exception, bool> isTransient) =>
        failure is TimeoutRejectedException or BrokenCircuitException || isTransient(failure);

    private static ResiliencePipeline Bound(TimeSpan bound, TimeProvider network) =>
        new ResiliencePipelineBuilder { TimeProvider = network }.AddTimeout(bound).Build();

    private static ResiliencePipeline RetryAndBreak(
        PipelineOptions options, Func<Exception, bool> isTransient, TimeProvider clock, Func<double> jitter, Circuit? circuit, Func<Exception, bool>? saysNothing)
    {
        // An open circuit is no reason to try again within the call: it stays open for longer.
        bool Passes(Exception? failure) => failure is TimeoutRejectedException || (failure is not (null or BrokenCircuitException) && isTransient(failure));

        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.FirstWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = jitter,
                ShouldHandle = outcome => ValueTask.FromResult(Passes(outcome.Outcome.Exception)),
            });
        }

        var breaker = new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.BreakerRatio,
            MinimumThroughput = options.BreakerMinimum,
            SamplingDuration = Sampling,
            BreakDuration = options.BreakTime,
            ShouldHandle = outcome => ValueTask.FromResult(Passes(outcome.Outcome.Exception)),
        };
        circuit?.Watch(breaker, saysNothing);
        return builder.AddCircuitBreaker(breaker).Build();
    }
}
