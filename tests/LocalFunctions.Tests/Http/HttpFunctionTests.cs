using System.Net;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace LocalFunctions.Tests.Http;

public sealed class HttpFunctionTests
{
    [Theory]
    [InlineData("api/things/apple", "apple", HttpStatusCode.OK)]
    [InlineData("api/action/7", "{\"id\":7}", HttpStatusCode.Accepted)]
    [InlineData("api/action", "{\"id\":null}", HttpStatusCode.Accepted)]
    [InlineData("api/typed/0198f1d2-0000-7000-8000-000000000001/true", "0198f1d2-0000-7000-8000-000000000001 True", HttpStatusCode.OK)]
    [InlineData("api/Plain", "", HttpStatusCode.OK)]
    [InlineData("api/multi", "from the marked property", HttpStatusCode.OK)]
    public async Task Request_ReachesItsFunction(string path, string body, HttpStatusCode status)
    {
        await using var app = await StartAsync();
        var answer = await app.CreateClient().GetAsync(path);
        Assert.True(status == answer.StatusCode, app.Log.ToString());
        Assert.Equal(body, (await answer.Content.ReadAsStringAsync()).Trim('"'));
    }

    private static Task<FunctionsTestHost> StartAsync() => FunctionsTestHost.StartAsync(builder =>
        builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Things)));

    public sealed class Things
    {
        [Function("Thing")]
        public static IResult Thing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{name}")] HttpRequest request, string name) =>
            Results.Text(name);

        [Function("Action")]
        public async Task<IActionResult> ActionAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "action/{id:int?}")] HttpRequest request, int? id, CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            return new ObjectResult(new { Id = id }) { StatusCode = 202 };
        }

        [Function("Typed")]
        public ValueTask<IResult> Typed(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "typed/{id}/{flag}")] HttpRequest request, FunctionContext context, Guid id, bool flag) =>
            new(Results.Text($"{id} {flag}"));

        [Function("Plain")]
        public void Plain([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => request.HttpContext.Response.StatusCode = 200;

        [Function("Multi")]
        public Output Multi([HttpTrigger(AuthorizationLevel.Anonymous, Route = "multi")] HttpRequest request) => new(Results.Text("from the marked property"));
    }

    public sealed record Output([property: HttpResult] IResult Answer);
}
