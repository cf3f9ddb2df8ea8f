using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>An endpoint: <c>wh-</c> and 20 hexadecimal digits of a hash over who registered it and the key of that request, so that a repeat finds its own.</summary>
[JsonConverter(typeof(TextIdConverter<WebhookId>))]
public readonly partial record struct WebhookId : ITextId<WebhookId>
{
    private WebhookId(string value) => Value = value;

    public string Value { get; }

    public static WebhookId Derive(UserId by, string key) => new(
        "wh-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"webhook\n{by.Value.Length}\n{by.Value}\n{key}")).AsSpan(0, 10)));

    public static bool TryParse(string? text, out WebhookId id)
    {
        id = new WebhookId(text ?? "");
        return text is not null && Form().IsMatch(text);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^wh-[0-9a-f]{20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
