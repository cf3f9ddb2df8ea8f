using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class SearchTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Order_IsFoundByItsBuyersName_AndOpened()
    {
        var orderId = await host.Shop.PlaceAsync("wilma", "Wilhelmina Sommerfeld");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync("#/sales");

        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("sommerf");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Heading("Orders")).ToBeVisibleAsync();
        await window.SeesAsync("Wilhelmina Sommerfeld");
        await window.Link($"{orderId[..10]}…").ClickAsync();

        await Expect(window.Heading("Order " + orderId[..10])).ToBeVisibleAsync();
        await Expect(window.Card("Buyer and address")).ToContainTextAsync("Wilhelmina Sommerfeld");
    }

    [ConsoleFact]
    public async Task Filters_StandInTheAddress_AndChipsCountByStatus()
    {
        await host.Shop.PlaceAsync("fritz");
        await host.Shop.PaidAsync("fritz");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync("#/search");

        await window.Field("Buyer").FillAsync("fritz");
        await window.Button("Search").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.List, new() { Name = "By status" })).ToContainTextAsync("All2");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Pending shipment 1" }).ClickAsync();

        await Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Contains("userId=fritz", window.Page.Url, StringComparison.Ordinal);
        Assert.Contains("status=PendingShipment", window.Page.Url, StringComparison.Ordinal);
        await window.Page.GoBackAsync();
        await Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(2);
    }

    [ConsoleFact]
    public async Task NextPage_ComesByTheButton_AndTheListEnds()
    {
        for (var i = 0; i < 27; i++)
            await host.Shop.PlaceAsync("paging");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync("#/search?userId=paging");

        await Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(25);
        await window.Button("Show more").ClickAsync();

        await Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(27);
        await Expect(window.Button("Show more")).ToHaveCountAsync(0);
    }

    [ConsoleFact]
    public async Task Nothing_IsSaidInWords()
    {
        await using var window = await host.OpenAsync("#/search?q=zzzznothing");

        await window.SeesAsync("No order is like that.");
    }
}
