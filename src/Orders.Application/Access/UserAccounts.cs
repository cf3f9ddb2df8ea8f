using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>The body of a user's tier and limits, as support sends it: the whole of them. What is left out is the tier's.</summary>
public sealed record UserRequest(string? Tier = null, UserLimitsRequest? Limits = null);

/// <summary>Limits of it.</summary>
public sealed record UserLimitsRequest(double? RateFactor = null, int? MostUnpaidOrders = null, int? MostUnitsPerOrder = null)
{
    public const string Form = "rateFactor 0.01 to 1000, mostUnpaidOrders 1 to 100, mostUnitsPerOrder 1 to 1000000";

    public static UserLimitsRequest Of(UserLimits limits) => new(limits.RateFactor, limits.MostUnpaidOrders, limits.MostUnitsPerOrder);

    public UserLimits ToLimits() => new() { RateFactor = RateFactor, MostUnpaidOrders = MostUnpaidOrders, MostUnitsPerOrder = MostUnitsPerOrder };

    /// <summary>The field that is out of its bounds and what they are; null when none is.</summary>
    public (string Field, string Error)? Problem() =>
        RateFactor is not (null or >= 0.01 and <= 1_000) ? ("rateFactor", "must be 0.01 to 1000")
        : MostUnpaidOrders is not (null or >= 1 and <= 100) ? ("mostUnpaidOrders", "must be 1 to 100")
        : MostUnitsPerOrder is not (null or >= 1 and <= 1_000_000) ? ("mostUnitsPerOrder", "must be 1 to 1000000")
        : null;
}

/// <summary>A user as the API answers support: no addresses, those are the user's own.</summary>
/// <param name="Limits">Their own; null where the tier's stands.</param>
/// <param name="Effective">What they may.</param>
public sealed record UserView(UserId UserId, long Version, string Tier, UserLimits Limits, UserLimits Effective)
{
    public static UserView Of(User user, UserPolicy policy) => new(user.UserId, user.Version, policy.TierOf(user), user.Limits, policy.LimitsOf(user));
}

/// <summary>Tier and limits of a user. The issuer knows who exists; here everybody does, of version 0 while nothing is kept of them.</summary>
public sealed class ReadUser(IUsers users, OrderPolicy policy)
{
    public async Task<Result<UserView>> RunAsync(string userId, CancellationToken cancellation) => UserId.TryParse(userId, out var id)
        ? UserView.Of(await users.FindAsync(id, cancellation).ConfigureAwait(false) ?? new User { UserId = id }, policy.Users)
        : new Refusal.NotFound("user");
}

/// <summary>Support puts a user into a tier, or gives limits of their own. They count at once here, and within a minute on other instances.</summary>
public sealed class PutUser(UserChanges changes, OrderPolicy policy)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>; null when any will do.</param>
    public async Task<Result<UserView>> RunAsync(string userId, UserRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        if (request.Tier is { } tier && !policy.Users.Tiers.ContainsKey(tier))
            form.Error("tier", string.Create(CultureInfo.InvariantCulture, $"is none of {string.Join(", ", policy.Users.Tiers.Keys)}"));
        var limits = request.Limits ?? new UserLimitsRequest();
        if (limits.Problem() is { } problem)
            form.Error($"limits/{problem.Field}", problem.Error);
        if (form.Refusal is { } refusal)
            return refusal;
        if (!UserId.TryParse(userId, out var id))
            return new Refusal.NotFound("user");
        var changed = await changes.ChangeAsync(
            id, expectedVersion, user => user with { Tier = request.Tier, Limits = limits.ToLimits() }, cancellation).ConfigureAwait(false);
        return changed.Succeeded ? UserView.Of(changed.Value, policy.Users) : changed.Refusal;
    }
}
