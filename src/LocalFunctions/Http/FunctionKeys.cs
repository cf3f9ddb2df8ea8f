using System.Security.Cryptography;
using System.Text;
using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace LocalFunctions.Http;

/// <summary>
/// The keys of the host, from the settings <c>FunctionKeys:_master</c>, <c>FunctionKeys:default</c> (every function) and
/// <c>FunctionKeys:&lt;Function&gt;</c>. A request brings one in the header <c>x-functions-key</c> or the query's <c>code</c>.
/// </summary>
internal sealed class FunctionKeys(IConfiguration configuration)
{
    /// <summary>Whether the request may reach the function. Without a configured key only anonymous functions can be reached.</summary>
    public bool Allow(HttpFunction function, HttpRequest request)
    {
        if (function.Level == AuthorizationLevel.Anonymous)
            return true;
        var brought = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        if (brought.Length == 0)
            return false;
        return Matches(brought, "_master") ||
            (function.Level == AuthorizationLevel.Function && (Matches(brought, "default") || Matches(brought, function.Function.Name)));
    }

    private bool Matches(string brought, string name) =>
        configuration[$"FunctionKeys:{name}"] is { Length: > 0 } key &&
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(brought)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
