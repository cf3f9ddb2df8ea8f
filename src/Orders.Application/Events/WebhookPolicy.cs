namespace Orders.Application.Events;

/// <summary>How messages go out to the systems of the shop: settings (section <c>Webhooks</c>).</summary>
public sealed record WebhookPolicy
{
    /// <summary>
    /// The waits after the first, second, … failed attempt, as Standard Webhooks suggests them: about three days in all. After the last of them
    /// a delivery is given up.
    /// </summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The longest wait that an endpoint can ask for with <c>Retry-After</c>.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>How long an old secret goes on signing beside the new one.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromHours(24);

    /// <summary>How long an endpoint may fail without one success before it is disabled.</summary>
    public static readonly TimeSpan FailsAtMost = TimeSpan.FromDays(5);

    /// <summary>
    /// Whether endpoints may be reached over http, and at loopback and private addresses: for one's own machine. Elsewhere the shop would knock at
    /// doors within its network for whoever registers an endpoint. False.
    /// </summary>
    public bool AllowPrivate { get; init; }

    /// <summary>How long deliveries that have ended are kept, with the log of their attempts. 30 days.</summary>
    public int LogDays { get; init; } = 30;

    /// <summary>By what share of itself a wait can grow, so that what failed together does not come back together. 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>How long an endpoint may take for its answer. 15 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For how long a process goes by what it knows of the endpoints, which another instance may have changed. 15 seconds.</summary>
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a process has for an attempt before another may make it: longer than the endpoint has.</summary>
    public TimeSpan Claim => Timeout + TimeSpan.FromSeconds(45);

    /// <summary>The wait after so many failed attempts, without jitter; null when they were the last.</summary>
    public static TimeSpan? WaitAfter(int attempts) => attempts <= Waits.Count ? Waits[attempts - 1] : null;

    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public void Check()
    {
        static InvalidOperationException Wrong(string name, string must) => new($"The setting Webhooks:{name} must be {must}.");
        if (LogDays is < 1 or > 3_650)
            throw Wrong(nameof(LogDays), "1 to 3650");
        if (Jitter is not (>= 0 and <= 1))
            throw Wrong(nameof(Jitter), "0 to 1");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
            throw Wrong(nameof(Timeout), "a second to a minute");
        if (LookAgainAfter <= TimeSpan.Zero || LookAgainAfter > TimeSpan.FromMinutes(5))
            throw Wrong(nameof(LookAgainAfter), "longer than zero and at most 5 minutes");
    }
}
