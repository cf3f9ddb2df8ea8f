using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Edge;

public sealed class RoutesTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("api")]
    [InlineData("api/nothing")]
    [InlineData("api/orders/x/y/z")]
    [InlineData("api/payments/webhooks")]
    public async Task UnknownRoute_IsAProblem(string path) => IsProblem(await app.SendAsync(HttpMethod.Get, path), 404, "unknown-route");

    [Theory]
    [InlineData("DELETE", "api/orders", "GET, HEAD, POST, OPTIONS")]
    [InlineData("PUT", "api/orders/abc", "GET, HEAD, OPTIONS")]
    [InlineData("GET", "api/orders/abc/cancel", "POST, OPTIONS")]
    [InlineData("PATCH", "api/catalogue/MUG-WHITE", "GET, HEAD, PUT, OPTIONS")]
    [InlineData("POST", "api/health", "GET, HEAD, OPTIONS")]
    [InlineData("TRACE", "api/health", "GET, HEAD, OPTIONS")]
    public async Task OtherMethod_IsAProblemThatNamesTheRightOnes(string method, string path, string allowed)
    {
        var reply = await app.SendAsync(new HttpMethod(method), path);

        IsProblem(reply, 405, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", reply.ContentHeaders.Allow));
    }

    [Fact]
    public async Task Options_SaysWhatIsServed()
    {
        var reply = await app.SendAsync(HttpMethod.Options, "api/orders");

        Assert.Equal(HttpStatusCode.NoContent, reply.Status);
        Assert.Equal("GET, HEAD, POST, OPTIONS", string.Join(", ", reply.ContentHeaders.Allow));
    }

    [Fact]
    public async Task Head_IsGetWithoutABody()
    {
        var get = await app.SendAsync(HttpMethod.Get, "api/catalogue/MUG-WHITE");
        var head = await app.SendAsync(HttpMethod.Head, "api/catalogue/MUG-WHITE");

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Equal("", head.Body);
        Assert.Equal(get.ContentHeaders.ContentLength, head.ContentHeaders.ContentLength);
    }

    [Fact]
    public async Task CorrelationId_ComesBack()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/health");
        request.Headers.Add("X-Correlation-Id", "shop-4711");
        using var odd = new HttpRequestMessage(HttpMethod.Get, "api/health");
        odd.Headers.TryAddWithoutValidation("X-Correlation-Id", "with a space");

        Assert.Equal("shop-4711", (await app.SendAsync(request)).Header("X-Correlation-Id"));
        Assert.Null((await app.SendAsync(odd)).Header("X-Correlation-Id"));
    }

    [Fact]
    public async Task Health_IsForAnybody() => Assert.Equal("healthy", (await app.SendAsync(HttpMethod.Get, "api/health"))["status"]);
}
