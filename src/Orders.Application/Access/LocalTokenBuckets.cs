namespace Orders.Application.Access;

/// <summary>The port in this process's memory: for one process, and to fall back on when the shared one is away.</summary>
public sealed class LocalTokenBuckets(TimeProvider clock) : ITokenBuckets
{
    private readonly TokenBuckets<string> buckets = new(clock);

    public ValueTask<BucketAnswer> TakeAsync(string bucket, BucketRule rule, int tokens, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? ValueTask.FromCanceled<BucketAnswer>(cancellation)
            : new ValueTask<BucketAnswer>(buckets.Take(bucket, rule, tokens));
}
