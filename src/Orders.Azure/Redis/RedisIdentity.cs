using Azure;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Orders.Azure.Redis;

/// <summary>
/// Signs in to Redis with an identity's tokens instead of a key. Each connect, the first and every later one, asks the credential anew, so none begins with a
/// token that has ended; and what lives is sent AUTH again before its token ends, for the server closes it then.
/// </summary>
internal sealed class RedisIdentity : AzureManagedRedisOptionsProvider, IAsyncDisposable
{
    private const string Scope = "https://redis.azure.com/.default";

    /// <summary>While there is no newer token, or it was not taken. Several fit into what is left of a token when it should be renewed.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AtMost = TimeSpan.FromDays(1);

    /// <summary>Less than a connect may take, which waits for it.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(4);

    private static readonly TokenRequestContext ForRedis = new([Scope]);

    private readonly TokenCredential credential;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private volatile RedisToken? last;
    private Task keeping = Task.CompletedTask;

    private RedisIdentity(TokenCredential credential, TimeProvider clock, ILogger log)
    {
        this.credential = credential;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>The same options, signed in by identity. For one connection, which disposes it.</summary>
    /// <param name="options">Without a user and a password, which would be taken first.</param>
    /// <param name="credential">Keeps its tokens itself and gives newer ones as they are due, like those of Azure.Identity.</param>
    /// <param name="clock">By which tokens end: real time.</param>
    /// <param name="log">Where a token that can't be had is told.</param>
    public static ConfigurationOptions On(ConfigurationOptions options, TokenCredential credential, TimeProvider clock, ILogger log)
    {
        options.Defaults = new RedisIdentity(credential, clock, log);
        return options;
    }

    /// <summary>Read first in each handshake, and the password after it: so this one asks.</summary>
    public override string? User => Ask()?.User;

    public override string? Password => (last ?? Ask())?.Password;

    /// <summary>Once, after the first connect, whether it went well or not.</summary>
    public override Task AfterConnectAsync(ConnectionMultiplexer muxer, Action<string> log)
    {
        keeping = KeepAsync(muxer, last);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
        stopping.Dispose();
    }

    private RedisToken? Ask()
    {
        try
        {
            // Not awaited, for the library reads a property; MSAL answers from memory but for the first time and near a token's end.
            using var limit = new CancellationTokenSource(AnswersWithin, TimeProvider.System);
            return last = new RedisToken(credential.GetToken(ForRedis, limit.Token));
        }
        catch (Exception failure) when (HasNoToken(failure))
        {
            log.NoTokenForRedis(failure);
            return last;
        }
    }

    private static bool HasNoToken(Exception failure) =>
        failure is AuthenticationFailedException or RequestFailedException or OperationCanceledException or FormatException;

    /// <param name="redis">Whose connections are kept.</param>
    /// <param name="sent">What they began with.</param>
    private async Task KeepAsync(ConnectionMultiplexer redis, RedisToken? sent)
    {
        while (await IsDueAsync(sent).ConfigureAwait(false))
        {
            // The same one again: it is not yet renewed. One that a connect has had meanwhile is news to the others.
            if (await AskAsync().ConfigureAwait(false) is { } token && token.Password != sent?.Password && await SendAsync(redis, token).ConfigureAwait(false))
                sent = token;
        }
    }

    /// <summary>False when it stops.</summary>
    private async Task<bool> IsDueAsync(RedisToken? sent)
    {
        var left = (sent?.RenewAt ?? DateTimeOffset.MinValue) - clock.GetUtcNow();
        await Task.Delay(left < Again ? Again : left > AtMost ? AtMost : left, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    private async Task<RedisToken?> AskAsync()
    {
        try
        {
            return last = new RedisToken(await credential.GetTokenAsync(ForRedis, stopping.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (HasNoToken(failure))
        {
            if (!stopping.IsCancellationRequested)
                log.NoTokenForRedis(failure);
            return null;
        }
    }

    /// <summary>To every node that is connected; whoever is not asks for a token when it is. False when one did not take it.</summary>
    private async Task<bool> SendAsync(ConnectionMultiplexer redis, RedisToken token)
    {
        try
        {
            foreach (var server in redis.GetServers().Where(server => server.IsConnected))
                await server.ExecuteAsync("AUTH", token.User, token.Password).WaitAsync(stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested)
                log.TokenNotTakenByRedis(failure);
            return false;
        }
    }
}
