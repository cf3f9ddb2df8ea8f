using System.Diagnostics.CodeAnalysis;

namespace Orders.Application.Payments;

/// <summary>What a provider's message says, in our words.</summary>
public abstract record MessageReading
{
    private MessageReading()
    {
    }

    /// <summary>Something about a payment or refund.</summary>
    public sealed record Told(ProviderMessageBody Body) : MessageReading;

    /// <summary>Nothing that an order is changed by; kept, with what it was in words.</summary>
    public sealed record NoEffect(string Note) : MessageReading;

    /// <summary>About money that is no payment of ours: kept, and people are told.</summary>
    public sealed record NotOurs(string Because) : MessageReading;

    /// <summary>Not of the provider's own form.</summary>
    public sealed record Malformed(string Because) : MessageReading;
}

/// <summary>How one provider signs and words its webhooks. Pure: it calls nobody.</summary>
public interface IWebhookScheme
{
    /// <summary>The provider's name in the route.</summary>
    string Provider { get; }

    /// <summary>What a 401 asks for (<c>WWW-Authenticate</c>).</summary>
    string Challenge { get; }

    /// <summary>Whether the provider sent it, now, and under which id.</summary>
    /// <param name="header">A header by its name; null when it is missing.</param>
    /// <param name="body">As it came, byte by byte.</param>
    /// <param name="now">The time of its coming.</param>
    WebhookVerdict Verify(Func<string, string?> header, ReadOnlySpan<byte> body, DateTimeOffset now);

    /// <summary>Reads a body, also one that was stored long ago.</summary>
    MessageReading Read(ReadOnlySpan<byte> body);
}

/// <summary>The schemes of the providers whose webhooks are taken.</summary>
public sealed class WebhookSchemes(IEnumerable<IWebhookScheme> schemes)
{
    private readonly Dictionary<string, IWebhookScheme> byProvider = schemes.ToDictionary(scheme => scheme.Provider, StringComparer.Ordinal);

    public bool TryFind(string provider, [NotNullWhen(true)] out IWebhookScheme? scheme) => byProvider.TryGetValue(provider, out scheme);

    /// <summary>What a stored message says; one whose provider is not set up any more is read as our own shape, which it then had.</summary>
    public MessageReading Read(string provider, ReadOnlySpan<byte> body) =>
        TryFind(provider, out var scheme) ? scheme.Read(body) : StandardWebhookScheme.ReadBody(body);
}

/// <summary>Standard Webhooks with the body of our contract: the built-in simulator, and whoever speaks as it does.</summary>
/// <param name="provider">Its name.</param>
/// <param name="secrets">Several while they rotate.</param>
public sealed class StandardWebhookScheme(string provider, IReadOnlyList<WebhookSecret> secrets) : IWebhookScheme
{
    public string Provider => provider;

    public string Challenge => $"StandardWebhooks version=\"v1\", header=\"{StandardWebhook.SignatureHeader}\"";

    public WebhookVerdict Verify(Func<string, string?> header, ReadOnlySpan<byte> body, DateTimeOffset now) => StandardWebhook.Verify(
        secrets,
        new WebhookHeaders(header(StandardWebhook.IdHeader), header(StandardWebhook.TimestampHeader), header(StandardWebhook.SignatureHeader)),
        body, now);

    public MessageReading Read(ReadOnlySpan<byte> body) => ReadBody(body);

    internal static MessageReading ReadBody(ReadOnlySpan<byte> body) => ProviderMessageBody.TryRead(body, out var read, out var because)
        ? new MessageReading.Told(read)
        : new MessageReading.Malformed(because);
}
