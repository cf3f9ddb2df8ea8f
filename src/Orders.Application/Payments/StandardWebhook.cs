using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Orders.Application.Payments;

/// <summary>The three headers as they came; null for one that is missing.</summary>
public sealed record WebhookHeaders(string? Id, string? Timestamp, string? Signature);

/// <summary>Whether a webhook is from who holds a secret, and of now.</summary>
public abstract record WebhookVerdict
{
    private WebhookVerdict()
    {
    }

    /// <param name="MessageId">The sender's id of the message: the same for all its repeats.</param>
    public sealed record Genuine(string MessageId) : WebhookVerdict;

    /// <summary>The headers are not those of the scheme (400).</summary>
    public sealed record Malformed(string Because) : WebhookVerdict;

    /// <summary>Signed with another key, over another body, or not of now (401).</summary>
    public sealed record NotGenuine(string Because) : WebhookVerdict;
}

/// <summary>
/// Standard Webhooks 1.0 with symmetric signatures (<c>v1</c>): HMAC-SHA256 over <c>id.timestamp.body</c>, the timestamp in Unix seconds.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// </summary>
public static partial class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far the sender's clock, and the way of the message, may be off: in either direction.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const string Version = "v1,";
    private const int MostSignatures = 10;

    /// <summary>One signature: <c>v1,</c> and base64. A sender that rotates its secret joins two with a space.</summary>
    public static string Sign(WebhookSecret secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Mac(secret, id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));

    public static WebhookVerdict Verify(IReadOnlyList<WebhookSecret> secrets, WebhookHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers.Id is not { } id || !IdForm().IsMatch(id))
            return new WebhookVerdict.Malformed($"{IdHeader} must be 1 to 64 of A-Z a-z 0-9 _ -");
        if (headers.Timestamp is not { } timestamp || !TimestampForm().IsMatch(timestamp))
            return new WebhookVerdict.Malformed($"{TimestampHeader} must be Unix seconds");
        if (ReadSignatures(headers.Signature) is not { } signatures)
            return new WebhookVerdict.Malformed($"{SignatureHeader} must hold 1 to {MostSignatures} signatures 'v1,<base64>', separated by spaces");

        var age = now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        if (age.Duration() > Tolerance)
            return new WebhookVerdict.NotGenuine("the timestamp is not of now");
        return IsSigned(secrets, signatures, id, timestamp, body)
            ? new WebhookVerdict.Genuine(id)
            : new WebhookVerdict.NotGenuine("the signature does not match");
    }

    /// <summary>Every pair is compared, each in constant time: the time taken tells nothing of which key or how much of it matched.</summary>
    private static bool IsSigned(
        IReadOnlyList<WebhookSecret> secrets, List<byte[]> signatures, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var matches = false;
        foreach (var secret in secrets)
        {
            var expected = Mac(secret, id, timestamp, body);
            foreach (var signature in signatures)
                matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return matches;
    }

    /// <summary>The signatures of version 1, perhaps none; null when the header has not its form. Other versions are passed over.</summary>
    private static List<byte[]>? ReadSignatures(string? header)
    {
        var entries = header?.Split(' ', MostSignatures + 1, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (entries.Length is 0 or > MostSignatures)
            return null;
        var signatures = new List<byte[]>();
        foreach (var entry in entries)
        {
            if (!entry.Contains(',', StringComparison.Ordinal))
                return null;
            if (!entry.StartsWith(Version, StringComparison.Ordinal))
                continue;
            var bytes = new byte[entry.Length];
            if (!Convert.TryFromBase64String(entry[Version.Length..], bytes, out var length))
                return null;
            signatures.Add(bytes[..length]);
        }

        return signatures;
    }

    private static byte[] Mac(WebhookSecret secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Key);
        mac.AppendData(Encoding.ASCII.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();

    [GeneratedRegex(@"^[0-9]{1,11}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimestampForm();
}
