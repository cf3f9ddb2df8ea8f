using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Edge;

/// <summary>ETag, If-Match and If-None-Match.</summary>
public sealed class VersionTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task ETag_IsTheVersion()
    {
        var placed = await app.PlaceAsync("alice", "k1");

        Assert.Equal("\"1\"", placed.Header("ETag"));
        Assert.Equal($"/api/orders/{placed["orderId"]}", placed.Header("Location"));
        Assert.Equal("\"1\"", (await app.ReadAsync(placed["orderId"])).Header("ETag"));
    }

    [Fact]
    public async Task Change_OfTheVersionThatWasSeen_IsMade()
    {
        var orderId = await app.PlacedAsync();

        var cancelled = await CancelAsync(orderId, "\"1\"");

        Assert.Equal((HttpStatusCode.OK, "Cancelled", "\"2\""), (cancelled.Status, cancelled["status"], cancelled.Header("ETag")));
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"one\"")]
    [InlineData("\"-1\"")]
    public async Task Change_OfAnotherVersion_IsRefused(string tag)
    {
        var orderId = await app.PlacedAsync();

        IsProblem(await CancelAsync(orderId, tag), 412, "version-mismatch");
        Assert.Equal("PendingPayment", (await app.ReadAsync(orderId))["status"]);
    }

    [Fact]
    public async Task Payment_OfAnotherVersion_IsRefused()
    {
        var orderId = await app.PlacedAsync();

        IsProblem(await app.SendAsync(HttpMethod.Post, $"api/orders/{orderId}/payments", app.Tokens.For("alice", "customer"), key: "p1", ifMatch: "\"2\""), 412, "version-mismatch");
        Assert.Empty((await app.ReadAsync(orderId)).Json["payments"]!.AsArray());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("\"\"")]
    public async Task IfMatch_ThatIsNoTag_IsRefused(string tag) =>
        IsProblem(await CancelAsync(await app.PlacedAsync(), tag), 400, "invalid-request");

    [Fact]
    public async Task IfMatch_Star_MeansAnyVersion() => Assert.Equal(HttpStatusCode.OK, (await CancelAsync(await app.PlacedAsync(), "*")).Status);

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.NotModified)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.NotModified)]
    [InlineData("W/\"1\"", HttpStatusCode.NotModified)]
    [InlineData("\"2\"", HttpStatusCode.OK)]
    public async Task Read_OfAVersionThatTheCallerHas_IsSpared(string tags, HttpStatusCode status)
    {
        var orderId = await app.PlacedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/orders/{orderId}");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {app.Tokens.For("alice", "customer")}");
        request.Headers.TryAddWithoutValidation("If-None-Match", tags);

        var reply = await app.SendAsync(request);

        Assert.Equal((status, "\"1\""), (reply.Status, reply.Header("ETag")));
        Assert.Equal(status is HttpStatusCode.NotModified, reply.Body.Length == 0);
    }

    private Task<Reply> CancelAsync(string orderId, string ifMatch) => app.SendAsync(
        HttpMethod.Post, $"api/orders/{orderId}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"Changed my mind"}""", ifMatch: ifMatch);
}
