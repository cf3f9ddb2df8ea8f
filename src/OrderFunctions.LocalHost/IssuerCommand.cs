using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderFunctions.LocalHost.Controls;

namespace OrderFunctions.LocalHost;

/// <summary>
/// Runs a simulated OpenID Connect issuer alone, for an app on this machine's emulators, which believes nobody else's tokens: its metadata, its key, and a control that gives tokens to anybody.
/// </summary>
internal static class IssuerCommand
{
    private const string DefaultUrls = "http://localhost:7073";

    public static async Task<int> RunAsync(LocalHostArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var listen = arguments.Listen ?? ListenAddresses.Of(DefaultUrls);
        var issuer = listen.Own.GetLeftPart(UriPartial.Authority);
        using var key = new IssuerKey(issuer);
        var builder = WebApplication.CreateSlimBuilder([]);
        builder.Logging.AddQuietStart();
        builder.Services.AddRouting();
        builder.WebHost.UseUrls(listen.Urls);
        await using var app = builder.Build();
        Map(app, issuer, key);
        await app.StartAsync(stopping);
        await output.WriteLineAsync($$"""

            The simulated issuer is ready at {{issuer}}; its tokens end with it.

            Let an app on this machine believe it with these settings:
              Access__Issuer={{issuer}}
              Access__Audience={{LocalKeys.Audience}}

            Have a token with:
              curl -s {{issuer}}/local/tokens --json '{"sub": "anna", "role": "customer"}'
            """);
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }

    private static void Map(WebApplication app, string issuer, IssuerKey key)
    {
        app.MapGet("/.well-known/openid-configuration", () => ControlResults.Ok(new
        {
            issuer,
            jwks_uri = $"{issuer}/.well-known/keys",
            id_token_signing_alg_values_supported = new[] { IssuerKey.Algorithm },
        }));
        app.MapGet("/.well-known/keys", () => ControlResults.Ok(new { keys = new[] { key.Published } }));
        var controls = app.MapGroup("/local");
        controls.AddEndpointFilter(ControlResults.GuardAsync);
        controls.MapPost("/tokens", (HttpRequest request) =>
            TokenControls.IssueAsync(request, TimeProvider.System, order => key.Token(order.Sub, order.Roles, order.From, order.Until)));
    }
}
