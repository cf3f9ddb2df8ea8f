using System.Security.Cryptography;
using System.Text;
using Orders.Application.Access;

namespace Orders.Application.Events;

/// <summary>Registers an endpoint. Its id follows from caller and key, so a repeat finds its own, and is shown its secret for as long as it is the first one.</summary>
public sealed class RegisterWebhook(WebhookChanges changes, WebhookPolicy policy, TimeProvider clock)
{
    /// <param name="key">The caller's idempotency key, or what else makes this request one of a kind.</param>
    public async Task<Result<WebhookSecretView>> RunAsync(Caller caller, WebhookRequest request, string key, CancellationToken cancellation)
    {
        var form = new Form();
        var (url, types) = request.Check(form, policy.AllowPrivate);
        if (form.Refusal is { } refusal)
            return refusal;
        var wanted = new WebhookEndpoint
        {
            WebhookId = WebhookId.Derive(caller.UserId, key),
            Url = url,
            Types = types,
            Secret = NewSecret.Draw(),
            CreatedAt = clock.GetUtcNow(),
        };
        var changed = await changes.ChangeAsync(register => Add(register, wanted), cancellation).ConfigureAwait(false);
        return changed.Succeeded ? WebhookSecretView.Of(changed.Value.Find(wanted.WebhookId)!) : changed.Refusal;
    }

    private static Result<WebhookRegister> Add(WebhookRegister register, WebhookEndpoint wanted)
    {
        if (register.Find(wanted.WebhookId) is { } earlier)
        {
            return earlier.RotatedBy is null && earlier.Url == wanted.Url && earlier.Types.SequenceEqual(wanted.Types)
                ? register
                : new Refusal.OtherRequestWithKey();
        }

        return register.Endpoints.Count < WebhookRegister.MostEndpoints
            ? register.With(wanted)
            : new Refusal.WebhookLimit("endpoints", WebhookRegister.MostEndpoints);
    }
}

/// <summary>All endpoints, in the order in which they were registered.</summary>
public sealed class ListWebhooks(WebhookDirectory directory)
{
    public async Task<WebhookListView> RunAsync(CancellationToken cancellation) =>
        new([.. (await directory.ReadAsync(cancellation).ConfigureAwait(false)).Endpoints.Select(WebhookView.Of)]);
}

/// <summary>One endpoint.</summary>
public sealed class ReadWebhook(WebhookDirectory directory)
{
    public async Task<Result<WebhookView>> RunAsync(string webhookId, CancellationToken cancellation) =>
        WebhookId.TryParse(webhookId, out var id) && (await directory.ReadAsync(cancellation).ConfigureAwait(false)).Find(id) is { } endpoint
            ? WebhookView.Of(endpoint)
            : new Refusal.NotFound("webhook");
}

/// <summary>Takes an endpoint away. What was under way to it ends without another attempt; its log goes with the nights.</summary>
public sealed class DeleteWebhook(WebhookChanges changes)
{
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> RunAsync(string webhookId, CancellationToken cancellation) => WebhookId.TryParse(webhookId, out var id)
        ? (await changes.ChangeAsync(
            register => register.Find(id) is null ? WebhookChanges.NoSuchWebhook : register.Without(id), cancellation).ConfigureAwait(false)).Refusal
        : WebhookChanges.NoSuchWebhook;
}

/// <summary>
/// Gives an endpoint a new secret. The old one goes on signing beside it for a day, so that its owner can put the new one in place meanwhile. A repeat of
/// the request is shown the same secret and retires nothing.
/// </summary>
public sealed class RotateWebhookSecret(WebhookChanges changes, TimeProvider clock)
{
    /// <param name="key">The caller's idempotency key, or what else makes this request one of a kind.</param>
    public async Task<Result<WebhookSecretView>> RunAsync(Caller caller, string webhookId, string key, CancellationToken cancellation)
    {
        if (!WebhookId.TryParse(webhookId, out var id))
            return WebhookChanges.NoSuchWebhook;
        var (secret, request) = (NewSecret.Draw(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.UserId}\n{key}"))));
        var changed = await changes.ChangeAsync(id, endpoint => Rotate(endpoint, secret, request, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        return changed.Succeeded ? WebhookSecretView.Of(changed.Value) : changed.Refusal;
    }

    private static Result<WebhookEndpoint> Rotate(WebhookEndpoint endpoint, string secret, string request, DateTimeOffset now)
    {
        if (endpoint.RotatedBy == request)
            return endpoint;
        var retired = endpoint.Retired.Where(old => old.Until > now).Append(new RetiredSecret(endpoint.Secret, now + WebhookPolicy.SecretOverlap)).ToList();
        return retired.Count < WebhookEndpoint.MostSecrets
            ? endpoint with { Secret = secret, Retired = retired, RotatedBy = request }
            : new Refusal.WebhookLimit("secrets that sign at a time", WebhookEndpoint.MostSecrets);
    }
}

/// <summary>Sends to a disabled endpoint again, beginning with the next message; what it missed can be sent again one by one.</summary>
public sealed class EnableWebhook(WebhookChanges changes)
{
    public async Task<Result<WebhookView>> RunAsync(string webhookId, CancellationToken cancellation)
    {
        if (!WebhookId.TryParse(webhookId, out var id))
            return WebhookChanges.NoSuchWebhook;
        var changed = await changes.ChangeAsync(
            id,
            Result<WebhookEndpoint> (endpoint) => endpoint.IsEnabled ? endpoint : endpoint with { DisabledAt = null, DisabledBecause = null, FailingSince = null },
            cancellation).ConfigureAwait(false);
        return changed.Succeeded ? WebhookView.Of(changed.Value) : changed.Refusal;
    }
}
