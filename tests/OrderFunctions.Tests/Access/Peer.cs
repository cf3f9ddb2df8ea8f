using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;

namespace OrderFunctions.Tests.Access;

/// <summary>A client at an address, which requests in memory otherwise have none of.</summary>
internal sealed class Peer(OrderApp app, string address, string? token = null)
{
    /// <param name="path">Without the slash at the beginning, as everywhere in these tests.</param>
    /// <param name="forwarded">What it says, or its proxy, of where the request comes from.</param>
    public Task<HttpContext> GetAsync(string path, params string[] forwarded) => ((TestServer)app.Get<IServer>()).SendAsync(context =>
    {
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = $"/{path}";
        if (forwarded.Length > 0)
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        if (token is not null)
            context.Request.Headers.Authorization = $"Bearer {token}";
    });

    public async Task<int> StatusAsync(string path, params string[] forwarded) => (await GetAsync(path, forwarded)).Response.StatusCode;

    public async Task<int[]> StatusesAsync(params string[] paths)
    {
        var statuses = new List<int>();
        foreach (var path in paths)
            statuses.Add(await StatusAsync(path));
        return [.. statuses];
    }
}
