namespace Orders.Application.Events;

/// <summary>A message as it goes over the wire.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="Timestamp">When it is sent: it is signed too.</param>
/// <param name="Signatures">One for each secret, joined with a space.</param>
/// <param name="Body">JSON, UTF-8.</param>
public sealed record WebhookMessage(Uri Url, string Id, DateTimeOffset Timestamp, string Signatures, ReadOnlyMemory<byte> Body)
{
    /// <summary>No signature and no address in a log.</summary>
    public override string ToString() => Id;
}

/// <summary>What came of sending.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>Milliseconds from the beginning to the answer or its absence.</summary>
    public long DurationMs { get; init; }

    /// <summary>It answered.</summary>
    /// <param name="RetryAfter">What the header asks for, in seconds or as a date; null without it.</param>
    public sealed record Answered(int StatusCode, TimeSpan? RetryAfter = null) : SendOutcome
    {
        public bool IsSuccess => StatusCode is >= 200 and < 300;
    }

    /// <summary>No answer: no connection, an address that may not be reached, or none in time.</summary>
    /// <param name="Error">In our words.</param>
    public sealed record NotReached(string Error) : SendOutcome;
}

/// <summary>
/// Sends a message once, within <see cref="WebhookPolicy.Timeout"/>. It follows no redirect and reads no body; addresses of our own network are refused unless
/// the policy allows them. Whatever the endpoint does is an outcome, not an exception.
/// </summary>
public interface IWebhookSender
{
    Task<SendOutcome> SendAsync(WebhookMessage message, CancellationToken cancellation);
}
