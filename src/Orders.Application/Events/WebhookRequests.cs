using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Orders.Application.Payments;

namespace Orders.Application.Events;

/// <summary>The body that registers an endpoint.</summary>
/// <param name="Types">What it wants to hear of; everything when left out.</param>
public sealed record WebhookRequest(string? Url = null, IReadOnlyList<string?>? Types = null)
{
    private const int MostCharacters = 2_000;

    /// <summary>Names that lead into a network of one's own whatever they resolve to.</summary>
    private static readonly string[] InsideNames = ["localhost", ".localhost", ".local", ".internal"];

    /// <summary>The address and the types; null with what is wrong in <paramref name="form"/>.</summary>
    internal (string Url, IReadOnlyList<string> Types) Check(Form form, bool allowPrivate) => (CheckUrl(form, allowPrivate), CheckTypes(form));

    private string CheckUrl(Form form, bool allowPrivate)
    {
        var text = form.Required("url", Url, MostCharacters);
        if (text.Length is 0 or > MostCharacters)
            return text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            form.Error("url", "must be an https address");
        else if (url.Scheme == "http" && !allowPrivate)
            form.Error("url", "must begin with https://");
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            form.Error("url", "must have neither user nor fragment");
        else if (!allowPrivate && LeadsInside(url))
            form.Error("url", "must be an address of the open internet");
        return url?.AbsoluteUri ?? text;
    }

    private static bool LeadsInside(Uri url) => IPAddress.TryParse(url.IdnHost, out var address)
        ? !PublicAddresses.Contains(address)
        : InsideNames.Any(name => name[0] == '.' ? url.IdnHost.TrimEnd('.').EndsWith(name, StringComparison.OrdinalIgnoreCase) : url.IdnHost.TrimEnd('.').Equals(name, StringComparison.OrdinalIgnoreCase));

    private IReadOnlyList<string> CheckTypes(Form form)
    {
        if (Types is null)
            return [];
        if (Types.Count is 0 || Types.Count > WebhookTypes.All.Count)
            form.Error("types", $"must be left out, or name 1 to {WebhookTypes.All.Count} types");
        for (var i = 0; i < Types.Count && i <= WebhookTypes.All.Count; i++)
        {
            if (!WebhookTypes.All.Contains(Types[i]))
                form.Error($"types/{i}", $"must be one of {string.Join(", ", WebhookTypes.All)}");
            else if (Types.Take(i).Contains(Types[i]))
                form.Error($"types/{i}", "stands twice");
        }

        return [.. Types.OfType<string>()];
    }
}

/// <summary>What messages can be about: the events that buyers are told of, by their names without version.</summary>
public static class WebhookTypes
{
    /// <summary>Asked for by hand, and sent to that endpoint alone.</summary>
    public const string Test = "webhook.test";

    private const string Version = ".v1";

    public static readonly IReadOnlyList<string> All = [.. NotificationConsumer.Types.Select(Of)];

    /// <summary><c>order.paid.v1</c> → <c>order.paid</c>.</summary>
    public static string Of(string eventType) => eventType.EndsWith(Version, StringComparison.Ordinal) ? eventType[..^Version.Length] : eventType;
}

/// <summary>Whether messages are sent.</summary>
[JsonConverter(typeof(CamelCaseNames<WebhookStatus>))]
public enum WebhookStatus
{
    Enabled,
    Disabled,
}

/// <summary>An endpoint, as the API answers it: without its secret.</summary>
/// <param name="DisabledBecause"><c>gone</c> or <c>failing</c>.</param>
/// <param name="FailingSince">When the first attempt failed after which none has succeeded.</param>
public sealed record WebhookView(
    WebhookId WebhookId, string Url, IReadOnlyList<string> Types, WebhookStatus Status, string? DisabledBecause, DateTime? DisabledAt, DateTime? FailingSince,
    DateTime CreatedAt)
{
    public static WebhookView Of(WebhookEndpoint endpoint) => new(
        endpoint.WebhookId, endpoint.Url, endpoint.Types, StatusOf(endpoint), endpoint.DisabledBecause?.ToString().ToLowerInvariant(),
        endpoint.DisabledAt?.UtcDateTime, endpoint.FailingSince?.UtcDateTime, endpoint.CreatedAt.UtcDateTime);

    internal static WebhookStatus StatusOf(WebhookEndpoint endpoint) => endpoint.IsEnabled ? WebhookStatus.Enabled : WebhookStatus.Disabled;
}

/// <summary>All of them.</summary>
public sealed record WebhookListView(IReadOnlyList<WebhookView> Items);

/// <summary>An endpoint with its secret: the answer to who made the secret, and to nobody else.</summary>
/// <param name="OldSecretsUntil">Until when the last secret before it signs as well; null when there is none.</param>
public sealed record WebhookSecretView(WebhookId WebhookId, string Url, IReadOnlyList<string> Types, string Secret, WebhookStatus Status, DateTime? OldSecretsUntil)
{
    public static WebhookSecretView Of(WebhookEndpoint endpoint) => new(
        endpoint.WebhookId, endpoint.Url, endpoint.Types, endpoint.Secret, WebhookView.StatusOf(endpoint),
        endpoint.Retired is [.., var last] ? last.Until.UtcDateTime : null);

    public override string ToString() => WebhookId.Value;
}

/// <summary>A delivery with the log of its attempts.</summary>
/// <param name="DeliveryId">Of this endpoint and message.</param>
/// <param name="MessageId">The <c>webhook-id</c>.</param>
/// <param name="Note">Why it ended without a further attempt.</param>
public sealed record DeliveryView(
    string DeliveryId, string MessageId, string Type, DeliveryStatus Status, DateTime CreatedAt, DateTime? NextAt, string? Note, IReadOnlyList<AttemptView> Attempts)
{
    public static DeliveryView Of(WebhookDelivery delivery) => new(
        delivery.DeliveryId, delivery.EventId, delivery.Type, delivery.Status, delivery.CreatedAt.UtcDateTime, delivery.NextAt?.UtcDateTime, delivery.Note,
        [.. delivery.Attempts.Select(one => new AttemptView(one.Number, one.At.UtcDateTime, one.StatusCode, one.Error, one.DurationMs, one.NextAt?.UtcDateTime))]);
}

/// <summary>One try.</summary>
public sealed record AttemptView(int Number, DateTime At, int? StatusCode, string? Error, long DurationMs, DateTime? NextAt);

/// <summary>New secrets.</summary>
internal static class NewSecret
{
    private const int Bytes = 32;

    public static string Draw() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));
}
