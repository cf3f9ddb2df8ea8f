using Orders.Application.Access;

namespace OrderFunctions.Edge;

/// <summary>A request that passed the edge.</summary>
/// <param name="identified">Who asks; null where no token is asked for.</param>
/// <param name="idempotencyKey">The caller's key; null when there is none, which only some endpoints allow.</param>
/// <param name="fingerprint">A hash of method, path and body, blind to the body's spacing and order.</param>
/// <param name="ifMatch">The version that the caller has seen; null when they didn't say.</param>
/// <param name="cancellation">
/// Of a reading request: cancelled when the caller goes away. Never of a writing one, which is to be finished and not left half done.
/// </param>
public sealed class Call(Caller? identified, string? idempotencyKey, string fingerprint, long? ifMatch, CancellationToken cancellation)
{
    /// <exception cref="InvalidOperationException">The endpoint asks for no token.</exception>
    public Caller Caller => identified ?? throw new InvalidOperationException("This endpoint is for anybody: there is no caller.");

    public string? IdempotencyKey { get; } = idempotencyKey;

    /// <exception cref="InvalidOperationException">The endpoint does not require a key.</exception>
    public string RequiredKey => IdempotencyKey ?? throw new InvalidOperationException("This endpoint does not require a key.");

    public string Fingerprint { get; } = fingerprint;

    public long? IfMatch { get; } = ifMatch;

    public CancellationToken Cancellation { get; } = cancellation;
}
