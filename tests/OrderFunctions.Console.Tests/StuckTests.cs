using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>What support sees of an order's insides.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class StuckTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task OrderWhoseRefundWasRefused_IsListedWithWhy_AndWoken()
    {
        var (orderId, paymentId) = await host.Shop.PaidAsync("stella");
        await host.Shop.SendAsync(HttpMethod.Put, $"/local/payments/{paymentId}/refunds", new JsonObject { ["answer"] = "fail" });
        var lines = new JsonArray(new JsonObject { ["sku"] = "tea-assam-100", ["quantity"] = 2 });
        await host.Shop.PostAsync($"/api/orders/{orderId}/after-sales", new JsonObject { ["type"] = "refund", ["reason"] = "late", ["lines"] = lines }, "stella");
        await host.Shop.AdvanceAsync("PT2H");
        await using var window = await host.OpenAsync("#/stuck");

        var row = window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = orderId[..10] }).First;
        await Expect(row).ToBeVisibleAsync();
        Assert.Empty(await window.FindingsAsync());
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();

        await Expect(window.Dialog).ToContainTextAsync("What the retry did");
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }

    [ConsoleFact]
    public async Task Process_ShowsWhatItWaitsFor_WithItsHistory_AndEventsAsTheyWereSent()
    {
        var orderId = await host.Shop.PlaceAsync("percy");
        await host.Shop.AdvanceAsync();
        await using var window = await host.OpenAsync($"#/orders/{orderId}/process");

        await Expect(window.Card("Process of the order")).ToContainTextAsync("Running");
        await Expect(window.Page.GetByRole(AriaRole.Table, new() { Name = "History" })).ToBeVisibleAsync();
        Assert.Empty(await window.FindingsAsync());
        await window.Link("Events").ClickAsync();
        await window.Button("Show event 1").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("\"specversion\": \"1.0\"");
        Assert.Empty(await window.FindingsAsync());
    }
}
