using System.Net;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;

namespace OrderFunctions.Tests.Access;

/// <summary>Whose address a request counts for, with proxies between, and liars.</summary>
public sealed class ForwardedTests
{
    [Theory]
    // No proxy is set: whatever the header says, it is the connection that counts.
    [InlineData(0, "", "192.0.2.1", "203.0.113.9", "192.0.2.1")]
    // One proxy: it appended the last entry, and what stands before it the client may have made up.
    [InlineData(1, "", "10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData(1, "", "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9")]
    [InlineData(1, "", "10.0.0.1", "1.1.1.1,2.2.2.2,203.0.113.9", "203.0.113.9")]
    [InlineData(2, "", "10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9")]
    [InlineData(2, "", "10.0.0.1", "203.0.113.9", "203.0.113.9")]
    // With a port, as Azure's front end writes it, and IPv6 in both ways.
    [InlineData(1, "", "10.0.0.1", "203.0.113.9:51123", "203.0.113.9")]
    [InlineData(1, "", "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1")]
    [InlineData(1, "", "10.0.0.1", "2001:db8::1", "2001:db8::1")]
    // Nothing that could be an address: the proxy itself counts, and not nobody.
    [InlineData(1, "", "10.0.0.1", "unknown", "10.0.0.1")]
    [InlineData(1, "", "10.0.0.1", "203.0.113.9, ", "10.0.0.1")]
    [InlineData(1, "", "10.0.0.1", "", "10.0.0.1")]
    // Only proxies of ours are believed.
    [InlineData(1, "10.0.0.0/8", "10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData(1, "10.0.0.0/8", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData(1, "10.0.0.0/8", "192.0.2.1", "203.0.113.9", "192.0.2.1")]
    [InlineData(2, "10.0.0.0/8", "10.0.0.1", "1.1.1.1, 192.0.2.7", "192.0.2.7")]
    public void Address_IsThatOf(int hops, string trusted, string peer, string forwarded, string expected) =>
        Assert.Equal(Of(0, "", expected, null), Of(hops, trusted, peer, forwarded));

    [Fact]
    public void Header_ThatComesInSeveralLines_IsOneList()
    {
        var request = RequestFrom("10.0.0.1");
        request.Headers["X-Forwarded-For"] = new(["1.1.1.1", "203.0.113.9"]);

        Assert.Equal(Of(0, "", "203.0.113.9", null), new CallerAddress(new AccessLimits { ForwardedHops = 1 }).Of(request));
    }

    /// <summary>Over HTTP: a new made-up address with each request doesn't help.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Liar_IsLimitedAsWhoItIs(int hops)
    {
        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddLimits(new AccessLimits { Address = new() { PerSecond = 1, Burst = 3 }, ForwardedHops = hops }));
        var peer = new Peer(app, "192.0.2.1");

        var statuses = new List<int>();
        for (var n = 0; n < 6; n++)
            statuses.Add(hops == 0 ? await peer.StatusAsync("api/catalogue", $"203.0.113.{n}") : await peer.StatusAsync("api/catalogue", $"203.0.113.{n}, 198.51.100.1"));

        Assert.Equal([200, 200, 200, 429, 429, 429], statuses);
    }

    private static ulong? Of(int hops, string trusted, string peer, string? forwarded)
    {
        var request = RequestFrom(peer);
        if (forwarded is not null)
            request.Headers["X-Forwarded-For"] = forwarded;
        return new CallerAddress(new AccessLimits { ForwardedHops = hops, TrustedProxies = trusted.Length == 0 ? [] : [trusted] }).Of(request);
    }

    private static HttpRequest RequestFrom(string peer)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        return context.Request;
    }
}
