namespace Orders.Application.Events;

/// <summary>
/// What this process knows of the endpoints, so that an order that nobody wants to hear of costs no look. What it changes itself it knows at once; what another
/// instance changed after <see cref="WebhookPolicy.LookAgainAfter"/> at the latest.
/// </summary>
public sealed class WebhookDirectory(IWebhooks webhooks, WebhookPolicy policy, TimeProvider clock)
{
    private readonly Lock gate = new();
    private (WebhookRegister Register, DateTimeOffset Until)? known;

    /// <summary>As far as is known here.</summary>
    public ValueTask<WebhookRegister> KnownAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (known is { } one && clock.GetUtcNow() < one.Until)
                return new(one.Register);
        }

        return new(ReadAsync(cancellation));
    }

    /// <summary>As it is stored.</summary>
    public async Task<WebhookRegister> ReadAsync(CancellationToken cancellation)
    {
        var read = await webhooks.ReadAsync(cancellation).ConfigureAwait(false);
        Remember(read);
        return read;
    }

    /// <summary>Takes over what was read or saved; a reading that was overtaken by a save says nothing new.</summary>
    public void Remember(WebhookRegister register)
    {
        lock (gate)
        {
            if (known is null || register.Version >= known.Value.Register.Version)
                known = (register, clock.GetUtcNow() + policy.LookAgainAfter);
        }
    }
}

/// <summary>The one way in which the register is written: read, change, save on condition that nobody wrote meanwhile, else begin again.</summary>
public sealed class WebhookChanges(IWebhooks webhooks, WebhookDirectory directory)
{
    private const int MostTries = 20;

    /// <param name="change">The next version, or the same register for no change, or a refusal.</param>
    /// <returns>The register as it is now.</returns>
    /// <exception cref="DependencyUnavailableException">Too many others were writing.</exception>
    public async Task<Result<WebhookRegister>> ChangeAsync(Func<WebhookRegister, Result<WebhookRegister>> change, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var read = await directory.ReadAsync(cancellation).ConfigureAwait(false);
            var changed = change(read);
            if (!changed.Succeeded || ReferenceEquals(changed.Value, read))
                return changed;
            if (!await webhooks.SaveAsync(changed.Value, cancellation).ConfigureAwait(false))
                continue;
            directory.Remember(changed.Value);
            return changed;
        }

        throw new DependencyUnavailableException("The register of webhooks, written by many at once,");
    }

    /// <summary>Changes one endpoint; the same for no change.</summary>
    /// <returns>The endpoint as it is now, or <see cref="Refusal.NotFound"/>, or what <paramref name="change"/> refuses.</returns>
    public async Task<Result<WebhookEndpoint>> ChangeAsync(
        WebhookId id, Func<WebhookEndpoint, Result<WebhookEndpoint>> change, CancellationToken cancellation)
    {
        var changed = await ChangeAsync(
            register =>
            {
                if (register.Find(id) is not { } endpoint)
                    return NoSuchWebhook;
                var next = change(endpoint);
                return !next.Succeeded ? next.Refusal : ReferenceEquals(next.Value, endpoint) ? register : register.With(next.Value);
            },
            cancellation).ConfigureAwait(false);
        return changed.Succeeded ? changed.Value.Find(id)! : changed.Refusal;
    }

    internal static readonly Refusal NoSuchWebhook = new Refusal.NotFound("webhook");
}
