using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>The live board and the reports.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FiguresTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task LiveBoard_CountsAnOrderAsItIsPlaced()
    {
        await host.Shop.PlaceAsync("lina");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync("#/live?window=P1D");
        await Expect(window.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        var before = await PlacedAsync(window);

        await host.Shop.PlaceAsync("lina");
        await host.Shop.PlaceAsync("lina");
        await host.Shop.AdvanceAsync();

        await Expect(Tile(window)).ToContainTextAsync($"{before + 2}");
        await Expect(window.Page.GetByRole(AriaRole.Img, new() { Name = "Orders over time" })).ToBeVisibleAsync();
        await window.Page.GetByText("Orders over time as a table").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Table, new() { Name = "Orders over time" })).ToBeVisibleAsync();
    }

    [ConsoleFact]
    public async Task Window_IsSwitched()
    {
        await using var window = await host.OpenAsync("#/live");

        await window.Link("Last 30 days").ClickAsync();

        await Expect(window.Link("Last 30 days")).ToHaveAttributeAsync("aria-current", "true");
        Assert.Contains("window=P30D", window.Page.Url, StringComparison.Ordinal);
    }

    [ConsoleFact]
    public async Task Report_IsReadOnceTheNightHasMadeIt_AndSaved()
    {
        await host.Shop.PaidAsync("rena");
        var day = await host.Shop.TodayAsync();
        await host.Shop.AdvanceAsync("P2D");
        await using var window = await host.OpenAsync($"#/reports/{day:yyyy-MM-dd}");

        await Expect(window.Card("By hour")).ToBeVisibleAsync();
        await Expect(window.Card("Top SKUs")).ToContainTextAsync("tea-assam-100");
        Assert.Empty(await window.FindingsAsync());
        var saved = await window.Page.RunAndWaitForDownloadAsync(() => window.Button("Save CSV").ClickAsync());
        Assert.Equal($"report-{day:yyyy-MM-dd}.csv", saved.SuggestedFilename);
    }

    private static ILocator Tile(Window window) => window.Page.Locator(".tile", new() { Has = window.Page.GetByText("Placed", new() { Exact = true }) }).Locator("dd");

    private static async Task<int> PlacedAsync(Window window) => int.Parse((await Tile(window).EvaluateAsync<string>("dd => dd.firstChild.textContent"))!, System.Globalization.CultureInfo.InvariantCulture);
}
