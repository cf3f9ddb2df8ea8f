using Microsoft.AspNetCore.Http;

namespace Orders.CosmosDouble;

/// <summary>A request of the protocol: where it goes, its headers and its body.</summary>
internal sealed class GatewayRequest
{
    private readonly IHeaderDictionary headers;

    private GatewayRequest(string method, string[] path, IHeaderDictionary headers, byte[] body)
    {
        (Method, Path, this.headers, Body) = (method, path, headers, body);
        Seen = new SeenRequest(method, path.Length > 3 ? path[3] : null, WhatItIs());
    }

    public string Method { get; }

    /// <summary><c>dbs</c>, its name, <c>colls</c>, its name, and so on.</summary>
    public string[] Path { get; }

    public byte[] Body { get; }

    public SeenRequest Seen { get; }

    /// <summary>The service ends a page where it likes, at or before the size that was asked for.</summary>
    public int MostInAPage { get; init; }

    public bool IsQuery => Is("x-ms-documentdb-isquery");

    public bool IsPlan => Is("x-ms-cosmos-is-query-plan-request");

    public bool IsBatch => Is("x-ms-cosmos-is-batch-request");

    public bool IsUpsert => Is("x-ms-documentdb-is-upsert");

    public bool IsFeed => this["A-IM"] is not null;

    /// <summary>Whether the client wants no document back.</summary>
    public bool IsMinimal => this["Prefer"] == "return=minimal";

    public string? this[string name] => headers.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;

    public static async Task<GatewayRequest> ReadAsync(HttpRequest request, int mostInAPage)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body).ConfigureAwait(false);
        var path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new GatewayRequest(request.Method, path, request.Headers, body.ToArray()) { MostInAPage = mostInAPage };
    }

    private bool Is(string header) => bool.TryParse(this[header], out var set) && set;

    private string WhatItIs() => Path.Length switch
    {
        0 => "account",
        <= 2 => "database",
        <= 4 => "container",
        5 when Path[4] == "pkranges" => "ranges",
        5 when IsPlan => "plan",
        5 when IsBatch => "batch",
        5 when IsQuery => "query",
        5 when Method == "GET" => "feed",
        5 => IsUpsert ? "upsert" : "create",
        _ => Method switch { "GET" => "read", "PUT" => "replace", "DELETE" => "delete", "PATCH" => "patch", _ => Method },
    };
}
