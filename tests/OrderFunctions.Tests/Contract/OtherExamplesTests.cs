using System.Net;

namespace OrderFunctions.Tests.Contract;

/// <summary>The contract's examples that are no bodies of requests: values of query parameters are sent too, and what goes out has the form of its schema.</summary>
public sealed class OtherExamplesTests
{
    private static readonly OpenApi Contract = OpenApi.Served;

    [Fact]
    public async Task ExamplesOfQueries_AreAnswered()
    {
        await using var app = await OrderApp.StartAsync();
        var sent = 0;
        foreach (var operation in Contract.Operations.Where(operation => operation.Method == "GET" && !operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var parameter in Contract.ParametersOf(operation.Node).Where(parameter => parameter["example"] is not null))
            {
                var query = $"{parameter["name"]}={Uri.EscapeDataString(parameter["example"]!.ToString())}";
                var token = operation.NeedsToken ? app.Tokens.For("alice", operation.Roles[0]) : null;
                var reply = await app.SendAsync(HttpMethod.Get, $"{operation.Path.TrimStart('/')}?{query}", token);
                Assert.True(reply.Status is HttpStatusCode.OK, $"{operation.Id} {query}: {reply}");
                Assert.Empty(SchemaCheck.Of(Contract, Contract.ResponseOf(operation, 200)!["content"]!["application/json"]!["schema"]!, reply.Json));
                sent++;
            }
        }

        Assert.True(sent >= 3, $"Only {sent} were sent.");
    }

    [Fact]
    public void ExamplesOfWebhooks_HaveTheFormOfTheirSchema()
    {
        var media = Contract.Root["webhooks"]!["orderChanged"]!["post"]!["requestBody"]!["content"]!["application/json"]!;

        Assert.NotEmpty(Operation.Examples(media));
        Assert.All(Operation.Examples(media), example => Assert.Empty(SchemaCheck.Of(Contract, media["schema"]!, example.Value)));
    }
}
