using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>How the connection behaves, whatever the address.</summary>
public static class RedisSettings
{
    /// <summary>The pipeline bounds a try, far below this; what it gave up ends here.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(5);

    /// <param name="connectionString">As StackExchange.Redis has it: <c>host:port,ssl=true,…</c>.</param>
    /// <exception cref="InvalidOperationException">It names no server.</exception>
    public static ConfigurationOptions Of(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString, ignoreUnknown: false);
        if (options.EndPoints.Count == 0)
            throw new InvalidOperationException("The setting Redis:ConnectionString names no server.");

        // An app that starts while Redis is away answers 503 where it needs it, and finds it by itself later.
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = (int)ConnectsWithin.TotalMilliseconds;
        options.AsyncTimeout = (int)AnswersWithin.TotalMilliseconds;

        // Without a connection a call fails at once: what waits in a queue of our own would be sent long after its caller was told 503.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "order-functions";
        return options;
    }
}
