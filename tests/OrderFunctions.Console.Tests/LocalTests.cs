using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>What only the local host has: its clock, its faults, sample orders, and acting as buyer and provider.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class LocalTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Clock_IsAdvanced_AndAnUnpaidOrderIsCancelledByIt()
    {
        var orderId = await host.Shop.PlaceAsync("timo");
        await using var window = await host.OpenAsync("#/local");

        await window.Field("Advance by (ISO 8601)").FillAsync("PT31M");
        await window.Button("Advance").ClickAsync();

        await window.SeesAsync("Moved by PT31M");
        Assert.Equal("Cancelled", await host.Shop.StatusAsync(orderId));
    }

    [ConsoleFact]
    public async Task Nonsense_IsRefusedInWords()
    {
        await using var window = await host.OpenAsync("#/local");

        await window.Field("Advance by (ISO 8601)").FillAsync("tomorrow");
        await window.Button("Advance").ClickAsync();

        await window.SeesAsync("'by' is an ISO 8601 duration");
        window.HasComplaints(400, 1);
    }

    [ConsoleFact]
    public async Task Faults_AreSetAndCleared()
    {
        await using var window = await host.OpenAsync("#/local");

        await window.Field("Port").FillAsync("notifier");
        await window.Field("It").SelectOptionAsync("loseAnswer");
        await window.Button("Add").ClickAsync();
        await Expect(window.Card("Faults").GetByRole(AriaRole.Cell, new() { Name = "works, answer lost" })).ToBeVisibleAsync();
        Assert.Equal("notifier", (string)(await host.Shop.SendAsync(HttpMethod.Get, "/local/faults"))[0]!["port"]!);
        await window.Button("Clear all").ClickAsync();

        await window.SeesAsync("No faults are planned.");
        Assert.Empty((await host.Shop.SendAsync(HttpMethod.Get, "/local/faults")).AsArray());
    }

    [ConsoleFact]
    public async Task SampleOrders_ArePlacedPaidAndShipped()
    {
        await using var window = await host.OpenAsync("#/local");

        await window.Field("Orders").FillAsync("4");
        await window.Field("Paid, %").FillAsync("50");
        await window.Field("Of those shipped, %").FillAsync("50");
        await window.Button("Place them").ClickAsync();

        await window.SeesAsync("Placed 4, paid 2, shipped 1.");
    }

    [ConsoleFact]
    public async Task Buyer_PaysAndConfirms_FromTheOrdersPage()
    {
        var orderId = await host.Shop.PlaceAsync("bea");
        await using var window = await host.OpenAsync($"#/orders/{orderId}", "merchant");

        await window.Button("Open a payment").ClickAsync();
        await window.Button("Settle").ClickAsync();
        await window.Button("Ship").ClickAsync();
        await window.Dialog.GetByLabel("Tracking number").FillAsync("T-11");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Confirm receipt").ClickAsync();

        await Expect(window.Page.Locator("main .pill").First).ToHaveTextAsync("Completed");
        Assert.Equal("Completed", await host.Shop.StatusAsync(orderId));
    }
}
