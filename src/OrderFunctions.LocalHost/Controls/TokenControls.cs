using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.Access;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>POST /local/tokens</c>: what an OpenID Connect issuer does elsewhere.</summary>
internal static class TokenControls
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <param name="Sub">The subject: the buyer.</param>
    /// <param name="Role">One role, or a list of them.</param>
    /// <param name="ExpiresIn">ISO 8601 duration, or seconds; ten years of host time when left out. A negative one makes an expired token.</param>
    private sealed record TokenBody(string? Sub = null, JsonElement Role = default, JsonElement ExpiresIn = default);

    /// <summary>What is put into a token: for whom, with which roles, from when to when.</summary>
    public sealed record TokenOrder(string Sub, IReadOnlyList<string> Roles, DateTimeOffset From, DateTimeOffset Until);

    public static void Map(IEndpointRouteBuilder controls) => controls.MapPost("/tokens", (HttpRequest request, LocalKeys keys, TimeProvider clock) =>
        IssueAsync(request, clock, order => keys.Token(order.Sub, order.Roles, order.From, order.Until)));

    /// <param name="request">What was asked for.</param>
    /// <param name="clock">By which tokens live.</param>
    /// <param name="sign">Makes the token.</param>
    public static async Task<IResult> IssueAsync(HttpRequest request, TimeProvider clock, Func<TokenOrder, string> sign)
    {
        var (body, problem) = await ControlResults.ReadAsync<TokenBody>(request);
        if (body is null)
            return problem!;
        if (!UserId.TryParse(body.Sub, out var sub))
            return ControlResults.Invalid("'sub' is 1 to 100 visible characters.");
        if (Roles(body.Role) is not { Count: > 0 } roles)
            return ControlResults.Invalid("'role' is one or several of customer, merchant, support, ops, carrier.");
        if (Expiry(body.ExpiresIn) is not { } lifetime)
            return ControlResults.Invalid("'expiresIn' is an ISO 8601 duration such as PT1H, or a number of seconds.");
        var now = clock.GetUtcNow();
        var from = lifetime < TimeSpan.Zero ? now + lifetime - TimeSpan.FromHours(1) : now;
        return ControlResults.Ok(new { token = sign(new TokenOrder(sub.Value, roles, from, now + lifetime)), expiresAt = now + lifetime });
    }

    private static List<string>? Roles(JsonElement role)
    {
        var names = role.ValueKind switch
        {
            JsonValueKind.String => [role.GetString()!],
            JsonValueKind.Array when role.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) => role.EnumerateArray().Select(one => one.GetString()!).ToList(),
            _ => new List<string>(),
        };
        return names.TrueForAll(name => RoleNames.TryParse(name, out _)) ? names : null;
    }

    private static TimeSpan? Expiry(JsonElement expiresIn)
    {
        switch (expiresIn.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return Lifetime;
            case JsonValueKind.Number when expiresIn.TryGetDouble(out var seconds) && Math.Abs(seconds) <= Lifetime.TotalSeconds:
                return TimeSpan.FromSeconds(seconds);
            case JsonValueKind.String:
                var text = expiresIn.GetString()!;
                var negative = text.StartsWith('-');
                return ClockControls.ParseDuration(negative ? text[1..] : text) is { } span && span <= Lifetime ? (negative ? -span : span) : null;
            default:
                return null;
        }
    }
}
