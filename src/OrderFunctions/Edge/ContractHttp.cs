using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;

namespace OrderFunctions.Edge;

/// <summary>The contract itself and whether the app is up: for anybody.</summary>
public sealed class ContractHttp(HttpEdge edge)
{
    private static readonly Lazy<byte[]> Contract = new(ReadContract);

    [Function("ReadContract")]
    public Task<IResult> ReadContractAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/openapi.yaml")] HttpRequest request) =>
        edge.GuardAsync(request, () => Task.FromResult(new Answer(StatusCodes.Status200OK, Contract.Value) { ContentType = "application/yaml; charset=utf-8" }));

    [Function("ReadHealth")]
    public Task<IResult> ReadHealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/health")] HttpRequest request) =>
        edge.GuardAsync(request, () => Task.FromResult(Answer.Of(StatusCodes.Status200OK, new HealthView("ok"), EdgeJson.Default.HealthView)), Traffic.Health);

    private static byte[] ReadContract()
    {
        using var resource = typeof(ContractHttp).Assembly.GetManifestResourceStream("openapi.yaml")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>What <c>GET /api/health</c> answers.</summary>
public sealed record HealthView(string Status);
