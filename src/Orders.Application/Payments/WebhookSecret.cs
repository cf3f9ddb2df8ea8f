using System.Diagnostics.CodeAnalysis;

namespace Orders.Application.Payments;

/// <summary>A symmetric key of Standard Webhooks: 24 to 64 bytes, written as <c>whsec_</c> and base64. Never printed.</summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";

    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    internal ReadOnlySpan<byte> Key => key;

    public static bool TryParse(string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) || length is < 24 or > 64)
            return false;
        secret = new WebhookSecret(buffer[..length]);
        return true;
    }

    /// <exception cref="FormatException">Not such a key. The message does not repeat it.</exception>
    public static WebhookSecret Parse(string text) => TryParse(text, out var secret)
        ? secret
        : throw new FormatException("A webhook secret is 'whsec_' followed by 24 to 64 bytes in base64.");

    public override string ToString() => "whsec_…";
}
