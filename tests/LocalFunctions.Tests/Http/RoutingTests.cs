using System.Net;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;

namespace LocalFunctions.Tests.Http;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("GET", "things/7", HttpStatusCode.OK, "thing 7")]
    [InlineData("GET", "things/special", HttpStatusCode.OK, "the special one")]
    [InlineData("DELETE", "things/7", HttpStatusCode.MethodNotAllowed, "")]
    [InlineData("GET", "nothing/here", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "api/things/7", HttpStatusCode.NotFound, "")]
    public async Task WithoutCatchAll_RoutingAnswersPlainly(string method, string path, HttpStatusCode status, string body)
    {
        await using var app = await StartAsync(typeof(Things));
        await AssertAnswer(app, method, path, status, body);
    }

    [Theory]
    [InlineData("GET", "things/7", HttpStatusCode.OK, "thing 7")]
    [InlineData("DELETE", "things/7", HttpStatusCode.NotFound, "caught things/7")]
    [InlineData("GET", "nothing/here", HttpStatusCode.NotFound, "caught nothing/here")]
    [InlineData("GET", "", HttpStatusCode.NotFound, "caught ")]
    [InlineData("GET", "local/clock", HttpStatusCode.OK, "the host's own")]
    public async Task WithCatchAll_ItGetsUnknownRoutesAndWrongMethods(string method, string path, HttpStatusCode status, string body)
    {
        await using var app = await StartAsync(typeof(Things), typeof(CatchAll));
        await AssertAnswer(app, method, path, status, body);
    }

    [Fact]
    public async Task RoutePrefix_ComesFromHostJson_AndIsApiWithoutOne()
    {
        await using var app = await FunctionsTestHost.StartAsync(builder => builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Things)));
        await AssertAnswer(app, "GET", "api/things/7", HttpStatusCode.OK, "thing 7");
        await AssertAnswer(app, "GET", "things/7", HttpStatusCode.NotFound, "");
    }

    private static async Task AssertAnswer(FunctionsTestHost app, string method, string path, HttpStatusCode status, string body)
    {
        var answer = await app.CreateClient().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal((status, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    private static Task<FunctionsTestHost> StartAsync(params Type[] classes) => FunctionsTestHost.StartAsync(builder => builder
        .ConfigureFunctionsWebApplication()
        .UseFunctions(classes)
        .ConfigureLocalHost(local =>
        {
            local.HostJsonPath = EmptyPrefix.Value;
            local.Endpoints.Add(endpoints => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(
                endpoints, "/local/clock", context => context.Response.WriteAsync("the host's own")));
        }));

    private static readonly Lazy<string> EmptyPrefix = new(() =>
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("local-functions-").FullName, "host.json");
        File.WriteAllText(path, """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""");
        return path;
    });

    public static class Things
    {
        [Function("Thing")]
        public static IResult Thing([HttpTrigger(AuthorizationLevel.Anonymous, "get", "put", Route = "things/{id:int}")] HttpRequest request, int id) =>
            Results.Text($"thing {id}");

        [Function("Special")]
        public static IResult Special([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/special")] HttpRequest request) =>
            Results.Text("the special one");
    }

    public static class CatchAll
    {
        [Function("NotFound")]
        public static IResult NotFound([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request, string? path) =>
            Results.Text($"caught {path}", statusCode: 404);
    }
}
