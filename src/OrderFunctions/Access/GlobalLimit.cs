using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>
/// The limit of all API calls together, over all instances. While the shared bucket is away each instance keeps to the rate on its own: the shop is
/// then held to the limit times its instances, and not closed. The shared one is tried again after a second, so that an outage costs one
/// request a second the wait for it, and not every one.
/// </summary>
internal sealed partial class GlobalLimit(BucketRule rule, ITokenBuckets shared, TimeProvider clock, ILogger<GlobalLimit> logger)
{
    private const string Bucket = "api";

    private readonly TokenBuckets<string> own = new(clock);
    private readonly RateLimitFields fields = new("global", rule);
    private readonly Answer refused = Problems.TooManyRequests("global");
    private long askAgainAt;

    /// <summary>Null when the request may go on. Who is not refused is not told of it: it is the shop's matter, not the caller's.</summary>
    public async ValueTask<Answer?> TakeAsync(HttpResponse response, CancellationToken cancellation)
    {
        var answer = await AskAsync(cancellation);
        if (answer.Allowed)
            return null;
        fields.TellRefused(response, answer);
        return refused;
    }

    private async ValueTask<BucketAnswer> AskAsync(CancellationToken cancellation)
    {
        if (clock.GetUtcNow().Ticks < Volatile.Read(ref askAgainAt))
            return own.Take(Bucket, rule);
        try
        {
            return await shared.TakeAsync(Bucket, rule, tokens: 1, cancellation);
        }
        catch (DependencyUnavailableException away)
        {
            Volatile.Write(ref askAgainAt, clock.GetUtcNow().Ticks + TimeSpan.TicksPerSecond);
            FallsBack(away);
            return own.Take(Bucket, rule);
        }
    }

    [LoggerMessage(310, LogLevel.Warning, "The shared token bucket is away: this instance keeps to the global limit on its own.")]
    private partial void FallsBack(Exception away);
}
