using System.Net;
using Microsoft.IdentityModel.Tokens;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

public sealed class IdentityTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Token_ThatHolds_IsBelieved() => Assert.Equal(HttpStatusCode.OK, (await ListAsync(app.Tokens.Make())).Status);

    [Fact]
    public async Task Roles_AsAList_AllCount() =>
        Assert.Equal(HttpStatusCode.OK, (await ListAsync(app.Tokens.Make(roles: ["carrier", "customer"]))).Status);

    [Fact]
    public async Task Roles_InTheClaimRoles_CountToo() =>
        Assert.Equal(HttpStatusCode.OK, (await ListAsync(app.Tokens.Make(roles: ["customer"], roleClaim: "roles"))).Status);

    [Fact]
    public async Task NoToken_IsAskedForOne_WithoutAnError()
    {
        var reply = await ListAsync(token: null);

        IsProblem(reply, 401, "unauthenticated");
        Assert.DoesNotContain("error=", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    public static TheoryData<string> WrongTokens => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task Token_ThatDoesNotHold_IsRefused(string what)
    {
        var reply = await ListAsync(Wrong[what](app.Tokens));

        IsProblem(reply, 401, "unauthenticated");
        Assert.Contains("error=\"invalid_token\"", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ThatWasBelieved_IsNotBelievedPastItsEnd()
    {
        var token = app.Tokens.Make(validFor: TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await ListAsync(token)).Status);

        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(51));

        IsProblem(await ListAsync(token), 401, "unauthenticated");
    }

    [Theory]
    [InlineData("")]
    [InlineData("wizard")]
    [InlineData("Customer")]
    public async Task Token_WithoutARoleThatWeKnow_MayDoNothing(string role) =>
        IsProblem(await ListAsync(app.Tokens.Make(roles: role.Length == 0 ? [] : [role])), 403, "forbidden");

    private static readonly Dictionary<string, Func<Tokens, string>> Wrong = new()
    {
        ["not a token"] = _ => "not-a-token",
        ["another key"] = tokens => tokens.Make(key: Tokens.ForeignKey),
        ["another issuer"] = tokens => tokens.Make(issuer: "https://somebody.test"),
        ["another audience"] = tokens => tokens.Make(audience: "books"),
        ["expired"] = tokens => tokens.Make(validIn: TimeSpan.FromHours(-2)),
        ["not valid yet"] = tokens => tokens.Make(validIn: TimeSpan.FromHours(1)),
        ["the right key by an algorithm that is not on the list"] = tokens => tokens.Make(algorithm: SecurityAlgorithms.HmacSha512),
        ["no signature"] = tokens => Unsigned(tokens.Make()),
        ["no subject"] = tokens => tokens.Make(sub: null),
        ["a subject with a space"] = tokens => tokens.Make(sub: "alice and bob"),
        ["a changed subject"] = tokens => Changed(tokens.Make()),
    };

    /// <summary>alg none: what a validator that trusts the header would let through.</summary>
    private static string Unsigned(string token) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("alice", "bobby", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private Task<Reply> ListAsync(string? token) => app.SendAsync(HttpMethod.Get, "api/orders", token);
}
