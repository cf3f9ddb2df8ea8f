using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>The contract itself, for anybody.</summary>
public sealed class ContractHttp(HttpEdge edge)
{
    private static readonly Lazy<byte[]> Contract = new(ReadContract);

    [Function("ReadContract")]
    public Task<IResult> ReadContractAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/openapi.yaml")] HttpRequest request) =>
        edge.GuardAsync(request, () => Task.FromResult(new Answer(StatusCodes.Status200OK, Contract.Value) { ContentType = "application/yaml; charset=utf-8" }));

    private static byte[] ReadContract()
    {
        using var resource = typeof(ContractHttp).Assembly.GetManifestResourceStream("openapi.yaml")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
