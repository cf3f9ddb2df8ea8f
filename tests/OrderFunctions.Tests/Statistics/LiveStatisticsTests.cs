using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Statistics;
using OrderFunctions.Tests.Contract;
using Orders.Application.Statistics;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Statistics;

/// <summary>The live statistics over HTTP, once and as a stream.</summary>
public sealed class LiveStatisticsTests : IAsyncLifetime
{
    private const string Live = "api/stats/live";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private OrderApp app = null!;

    private string Ops => app.Tokens.For("olga", "ops");

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task APaidOrderAndAnExpiredOne_AreCounted()
    {
        await app.AcceptedAsync();
        await app.PlacedAsync("bob", "k2");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));

        var live = (await ReadAsync("?window=PT2H")).Json;

        Assert.Equal((2, 1, 1, 1), (Number(live, "totals/placed"), Number(live, "totals/paid"), Number(live, "totals/cancelled/count"), Number(live, "totals/cancelled/paymentDeadline")));
        Assert.Equal((4, 2), (Number(live, "totals/units/placed"), Number(live, "totals/units/paid")));
        Assert.Equal((2_500, 0, 2_500), (Number(live, "totals/money/EUR/captured"), Number(live, "totals/money/EUR/refunded"), Number(live, "totals/money/EUR/net")));
        Assert.Equal(0.5, (double)live["conversion"]!["rate"]!);
        Assert.Equal(1, Number(live, "timeToPay/count"));
        Assert.Equal(OrderApp.Mug, (string?)live["topSkus"]![0]!["sku"]);
        Assert.Equal((2, 2_500), (Number(live, "topSkus/0/units"), Number(live, "topSkus/0/money/EUR")));
        Assert.Equal(120, live["series"]!.AsArray().Count);
        Assert.Equal(2, live["series"]!.AsArray().Sum(point => (int)point!["placed"]!));
        Assert.Equal(2, Number((await ReadAsync($"?sku={OrderApp.Mug}")).Json, "totals/placed"));
        Assert.Equal(0, Number((await ReadAsync("?sku=NONE")).Json, "totals/placed"));
        Assert.Equal(2, Number((await ReadAsync("?window=P7D&bucket=day")).Json, "totals/placed"));
    }

    [Theory]
    [InlineData("window=1h", "window")]
    [InlineData("window=PT10S", "window")]
    [InlineData("window=P3D&bucket=minute", "window")]
    [InlineData("window=P2D&bucket=minute", "bucket")]
    [InlineData("bucket=week", "bucket")]
    [InlineData("sku=A%20B", "sku")]
    [InlineData("saleId=A%20B", "saleId")]
    [InlineData("sku=A&saleId=B", "saleId")]
    public async Task AQueryThatMakesNoSense_IsRefused(string query, string field)
    {
        foreach (var path in new[] { Live, Live + "/stream" })
        {
            var reply = await app.SendAsync(HttpMethod.Get, $"{path}?{query}", Ops);
            IsProblem(reply, 400, "invalid-request");
            Assert.NotNull(reply.Json["errors"]![field]);
        }
    }

    [Fact]
    public async Task AStream_TellsHowItIsAtOnce_AndWhatIsCountedThen()
    {
        using var response = await OpenAsync();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(0, Number(await NextAsync(reader), "totals/placed"));
        await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var told = await NextAsync(reader);

        Assert.Equal(1, Number(told, "totals/placed"));
        Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("LiveStatistics"), told));
    }

    [Fact]
    public async Task AStreamInSilence_SaysThatItIsThere()
    {
        await using var quick = await WithPaceAsync(new StreamPace(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), TimeProvider.System));
        using var response = await OpenAsync(quick);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await NextAsync(reader);

        Assert.Equal(": still here", await LineAsync(reader, line => line.StartsWith(':')));
    }

    [Fact]
    public async Task Streams_AreBounded_AndAPlaceComesFree()
    {
        await using var small = await OrderApp.StartAsync(builder => builder.Services.AddSingleton(new StatisticsPolicy { Listeners = 1 }));
        var first = await OpenAsync(small);
        using (var reader = new StreamReader(await first.Content.ReadAsStreamAsync()))
        {
            await NextAsync(reader);
            var second = await small.SendAsync(HttpMethod.Get, Live + "/stream", small.Tokens.For("olga", "ops"));
            IsProblem(second, 503, "overloaded");
        }

        first.Dispose();
        await UntilAsync(() => small.Get<StatisticsStreams>().Open == 0);
        using var third = await OpenAsync(small);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task AStream_EndsWithTheHost()
    {
        var ending = await OrderApp.StartAsync();
        using var response = await OpenAsync(ending);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await NextAsync(reader);

        var stopped = ending.DisposeAsync().AsTask();
        await LineAsync(reader, line => false, endIsFine: true);

        await stopped.WaitAsync(Patience);
    }

    private static Task<OrderApp> WithPaceAsync(StreamPace pace) => OrderApp.StartAsync(builder => builder.Services.AddSingleton(pace));

    private async Task<Reply> ReadAsync(string query)
    {
        var reply = await app.SendAsync(HttpMethod.Get, Live + query, Ops);
        Assert.True(reply.Status is HttpStatusCode.OK, reply.ToString() + app.Host.Log);
        Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("LiveStatistics"), reply.Json));
        return reply;
    }

    private Task<HttpResponseMessage> OpenAsync() => OpenAsync(app);

    private static async Task<HttpResponseMessage> OpenAsync(OrderApp of)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Live + "/stream");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {of.Tokens.For("olga", "ops")}");
        return await of.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<JsonNode> NextAsync(StreamReader reader) =>
        JsonNode.Parse((await LineAsync(reader, line => line.StartsWith("data: ", StringComparison.Ordinal)))!["data: ".Length..])!;

    /// <summary>The next line of that kind; null at the end of the stream.</summary>
    private static async Task<string?> LineAsync(StreamReader reader, Func<string, bool> wanted, bool endIsFine = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (wanted(line))
                return line;
        }

        return endIsFine ? null : throw new EndOfStreamException();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    private static int Number(JsonNode json, string path) => (int)path.Split('/').Aggregate(json, (node, part) => int.TryParse(part, out var at) ? node[at]! : node[part]!);
}
