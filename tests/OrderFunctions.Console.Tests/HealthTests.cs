using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class HealthTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Dependencies_AreListedWithTheirState()
    {
        await using var window = await host.OpenAsync("#/health", "ops");

        var needs = window.Page.GetByRole(AriaRole.Table, new() { Name = "What it needs" });
        await Expect(needs.GetByRole(AriaRole.Row).Filter(new() { HasText = "store" })).ToContainTextAsync("Healthy");
    }

    [ConsoleFact]
    public async Task SearchIndex_IsRebuilt_AndFindsWhatItFound()
    {
        var orderId = await host.Shop.PlaceAsync("rosa", "Rosalind Okonkwo");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync("#/health", "ops");

        await window.Button("Rebuild it from the store").ClickAsync();
        await host.Shop.AdvanceAsync("PT1M");
        await Expect(window.Card("Search index")).ToContainTextAsync("Done");
        await window.GoAsync("#/search?q=okonkwo");

        await Expect(window.Link($"{orderId[..10]}…")).ToBeVisibleAsync();
    }
}
