using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>
/// One limit as callers see it: <c>RateLimit-Policy: "user";q=60;w=3</c> and <c>RateLimit: "user";r=59;t=1</c>, after
/// draft-ietf-httpapi-ratelimit-headers. The quota is the burst, the window the seconds in which it comes back; <c>t</c> is when it is whole
/// again, of a refusal the same as <c>Retry-After</c>. The partition key is not told: it would be somebody's id or address.
/// </summary>
internal sealed class RateLimitFields(string policy, BucketRule rule)
{
    private readonly string prefix = $"\"{policy}\";r=";
    private Joined? joined;

    public string Policy { get; } = string.Create(
        CultureInfo.InvariantCulture, $"\"{policy}\";q={rule.Burst};w={Math.Max(1, (long)Math.Ceiling(rule.Burst / rule.PerSecond))}");

    /// <summary>Puts this limit before those that the answer tells already: the nearest to the caller comes first.</summary>
    public void Tell(HttpResponse response, BucketAnswer answer)
    {
        var headers = response.Headers;
        var now = Item(answer.Remaining, answer.ResetsAfter);
        headers["RateLimit-Policy"] = headers["RateLimit-Policy"] is [{ } policies] ? PolicyBefore(policies) : Policy;
        headers["RateLimit"] = headers["RateLimit"] is [{ } others] ? $"{now}, {others}" : now;
    }

    /// <summary>This limit alone, and when to come again.</summary>
    public void TellRefused(HttpResponse response, BucketAnswer answer)
    {
        response.Headers["RateLimit-Policy"] = Policy;
        response.Headers["RateLimit"] = Item(remaining: 0, answer.RetryAfter);
        response.Headers.RetryAfter = Seconds(answer.RetryAfter).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Policies hardly ever change, and what stood there before is mostly the very same text as last time.</summary>
    private string PolicyBefore(string policies)
    {
        if (joined is { } last && ReferenceEquals(last.Others, policies))
            return last.All;
        var all = $"{Policy}, {policies}";
        joined = new Joined(policies, all);
        return all;
    }

    private string Item(int remaining, TimeSpan until) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{remaining};t={Seconds(until)}");

    private static long Seconds(TimeSpan span) => Math.Max(1, (span.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);

    private sealed record Joined(string Others, string All);
}
