using System.Net;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;

namespace OrderFunctions.Tests.Contract;

/// <summary>The contract and the code say the same, in both directions.</summary>
public sealed class ContractTests
{
    private static readonly OpenApi Contract = OpenApi.Served;

    [Fact]
    public void Functions_AreTheOperationsOfTheContract()
    {
        var served = from route in new Routes().All
                     where route.Methods.Count > 0 && route.Template.StartsWith("api/", StringComparison.Ordinal)
                     from method in route.Methods
                     where method != HttpMethods.Head
                     select $"{method} /{route.Template} {route.Function}";
        var promised = Contract.Operations.Select(operation => $"{operation.Method} {operation.Path} {operation.Id}");

        Assert.Equal(promised.Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));
    }

    /// <summary>The contract is about what is under <c>/api</c>; the console is pages for people.</summary>
    [Fact]
    public void Functions_OutsideTheContract_AreTheConsoleAlone() => Assert.Equal(
        ["console/{*path}"], new Routes().All.Select(route => route.Template).Where(template => !template.StartsWith("api/", StringComparison.Ordinal)));

    [Fact]
    public void ReadingFunctions_ServeHeadToo() => Assert.All(
        new Routes().All.Where(route => route.Methods.Contains("GET")), route => Assert.Contains("HEAD", route.Methods));

    [Fact]
    public void Problems_AreThoseOfTheContract() =>
        Assert.Equal(Contract.ProblemTypes.Order(StringComparer.Ordinal), Problems.All.Select(problem => problem.Type).Order(StringComparer.Ordinal));

    [Fact]
    public void Problems_AreListedAll()
    {
        var declared = typeof(Problems).GetFields().Where(field => field.FieldType == typeof(Problem)).Select(field => (Problem)field.GetValue(null)!);

        Assert.Equal(declared.Select(problem => problem.Name).Order(StringComparer.Ordinal), Problems.All.Select(problem => problem.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operations_ThatTakeATokenSayWhatHappensWithoutOne() => Assert.All(
        Contract.Operations.Where(operation => operation.NeedsToken),
        operation =>
        {
            Assert.NotNull(Contract.ResponseOf(operation, StatusCodes.Status401Unauthorized));
            Assert.NotNull(Contract.ResponseOf(operation, StatusCodes.Status403Forbidden));
        });

    [Fact]
    public void Operations_SayWhatHappensWhenThereIsTooMuch() => Assert.All(Contract.Operations, operation =>
    {
        Assert.True(Contract.ResponseOf(operation, StatusCodes.Status429TooManyRequests) is not null, $"{operation.Id} says nothing of 429.");
        Assert.True(Contract.ResponseOf(operation, StatusCodes.Status503ServiceUnavailable) is not null, $"{operation.Id} says nothing of 503.");
    });

    [Fact]
    public void Operations_OnAnOrderSayWhatHappensWhenThereIsNone() => Assert.All(
        Contract.Operations.Where(operation => operation.Path.Contains("{orderId}", StringComparison.Ordinal)),
        operation => Assert.NotNull(Contract.ResponseOf(operation, StatusCodes.Status404NotFound)));

    /// <summary>Azure's host tries routes in the order of the functions' names, whatever their templates: the first that matches serves.</summary>
    [Fact]
    public void Routes_LeadToTheirOwnFunctionWhenTriedByName()
    {
        var tried = new Routes().All.OrderBy(route => route.Function, StringComparer.OrdinalIgnoreCase).ToList();

        foreach (var route in tried)
        {
            var path = new PathString("/" + route.Template.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal));
            foreach (var method in route.Methods.DefaultIfEmpty("GET"))
                Assert.Equal(route.Function, tried.First(other => (other.Methods.Count == 0 || other.Methods.Contains(method)) && Routes.Matches(other.Template, path)).Function);
        }
    }

    [Fact]
    public async Task Contract_IsServedAsItStands()
    {
        await using var app = await OrderApp.StartAsync();

        var reply = await app.SendAsync(HttpMethod.Get, "api/openapi.yaml");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/yaml", reply.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(Contract.Operations.Count, new OpenApi(reply.Body).Operations.Count);
    }
}
