using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using Orders.Application.Access;

namespace OrderFunctions.LocalHost.Tests.Program;

/// <summary>The simulated issuer, over real sockets, as an app on the emulators uses it.</summary>
public sealed class IssuerCommandTests
{
    [Fact]
    public async Task Issuer_IsBelievedByAnAppThatNamesIt()
    {
        var url = RunningProgram.FreeUrl();
        await RunningProgram.VisitAsync(["issuer", "--urls", url], url, async issuer =>
        {
            var identity = new Identity(new AccessOptions { Issuer = url }, TimeProvider.System);
            var token = await TokenAsync(issuer, new { sub = "anna", role = new[] { "customer", "support" } });

            var anna = Assert.IsType<Identified.As>(await AskAsync(identity, token));
            Assert.Equal(("anna", true, true, false), (anna.Caller.UserId.Value, anna.Caller.Is(Role.Customer), anna.Caller.Is(Role.Support), anna.Caller.Is(Role.Ops)));
            Assert.IsType<Identified.NotBelieved>(await AskAsync(identity, await TokenAsync(issuer, new { sub = "anna", role = "ops", expiresIn = -60 })));

            // Another audience, and the key of another life of the issuer.
            Assert.IsType<Identified.NotBelieved>(await AskAsync(new Identity(new AccessOptions { Issuer = url, Audience = "other" }, TimeProvider.System), token));
            using var stranger = new IssuerKey(url);
            Assert.IsType<Identified.NotBelieved>(await AskAsync(identity, stranger.Token("anna", ["ops"], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1))));
        });
    }

    [Fact]
    public async Task Issuer_PublishesItsPublicKeyAlone()
    {
        var url = RunningProgram.FreeUrl();
        await RunningProgram.VisitAsync(["issuer", "--urls", url], url, async issuer =>
        {
            var metadata = JsonNode.Parse(await issuer.GetStringAsync("/.well-known/openid-configuration"))!;
            Assert.Equal(url, (string)metadata["issuer"]!);

            var key = JsonNode.Parse(await issuer.GetStringAsync((string)metadata["jwks_uri"]!))!["keys"]![0]!.AsObject();

            Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.Select(member => member.Key).Order(StringComparer.Ordinal));
        });
    }

    [Theory]
    [InlineData("""{"role":"customer"}""")]
    [InlineData("""{"sub":"anna","role":"king"}""")]
    [InlineData("nonsense")]
    public async Task Nonsense_IsAProblem(string body)
    {
        var url = RunningProgram.FreeUrl();
        await RunningProgram.VisitAsync(["issuer", "--urls", url], url, async issuer =>
        {
            using var answer = await issuer.PostAsync("/local/tokens", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        });
    }

    private static async Task<string> TokenAsync(HttpClient issuer, object order)
    {
        using var answer = await issuer.PostAsJsonAsync("/local/tokens", order);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]!;
    }

    private static async Task<Identified> AskAsync(Identity identity, string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return await identity.OfAsync(context.Request);
    }
}
