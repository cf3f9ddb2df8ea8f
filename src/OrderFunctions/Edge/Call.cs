using Microsoft.AspNetCore.Http;
using Orders.Application.Access;

namespace OrderFunctions.Edge;

/// <summary>A request that passed the edge.</summary>
/// <param name="identified">Who asks; null where no token is asked for.</param>
/// <param name="idempotencyKey">The caller's key; null when there is none, which only some endpoints allow.</param>
/// <param name="fingerprint">A hash of method, path and body, blind to the body's spacing and order.</param>
/// <param name="ifMatch">The version that the caller has seen; null when they didn't say.</param>
/// <param name="reading">The request if it only reads; null for a writing one.</param>
public sealed class Call(Caller? identified, string? idempotencyKey, string fingerprint, long? ifMatch, HttpContext? reading)
{
    /// <exception cref="InvalidOperationException">The endpoint asks for no token.</exception>
    public Caller Caller => identified ?? throw new InvalidOperationException("This endpoint is for anybody: there is no caller.");

    public string? IdempotencyKey { get; } = idempotencyKey;

    /// <exception cref="InvalidOperationException">The endpoint does not require a key.</exception>
    public string RequiredKey => IdempotencyKey ?? throw new InvalidOperationException("This endpoint does not require a key.");

    public string Fingerprint { get; } = fingerprint;

    public long? IfMatch { get; } = ifMatch;

    /// <summary>
    /// Of a reading request: cancelled when the caller goes away. Never of a writing one, which is to be finished and not left half done.
    /// </summary>
    /// <remarks>The web server makes it for those who ask for it.</remarks>
    public CancellationToken Cancellation => reading?.RequestAborted ?? CancellationToken.None;
}
