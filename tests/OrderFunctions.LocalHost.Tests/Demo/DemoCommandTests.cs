using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.LocalHost.Demo;

namespace OrderFunctions.LocalHost.Tests.Demo;

/// <summary>The demo against a shop in memory: what it prints where there is no terminal, and its exit code.</summary>
public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_OnAGoodShop_PrintsPlainNarrowTextAndSucceeds()
    {
        var (code, output) = await PlayAsync(orders: 18, seed: 3, tamper: null);

        Assert.True(code == 0, output);
        Assert.DoesNotContain('\x1b', output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
        Assert.Contains("Placing orders                               18 in", output, StringComparison.Ordinal);
        Assert.Contains("18 orders, 33 days of the shop's time", output, StringComparison.Ordinal);
        Assert.Contains("every rule held", output, StringComparison.Ordinal);
    }

    /// <summary>The same shop, but somebody took a packet of tea off the shelf.</summary>
    [Fact]
    public async Task Demo_OnABrokenShop_NamesTheRuleAndFails()
    {
        var (code, output) = await PlayAsync(orders: 9, seed: 1, tamper: (path, json) =>
        {
            if (path == "/local/stock/demo-tea")
                json["available"] = (long)json["available"]! - 1;
        });

        Assert.Equal(1, code);
        Assert.Contains("Broken 1 times: never undersold", output, StringComparison.Ordinal);
        Assert.Contains("1 rules broken", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> PlayAsync(int orders, int seed, Action<string, JsonNode>? tamper)
    {
        await using var shop = await TestShop.StartAsync();
        using var http = new HttpClient(new Tampering(shop.Client, tamper)) { BaseAddress = new Uri("http://localhost") };
        await using var output = new StringWriter();
        var (arguments, _) = LocalHostArguments.Parse(["demo", $"--orders={orders}", $"--seed={seed}"]);
        return (await DemoCommand.PlayAsync(arguments!, new DemoShop(http), DemoCommand.ConsoleOn(output)), output.ToString());
    }

    /// <summary>Passes requests on, and changes answers on their way back.</summary>
    private sealed class Tampering(HttpClient inner, Action<string, JsonNode>? tamper) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var forwarded = new HttpRequestMessage(request.Method, request.RequestUri);
            foreach (var (name, values) in request.Headers)
                forwarded.Headers.TryAddWithoutValidation(name, values);
            if (request.Content is { } content)
                forwarded.Content = new StringContent(await content.ReadAsStringAsync(cancellationToken), Encoding.UTF8, "application/json");
            var response = await inner.SendAsync(forwarded, cancellationToken);
            if (tamper is null || JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) is not { } json)
                return response;
            tamper(request.RequestUri!.AbsolutePath, json);
            return new HttpResponseMessage(response.StatusCode) { Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json") };
        }
    }
}
