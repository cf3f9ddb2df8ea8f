using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>A token bucket as settings give it.</summary>
public sealed record LimitOptions
{
    /// <summary>Requests that come back each second; 0 for no limit.</summary>
    public double PerSecond { get; init; }

    /// <summary>Requests that can be made at once after a pause.</summary>
    public int Burst { get; init; }

    /// <summary>Null for no limit.</summary>
    /// <exception cref="InvalidOperationException">It makes no sense; the message names the setting.</exception>
    internal BucketRule? ToRule(string name) => this switch
    {
        { PerSecond: 0 } => null,
        { PerSecond: >= 0.001 and <= 10_000_000, Burst: >= 1 and <= 10_000_000 } => new BucketRule(PerSecond, Burst),
        _ => throw new InvalidOperationException(
            $"The setting {name} must have PerSecond from 0.001 to 10,000,000 (or 0: no limit) and Burst from 1 to 10,000,000."),
    };
}

/// <summary>What stands in front of the API (section <c>Limits</c>). The defaults are Azure's; the local host has wider ones.</summary>
public sealed record AccessLimits
{
    /// <summary>Of one user, over all their tokens and addresses. 20 a second, 60 at once.</summary>
    public LimitOptions User { get; init; } = new() { PerSecond = 20, Burst = 60 };

    /// <summary>Of one address (an IPv6 /64), whoever asks from it. 100 a second, 300 at once.</summary>
    public LimitOptions Address { get; init; } = new() { PerSecond = 100, Burst = 300 };

    /// <summary>Of all API calls together, webhooks and health apart. None, unless it is set.</summary>
    public LimitOptions Global { get; init; } = new();

    /// <summary>Of one address that sends webhooks: money that comes in has a limit of its own. 200 a second, 1,000 at once.</summary>
    public LimitOptions Webhook { get; init; } = new() { PerSecond = 200, Burst = 1_000 };

    /// <summary>Of one address that asks for health. 10 a second, 50 at once.</summary>
    public LimitOptions Health { get; init; } = new() { PerSecond = 10, Burst = 50 };

    /// <summary>Answers "there is no such thing" that one user gets before those calls are refused. 30, and one more each 10 seconds.</summary>
    public LimitOptions UserMisses { get; init; } = new() { PerSecond = 0.1, Burst = 30 };

    /// <summary>The same of one address, behind which many users may be. 300, and one more each second.</summary>
    public LimitOptions AddressMisses { get; init; } = new() { PerSecond = 1, Burst = 300 };

    /// <summary>Requests under way that may change something. 1,000; one more is answered 503 at once.</summary>
    public int WritesAtOnce { get; init; } = 1_000;

    /// <summary>Reading requests under way. 1,000.</summary>
    public int ReadsAtOnce { get; init; } = 1_000;

    /// <summary>Webhooks under way. 500.</summary>
    public int WebhooksAtOnce { get; init; } = 500;

    /// <summary>Items of one list that a chain of its pages reaches. 5,000; 422 from there on.</summary>
    public int ListDepth { get; init; } = 5_000;

    /// <summary>
    /// How many proxies in front of the app append the address that they see to <c>X-Forwarded-For</c>: so many of its entries, from the right, are
    /// believed. 0: the header is not looked at. Azure's front end is one.
    /// </summary>
    public int ForwardedHops { get; init; }

    /// <summary>Networks (<c>10.0.0.0/8</c>) in which a proxy must be to be believed; empty: any peer, for an app that only its proxy reaches.</summary>
    public string[] TrustedProxies { get; init; } = [];
}

/// <summary>
/// By what a caller's own limit is multiplied: 1 for everybody, until a host registers another. Asked with each request before all else,
/// so it answers from memory.
/// </summary>
public delegate double LimitFactor(Caller caller);
