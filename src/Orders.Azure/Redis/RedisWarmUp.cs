using Microsoft.Extensions.Hosting;

namespace Orders.Azure.Redis;

/// <summary>
/// Opens the connection before any function runs. A cold start has timers, listeners and requests come at once, and what the first call pays for being the
/// first (name, TLS, sign-in, code that is not compiled yet) is more than a call is given: it would be a 503, and a lease's answer that nobody heard.
/// </summary>
internal sealed class RedisWarmUp(RedisConnection redis) : IHostedLifecycleService
{
    /// <summary>An app whose Redis is away starts all the same: health and the circuit tell of it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => redis.TryBeReadyAsync(Longest, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
