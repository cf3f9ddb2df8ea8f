namespace Orders.Application.Access;

/// <summary>Tiers of users and what each may (section <c>Orders:Users</c>).</summary>
public sealed record UserPolicy
{
    /// <summary>Of users whom nobody has put into another. <c>standard</c>.</summary>
    public string DefaultTier { get; init; } = "standard";

    /// <summary>Limits by tier: <c>standard</c> without any, <c>silver</c> with twice the requests and <c>gold</c> with five times. More can be added.</summary>
    public Dictionary<string, UserLimits> Tiers { get; init; } = new(StringComparer.Ordinal)
    {
        ["standard"] = new UserLimits(),
        ["silver"] = new UserLimits { RateFactor = 2 },
        ["gold"] = new UserLimits { RateFactor = 5 },
    };

    /// <summary>For how long a user's limits are used again without a look; a change made by another instance counts after that. 1 minute.</summary>
    public TimeSpan LimitsKnownFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What a user may: their own limits over those of their tier. A tier that the settings no longer have is the default one.</summary>
    public UserLimits LimitsOf(User? user) => (user?.Limits ?? UserLimits.None).Over(Tiers.GetValueOrDefault(TierOf(user), UserLimits.None));

    public string TierOf(User? user) => user?.Tier is { } tier && Tiers.ContainsKey(tier) ? tier : DefaultTier;

    /// <summary>Null when the settings make sense, else what is wrong.</summary>
    public string? Complaint() =>
        !Tiers.ContainsKey(DefaultTier) ? $"{nameof(DefaultTier)} is none of the tiers"
        : LimitsKnownFor <= TimeSpan.Zero ? $"{nameof(LimitsKnownFor)} must be longer than zero"
        : Tiers.FirstOrDefault(tier => UserLimitsRequest.Of(tier.Value).Problem() is not null) is { Key: { } wrong } ? $"Tiers:{wrong} is not {UserLimitsRequest.Form}"
        : null;
}
