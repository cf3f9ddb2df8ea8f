using System.Net;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace LocalFunctions.Tests.Http;

public sealed class FunctionKeyTests
{
    [Theory]
    [InlineData("open", null, HttpStatusCode.OK)]
    [InlineData("keyed", null, HttpStatusCode.Unauthorized)]
    [InlineData("keyed", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("keyed", "everybody's", HttpStatusCode.OK)]
    [InlineData("keyed", "keyed's own", HttpStatusCode.OK)]
    [InlineData("keyed", "the master's", HttpStatusCode.OK)]
    [InlineData("methods", null, HttpStatusCode.Unauthorized)]
    [InlineData("methods", "keyed's own", HttpStatusCode.Unauthorized)]
    [InlineData("methods", "everybody's", HttpStatusCode.OK)]
    [InlineData("bare", null, HttpStatusCode.Unauthorized)]
    [InlineData("master-only", "everybody's", HttpStatusCode.Unauthorized)]
    [InlineData("master-only", "the master's", HttpStatusCode.OK)]
    public async Task Request_NeedsTheKeyOfItsLevel(string path, string? key, HttpStatusCode status)
    {
        await using var app = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "api/" + path);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        Assert.Equal(status, (await app.CreateClient().SendAsync(request)).StatusCode);
        if (key is not null)
            Assert.Equal(status, (await app.CreateClient().GetAsync($"api/{path}?code={Uri.EscapeDataString(key)}")).StatusCode);
    }

    private static Task<FunctionsTestHost> StartAsync() => FunctionsTestHost.StartAsync(builder =>
    {
        builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Levels));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["FunctionKeys:_master"] = "the master's",
            ["FunctionKeys:default"] = "everybody's",
            ["FunctionKeys:Keyed"] = "keyed's own",
        });
    });

    public static class Levels
    {
        [Function("Open")]
        public static IResult Open([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();

        [Function("Keyed")]
        public static IResult Keyed([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Ok();

        [Function("Methods")]
        public static IResult Methods([HttpTrigger("get")] HttpRequest request) => Results.Ok();

        [Function("Bare")]
        public static IResult Bare([HttpTrigger] HttpRequest request) => Results.Ok();

        [Function("Highest")]
        public static IResult Admin([HttpTrigger(AuthorizationLevel.Admin, Route = "master-only")] HttpRequest request) => Results.Ok();
    }
}
