using Orders.Application;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// The one connection to Redis, which comes back by itself, and the only place that runs scripts. Every script may be repeated, so the pipeline may
/// repeat what it doesn't know the outcome of.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>Unknown to a server at first, as the others are: what follows from that is tried, too.</summary>
    private static readonly RedisScript Nothing = RedisScript.Of("nothing", "-- Does nothing.\nreturn 1\n");

    private readonly ResiliencePipeline pipeline;
    private readonly ConfigurationOptions options;
    private readonly Lazy<Task<ConnectionMultiplexer>> connecting;

    /// <param name="options">Where the server is; <see cref="RedisSettings"/> makes them.</param>
    /// <param name="pipeline">Guards every call.</param>
    public RedisConnection(ConfigurationOptions options, ResiliencePipeline pipeline)
    {
        this.pipeline = pipeline;
        this.options = options;
        connecting = new Lazy<Task<ConnectionMultiplexer>>(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>What runs in place of the script with its name: a test's broken one.</summary>
    internal RedisScript? Instead { get; init; }

    /// <summary>Runs a script by its hash; a server that doesn't know it yet (new, restarted, failed over) is given the text.</summary>
    /// <exception cref="DependencyUnavailableException">Unknown whether it ran.</exception>
    internal async Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellation)
    {
        if (Instead?.Name == script.Name)
            script = Instead;
        try
        {
            var server = await connecting.Value.WaitAsync(cancellation).ConfigureAwait(false);
            return await pipeline.ExecuteAsync(
                async token => await RunOnceAsync(server.GetDatabase(), script, keys, values).WaitAsync(token).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (IsAway(failure))
        {
            throw new DependencyUnavailableException("Redis", failure);
        }
    }

    /// <summary>Connects and runs a first script, without the bounds that calls have. Real time, whatever the host's clock does.</summary>
    internal async Task<bool> TryBeReadyAsync(TimeSpan longest, CancellationToken cancellation)
    {
        try
        {
            await FirstCallAsync().WaitAsync(longest, TimeProvider.System, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is TimeoutException || IsAway(failure))
        {
            return false;
        }
    }

    /// <summary>Whether the same call may go through later: no connection, no answer in time, a server that loads or has lost its place.</summary>
    public static bool IsAway(Exception failure) => failure switch
    {
        RedisConnectionException or RedisTimeoutException or TimeoutRejectedException or BrokenCircuitException => true,
        RedisServerException { Message: var message } => Array.Exists(
            PassingErrors, error => message.StartsWith(error, StringComparison.Ordinal)),
        _ => false,
    };

    private static readonly string[] PassingErrors = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS"];

    /// <summary>Deletes keys that nobody uses any more, a piece at a time. What it misses it finds the next time.</summary>
    internal Task ForgetAsync(RedisValue pattern, CancellationToken cancellation) => ForgetAsync(pattern, _ => true, int.MaxValue, cancellation);

    /// <summary>The same, of those that are asked for, at most so many. Returns how many.</summary>
    internal Task<int> ForgetAsync(RedisValue pattern, Func<string, bool> which, int limit, CancellationToken cancellation) => GuardedAsync(
        async connection =>
        {
            var forgotten = 0;
            foreach (var server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
            {
                await foreach (var key in server.KeysAsync(pattern: pattern).WithCancellation(cancellation).ConfigureAwait(false))
                {
                    if (forgotten == limit)
                        return forgotten;
                    if (which(key.ToString()) && await connection.GetDatabase().KeyDeleteAsync(key).WaitAsync(cancellation).ConfigureAwait(false))
                        forgotten++;
                }
            }

            return forgotten;
        },
        cancellation);

    /// <summary>Deletes these keys, wherever they are.</summary>
    internal Task<bool> DeleteAsync(IReadOnlyList<RedisKey> keys, CancellationToken cancellation) => GuardedAsync(
        async connection =>
        {
            foreach (var key in keys)
                await connection.GetDatabase().KeyDeleteAsync(key).WaitAsync(cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    private async Task<T> GuardedAsync<T>(Func<ConnectionMultiplexer, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work(await connecting.Value.WaitAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsAway(failure))
        {
            throw new DependencyUnavailableException("Redis", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!connecting.IsValueCreated)
            return;
        var connection = await connecting.Value.ConfigureAwait(false);
        if (options.Defaults is RedisIdentity identity)
            await identity.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FirstCallAsync()
    {
        var server = await connecting.Value.ConfigureAwait(false);
        await RunOnceAsync(server.GetDatabase(), Nothing, [], []).ConfigureAwait(false);
    }

    private static async Task<RedisResult> RunOnceAsync(IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Hash, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script.Text, keys, values).ConfigureAwait(false);
        }
    }
}
