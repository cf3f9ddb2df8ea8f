using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Hosting;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(typeof(Duplicate), "AZFW0017: The function name 'Twice' is used by multiple functions.")]
    [InlineData(typeof(Hyphen), "'my-function' is not a valid function name.")]
    [InlineData(typeof(NoName), "AZFW0013: Invalid argument passed in binding attribute.")]
    [InlineData(typeof(NotPublic), "the method and its class must be public")]
    [InlineData(typeof(AsyncVoid), "AZFW0002: Do not use void as the return type for async methods.")]
    [InlineData(typeof(TwoTriggers), "Multiple trigger bindings defined.")]
    [InlineData(typeof(TwoOnOne), "AZFW0005: Parameter 'request' must have only one binding attribute.")]
    [InlineData(typeof(NoTrigger), "No trigger binding specified.")]
    [InlineData(typeof(Generic), "a function can be neither abstract nor generic")]
    [InlineData(typeof(AbstractClass), "the class is abstract")]
    [InlineData(typeof(UnknownTrigger), "no trigger of type InventedTriggerAttribute is known to this host")]
    [InlineData(typeof(Poco), "it returns String, and the worker answers that with 200 and no body.")]
    [InlineData(typeof(PocoTrigger), "parameter 'request' must be an HttpRequest")]
    [InlineData(typeof(Unmarked), "AZFW0015: The return type for function 'Run' is missing a HttpResultAttribute")]
    [InlineData(typeof(MarkedTwice), "AZFW0007: Found multiple HTTP Response types")]
    [InlineData(typeof(AdminRoute), "The specified route conflicts with one or more built in routes.")]
    [InlineData(typeof(SameRoute), "The route specified conflicts with the route defined by function 'First'.")]
    [InlineData(typeof(BrokenRoute), "the route 'api/{id' is not a template")]
    [InlineData(typeof(NotInRoute), "nothing gives parameter 'id' a value")]
    [InlineData(typeof(Unreadable), "parameter 'id' (System.IO.Stream) can't be read from a route.")]
    [InlineData(typeof(UserLevel), "AuthorizationLevel.User is not supported by the host.")]
    public async Task WrongFunction_IsRefusedAtStart(Type wrong, string reason)
    {
        var refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => StartAsync(wrong));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RightFunction_IsNotRefused()
    {
        await using var app = await StartAsync(typeof(Right));
        Assert.Equal("Right", Assert.Single(app.Services.GetRequiredService<LocalHostStatus>().Functions).Name);
    }

    [Fact]
    public async Task AllErrors_AreShownAtOnce()
    {
        var refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => StartAsync(typeof(Duplicate), typeof(Hyphen), typeof(Poco)));
        Assert.Equal(3, refusal.Errors.Count);
    }

    [Fact]
    public async Task HttpFunctionWithoutTheIntegration_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => FunctionsTestHost.StartAsync(builder => builder.UseFunctions(typeof(Right))));
        Assert.Contains("AZFW0014: The registration for method 'ConfigureFunctionsWebApplication' is expected", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignTimeProvider_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => FunctionsTestHost.StartAsync(builder =>
        {
            builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Right));
            builder.Services.AddSingleton(TimeProvider.System);
        }));
        Assert.Contains("TimeProvider", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<FunctionsTestHost> StartAsync(params Type[] classes) =>
        FunctionsTestHost.StartAsync(builder => builder.ConfigureFunctionsWebApplication().UseFunctions(classes));

    public static class Right
    {
        [Function("Right")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();
    }

    public static class Duplicate
    {
        [Function("Twice")]
        public static IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();

        [Function("twice")]
        public static IResult Again([HttpTrigger(Route = "elsewhere")] HttpRequest request) => Results.Ok();
    }

    public static class Hyphen
    {
        [Function("my-function")]
        public static IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();
    }

    public static class NoName
    {
        [Function(null!)]
        public static IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();
    }

    public static class NotPublic
    {
        [Function("Hidden")]
        internal static IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();
    }

    public static class AsyncVoid
    {
        [Function("Void")]
        public static async void Run([HttpTrigger] HttpRequest request) => await Task.Yield();
    }

    public static class TwoTriggers
    {
        [Function("Two")]
        public static IResult Run([HttpTrigger] HttpRequest request, [HttpTrigger] HttpRequest other) => Results.Ok();
    }

    public static class TwoOnOne
    {
        [Function("TwoOnOne")]
        public static IResult Run([HttpTrigger][InventedTrigger] HttpRequest request) => Results.Ok();
    }

    public static class NoTrigger
    {
        [Function("None")]
        public static IResult Run(HttpRequest request) => Results.Ok();
    }

    public static class Generic
    {
        [Function("Generic")]
        public static IResult Run<T>([HttpTrigger] HttpRequest request) => Results.Ok(typeof(T).Name);
    }

    public abstract class AbstractClass
    {
        [Function("Abstract")]
        public IResult Run([HttpTrigger] HttpRequest request) => Results.Ok();
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class InventedTriggerAttribute : TriggerBindingAttribute;

    public static class UnknownTrigger
    {
        [Function("Unknown")]
        public static IResult Run([InventedTrigger] string text) => Results.Ok();
    }

    public static class Poco
    {
        [Function("Poco")]
        public static string Run([HttpTrigger] HttpRequest request) => "nobody gets this";
    }

    public static class PocoTrigger
    {
        [Function("PocoTrigger")]
        public static IResult Run([HttpTrigger] string request) => Results.Ok();
    }

    public static class Unmarked
    {
        [Function("Unmarked")]
        public static (IResult Answer, int Other) Tuple([HttpTrigger(Route = "tuple")] HttpRequest request) => (Results.Ok(), 1);

        [Function("Unmarked2")]
        public static Output Run([HttpTrigger] HttpRequest request) => new(Results.Ok());

        public sealed record Output(IResult Answer);
    }

    public static class MarkedTwice
    {
        [Function("MarkedTwice")]
        public static Output Run([HttpTrigger] HttpRequest request) => new(Results.Ok(), Results.Ok());

        public sealed record Output([property: HttpResult] IResult One, [property: HttpResult] IResult Two);
    }

    public static class AdminRoute
    {
        [Function("Reserved")]
        public static IResult Run([HttpTrigger(Route = "/administration")] HttpRequest request) => Results.Ok();
    }

    public static class SameRoute
    {
        [Function("First")]
        public static IResult First([HttpTrigger(AuthorizationLevel.Anonymous, "get", "put", Route = "same/{id}")] HttpRequest request, string id) => Results.Ok(id);

        [Function("Second")]
        public static IResult Second([HttpTrigger(AuthorizationLevel.Anonymous, "PUT", Route = "Same/{id}")] HttpRequest request, string id) => Results.Ok(id);
    }

    public static class BrokenRoute
    {
        [Function("BrokenRoute")]
        public static IResult Run([HttpTrigger(Route = "{id")] HttpRequest request) => Results.Ok();
    }

    public static class NotInRoute
    {
        [Function("NotInRoute")]
        public static IResult Run([HttpTrigger(Route = "things")] HttpRequest request, string id) => Results.Ok(id);
    }

    public static class Unreadable
    {
        [Function("Unreadable")]
        public static IResult Run([HttpTrigger(Route = "things/{id}")] HttpRequest request, Stream id) => Results.Ok();
    }

    public static class UserLevel
    {
        [Function("UserLevel")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request) => Results.Ok();
    }
}
