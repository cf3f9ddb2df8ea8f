using LocalFunctions.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Redis;
using Polly;
using StackExchange.Redis;

namespace Orders.Azure.Tests.Redis;

/// <summary>
/// Signing in by tokens, on a server that admits nobody without one. A user is an identity's object id; where a test must see which token a connection that
/// lives was sent, the next token is another identity's.
/// </summary>
public sealed class RedisIdentityTests : IDisposable
{
    private const string User = "0b1ec7ed-0000-0000-0000-000000000001";
    private const string Next = "0b1ec7ed-0000-0000-0000-000000000002";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start + TimeSpan.FromHours(1);

    private readonly RedisServer server = new();
    private readonly FakeIdentity identity = new();
    private readonly LocalClock clock = new(Start, frozen: true);
    private readonly Lazy<ConnectionMultiplexer> admin;

    public RedisIdentityTests() => admin = new(Close);

    [RedisFact]
    public async Task Connection_SignsInWithItsToken()
    {
        Admit(User, identity.Give(User, 1, End));
        await using var connection = Connect();

        await CallAsync(connection);

        Assert.Single(Connections(User));
    }

    [RedisFact]
    public async Task Connection_WithAnothersToken_IsAway()
    {
        Admit(User, FakeIdentity.TokenOf("{}"));
        identity.Give(User, 1, End);
        await using var connection = Connect();

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => CallAsync(connection));
    }

    [RedisFact]
    public async Task Reconnect_AfterTheTokenWasRevoked_SignsInWithTheNextOne()
    {
        var first = identity.Give(User, 1, End);
        Admit(User, first);
        await using var connection = Connect();
        await CallAsync(connection);

        Admit(User, identity.Give(User, 2, End + TimeSpan.FromHours(1)));
        Run("CLIENT", "KILL", "USER", User);

        await UntilAsync(() => IsThereAsync(connection));
        Assert.Throws<RedisServerException>(() => Run("AUTH", User, first));
    }

    [RedisFact]
    public async Task IdentityThatIsAwayAtTheStart_IsAskedAgain()
    {
        Admit(User, identity.Give(User, 1, End));
        identity.GoAway();
        await using var connection = Connect();
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => CallAsync(connection));

        identity.Give(User, 1, End);

        await UntilAsync(() => IsThereAsync(connection));
    }

    /// <summary>Until its end the token is good, and a connection may be lost meanwhile.</summary>
    [RedisFact]
    public async Task Reconnect_WhileTheIdentityIsAway_SignsInWithTheTokenThatItHas()
    {
        Admit(User, identity.Give(User, 1, End));
        await using var connection = Connect();
        await CallAsync(connection);

        identity.GoAway();
        Run("CLIENT", "KILL", "USER", User);

        await UntilAsync(() => IsThereAsync(connection));
    }

    [RedisFact]
    public async Task ConnectionThatLives_IsSentTheNextTokenFiveMinutesBeforeTheEnd()
    {
        Admit(User, identity.Give(User, 1, End));
        await using var connection = Connect();
        await CallAsync(connection);
        var living = Connections(User);
        Admit(Next, identity.Give(Next, 2, End + TimeSpan.FromHours(1)));

        clock.MoveTo(End - TimeSpan.FromMinutes(6));
        Assert.Equal(living, Connections(User));
        clock.MoveTo(End - TimeSpan.FromMinutes(5));

        await UntilAsync(() => Task.FromResult(Connections(Next).SequenceEqual(living)));
        await CallAsync(connection);
    }

    [RedisFact]
    public async Task ConnectionThatLives_WhenThereIsNoNewTokenYet_IsSentItAsSoonAsThereIs()
    {
        Admit(User, identity.Give(User, 1, End));
        await using var connection = Connect();
        await CallAsync(connection);
        var living = Connections(User);

        await MoveAsync(End - TimeSpan.FromMinutes(5)); // the same token again
        identity.GoAway();
        await MoveAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        Assert.Equal(living, Connections(User));
        Admit(Next, identity.Give(Next, 2, End + TimeSpan.FromHours(1)));
        await MoveAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(30));

        await UntilAsync(() => Task.FromResult(Connections(Next).SequenceEqual(living)));
    }

    [RedisFact]
    public async Task TokenThatRedisDidNotTake_IsSentAgain()
    {
        Admit(User, identity.Give(User, 1, End));
        await using var connection = Connect();
        await CallAsync(connection);
        var living = Connections(User);

        var next = identity.Give(Next, 2, End + TimeSpan.FromHours(1));
        await MoveAsync(End - TimeSpan.FromMinutes(5));
        await UntilAsync(() => Task.FromResult(clock.Waits.Count > 0));
        await CallAsync(connection);
        Admit(Next, next);
        await MoveAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(30));

        await UntilAsync(() => Task.FromResult(Connections(Next).SequenceEqual(living)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"oid":""}""")]
    [InlineData("""{"oid":7}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    public void TokenWithoutAnObjectId_IsNotOne_AndIsNotQuoted(string claims)
    {
        var token = FakeIdentity.TokenOf(claims);

        var error = Assert.Throws<FormatException>(() => new RedisToken(new(token, End)));

        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.!.c")]
    public void WhatIsNoToken_IsNotOne(string text) => Assert.Throws<FormatException>(() => new RedisToken(new(text, End)));

    public void Dispose()
    {
        if (admin.IsValueCreated)
            admin.Value.Dispose();
        server.Dispose();
    }

    /// <summary>Nobody gets in any more without a password, but for the test, which is in.</summary>
    private ConnectionMultiplexer Close()
    {
        var options = server.Options();
        using (var first = ConnectionMultiplexer.Connect(options))
            first.GetDatabase().Execute("ACL", "SETUSER", "default", "resetpass", ">key");
        options.Password = "key";
        options.AllowAdmin = true;
        return ConnectionMultiplexer.Connect(options);
    }

    private RedisResult Run(string command, params object[] arguments) => admin.Value.GetDatabase().Execute(command, arguments);

    private void Admit(string user, string token) => Run("ACL", "SETUSER", user, "on", "resetpass", $">{token}", "~*", "&*", "+@all");

    private RedisConnection Connect()
    {
        var options = server.Options();
        options.Ssl = false; // the server has no certificate
        return new RedisConnection(RedisIdentity.On(options, identity, clock, NullLogger.Instance), ResiliencePipeline.Empty);
    }

    private async Task CallAsync(RedisConnection connection) =>
        await new RedisLeases(connection, clock).TryTakeAsync("x", TimeSpan.FromMinutes(1), CancellationToken.None);

    private async Task<bool> IsThereAsync(RedisConnection connection)
    {
        try
        {
            await CallAsync(connection);
            return true;
        }
        catch (DependencyUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Ids of the connections that are signed in as this user now.</summary>
    private IReadOnlyList<string> Connections(string user) =>
    [
        .. Run("CLIENT", "LIST").ToString().Split('\n').Where(line => line.Contains($" user={user} ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]),
    ];

    /// <summary>Moves the clock once the identity's wait is set, and returns when it has been asked.</summary>
    private async Task MoveAsync(DateTimeOffset to)
    {
        await UntilAsync(() => Task.FromResult(clock.Waits.Count > 0));
        var asked = identity.Asked;
        clock.MoveTo(to);
        await UntilAsync(() => Task.FromResult(identity.Asked > asked));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }
}
