using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Payments;

/// <summary>
/// Stripe's webhooks: <c>Stripe-Signature: t=…,v1=…</c>, HMAC-SHA256 in hex over <c>t.body</c>, several signatures while a secret rotates. The message id is the
/// event's. https://docs.stripe.com/webhooks#verify-manually
/// </summary>
public sealed class StripeWebhook : IWebhookScheme
{
    public const string SignatureHeader = "Stripe-Signature";

    private const string Scheme = "v1";
    private const string SecretPrefix = "whsec_";
    private const int MostEntries = 20;
    private const int MostIdCharacters = 64;
    private const int MostSecondsDigits = 11;

    private readonly byte[][] keys;

    /// <param name="provider">The provider's name in the route.</param>
    /// <param name="secrets">Signing secrets of the endpoint, as the dashboard shows them; several while they rotate.</param>
    /// <exception cref="FormatException">One is no such secret. The message does not repeat it.</exception>
    public StripeWebhook(string provider, IReadOnlyList<string> secrets)
    {
        Provider = provider;
        keys = [.. secrets.Select(secret => secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && secret.Length >= 16 && !secret.Any(char.IsWhiteSpace)
            ? Encoding.UTF8.GetBytes(secret)
            : throw new FormatException("A signing secret of Stripe's begins with 'whsec_' and has no spaces."))];
    }

    public string Provider { get; }

    public string Challenge => $"Stripe version=\"{Scheme}\", header=\"{SignatureHeader}\"";

    /// <summary>The header for a body: what tests and stand-ins sign with. Not needed to verify.</summary>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},{Scheme}={Convert.ToHexStringLower(Mac(Encoding.UTF8.GetBytes(secret), seconds, body))}";
    }

    public WebhookVerdict Verify(Func<string, string?> header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (Entries(header(SignatureHeader)) is not var (seconds, signatures))
            return new WebhookVerdict.Malformed($"{SignatureHeader} must be 't=<Unix seconds>,v1=<hex>', perhaps with more signatures");
        var age = now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
        if (age.Duration() > StandardWebhook.Tolerance)
            return new WebhookVerdict.NotGenuine("the timestamp is not of now");
        if (!IsSigned(seconds, signatures, body))
            return new WebhookVerdict.NotGenuine("the signature does not match");

        return TryRead(body, StripeJson.Default.StripeEvent, out var @event) && @event.Id.Length is > 0 and <= MostIdCharacters && @event.Id.All(IsIdCharacter)
            ? new WebhookVerdict.Genuine(@event.Id)
            : new WebhookVerdict.Malformed("the body is no event of Stripe's");
    }

    public MessageReading Read(ReadOnlySpan<byte> body) => TryRead(body, StripeJson.Default.StripeEvent, out var @event)
        ? StripeEvents.Read(@event)
        : new MessageReading.Malformed("not an event of Stripe's");

    internal static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? read)
        where T : class
    {
        try
        {
            read = JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            // Said by the caller: the exception would name our classes.
            read = null;
        }

        return read is not null;
    }

    /// <summary>Every pair is compared, each in constant time: the time taken tells nothing of which key or how much of it matched.</summary>
    private bool IsSigned(string seconds, List<byte[]> signatures, ReadOnlySpan<byte> body)
    {
        var matches = false;
        foreach (var key in keys)
        {
            var expected = Mac(key, seconds, body);
            foreach (var signature in signatures)
                matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return matches;
    }

    /// <summary>The time and the signatures of version 1; null when the header has not its form. Other versions are passed over.</summary>
    private static (string Seconds, List<byte[]> Signatures)? Entries(string? header)
    {
        string? seconds = null;
        var signatures = new List<byte[]>();
        var entries = header?.Split(',', MostEntries + 1) ?? [];
        if (entries.Length > MostEntries)
            return null;
        foreach (var entry in entries)
        {
            if (entry.Split('=', 2) is not [var name, var value])
                return null;
            if (name == "t")
                seconds = value;
            if (name != Scheme)
                continue;
            if (value.Length % 2 != 0 || !value.All(char.IsAsciiHexDigit))
                return null;
            signatures.Add(Convert.FromHexString(value));
        }

        return seconds is { Length: > 0 and <= MostSecondsDigits } && seconds.All(char.IsAsciiDigit) && signatures.Count > 0 ? (seconds, signatures) : null;
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private static byte[] Mac(byte[] key, string seconds, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.ASCII.GetBytes(seconds + "."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
