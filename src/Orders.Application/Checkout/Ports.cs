using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>What can be bought, for how much.</summary>
public interface ICatalogue
{
    /// <summary>The items of those SKUs that exist.</summary>
    Task<IReadOnlyDictionary<Sku, CatalogueItem>> FindAsync(IReadOnlyCollection<Sku> skus, CancellationToken cancellation);

    /// <summary>All items by SKU, page by page.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<CatalogueItem>> ListAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Adds or replaces an item. Orders keep the price they were placed with.</summary>
    Task PutAsync(CatalogueItem item, CancellationToken cancellation);
}

/// <summary>One caller's key for one operation.</summary>
/// <param name="Scope"><c>{caller} {METHOD} {path}</c>: keys of different callers never meet.</param>
/// <param name="Key">1 to 255 visible ASCII characters.</param>
public sealed record IdempotencyKey(string Scope, string Key);

/// <summary>An answer as it was sent, for replay.</summary>
/// <param name="Headers">Those that belong to the answer: <c>Location</c>, <c>ETag</c>.</param>
public sealed record StoredAnswer(int Status, string ContentType, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>What claiming a key found.</summary>
public abstract record Claim
{
    /// <summary>It is the caller's to run, and to complete or abandon.</summary>
    public sealed record Granted : Claim;

    /// <summary>The first request with this key is still running.</summary>
    public sealed record StillRunning : Claim;

    /// <summary>It was answered: send that again.</summary>
    public sealed record Answered(StoredAnswer Answer) : Claim;

    /// <summary>The key was used for another request.</summary>
    public sealed record OtherRequest : Claim;
}

/// <summary>
/// The second layer against doubles (the first is the client's key, the third the id that is derived from it). Records may be lost in a
/// crash: the third layer then answers. They must never be invented.
/// </summary>
public interface IIdempotencyStore
{
    /// <summary>Atomically claims the key for a request with this fingerprint, or tells what is known of it. A claim lapses after 2 minutes.</summary>
    Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation);

    /// <summary>Stores the answer for <see cref="OrderPolicy.IdempotencyWindow"/>. Seen by this process at once, durable soon after.</summary>
    Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation);

    /// <summary>Gives the key back: the request ended in an answer that is not replayed.</summary>
    Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation);

    /// <summary>Forgets records that expired before that instant; returns how many, at most <paramref name="limit"/>; 0 where they expire by themselves.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
