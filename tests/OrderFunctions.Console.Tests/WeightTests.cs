namespace OrderFunctions.Console.Tests;

/// <summary>Fast means small: nothing waits for what it doesn't need.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class WeightTests(ConsoleHost host)
{
    private const int MostBytes = 100_000;

    [ConsoleTheory]
    [InlineData("#/search")]
    [InlineData("#/live")]
    public async Task FirstView_IsSmall_EvenUnpacked(string address)
    {
        await using var window = await host.OpenAsync("", role: "support");
        var sizes = new List<Task<(string Url, int Bytes)>>();
        window.Page.Response += (_, response) =>
        {
            if (response.Url.Contains("/console/", StringComparison.Ordinal))
                sizes.Add(SizeAsync(response));
        };

        // As for somebody who was never there: what the browser has kept would be answered without a body.
        var browser = await window.Page.Context.NewCDPSessionAsync(window.Page);
        await browser.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        await window.Page.GotoAsync("about:blank");
        await window.GoAsync(address);
        await window.Page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.Load);

        var all = await Task.WhenAll([.. sizes]);
        Assert.True(all.Length > 8, string.Join(", ", all));
        Assert.True(all.Sum(one => one.Bytes) < MostBytes, string.Join(", ", all));
    }

    private static async Task<(string Url, int Bytes)> SizeAsync(Microsoft.Playwright.IResponse response) => (response.Url, (await response.BodyAsync()).Length);
}
