using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>One kind of limit on many callers, each with a bucket in this process's memory.</summary>
internal sealed class Limit<TKey>(string policy, BucketRule rule, TimeProvider clock)
    where TKey : notnull
{
    private readonly TokenBuckets<TKey> buckets = new(clock);
    private readonly RateLimitFields fields = new(policy, rule);
    private readonly Answer refused = Problems.TooManyRequests(policy);

    public static Limit<TKey>? Of(string policy, LimitOptions options, string name, TimeProvider clock) =>
        options.ToRule(name) is { } rule ? new Limit<TKey>(policy, rule, clock) : null;

    /// <summary>Counts a request; null when it may go on. The answer's headers tell of the limit either way.</summary>
    public Answer? Take(HttpResponse response, TKey key) => Judge(response, buckets.Take(key, rule));

    /// <summary>As <see cref="Take(HttpResponse, TKey)"/>, for a caller whose limit is this one times a factor.</summary>
    public Answer? Take(HttpResponse response, TKey key, double factor)
    {
        if (factor == 1)
            return Take(response, key);
        var own = new BucketRule(rule.PerSecond * factor, Math.Max(1, (int)(rule.Burst * factor)));
        var answer = buckets.Take(key, own);
        var ownFields = new RateLimitFields(policy, own);
        if (answer.Allowed)
            ownFields.Tell(response, answer);
        else
            ownFields.TellRefused(response, answer);
        return answer.Allowed ? null : refused;
    }

    /// <summary>Counts what has happened; there may be nothing left to take.</summary>
    public void Count(TKey key) => buckets.Take(key, rule);

    /// <summary>Null while there is something left. Counts nothing, and says nothing of it to those who are not refused.</summary>
    public Answer? Look(HttpResponse response, TKey key)
    {
        var answer = buckets.Look(key, rule);
        return answer.Allowed ? null : Judge(response, answer);
    }

    private Answer? Judge(HttpResponse response, BucketAnswer answer)
    {
        if (answer.Allowed)
        {
            fields.Tell(response, answer);
            return null;
        }

        fields.TellRefused(response, answer);
        return refused;
    }
}
