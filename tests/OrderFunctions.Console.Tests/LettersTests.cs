using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>Messages that broke on their way: seen, judged, mended, sent again, purged, and all of it in the audit.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class LettersTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task BrokenLetter_IsMendedSentAgainAndInTheAudit()
    {
        var orderId = await BrokenAsync("dana");
        await using var window = await host.OpenAsync($"#/letters?source=order-events/inventory&orderId={orderId}", "ops");

        await window.Card("Letters").GetByRole(AriaRole.Link).First.ClickAsync();
        await window.SeesAsync("If it were delivered now:");
        await Expect(window.Page.Locator(".note .pill")).ToHaveTextAsync("Unreadable");
        await Expect(window.Card("The order now")).ToContainTextAsync(orderId[..10]);
        Assert.Empty(await window.FindingsAsync());
        await window.Button("Mend and send").ClickAsync();
        await window.Dialog.GetByLabel("Reason").FillAsync("It came broken");
        await window.Button("Send again").Last.ClickAsync();
        await Expect(window.Dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        window.HasComplaints(400, 1);
        await window.Dialog.GetByLabel("Payload").FillAsync(await TrueEventAsync(orderId, "order.paid.v1"));
        await window.Button("Send again").Last.ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await host.Shop.AdvanceAsync();
        await window.GoAsync($"#/letters?source=order-events/inventory&orderId={orderId}");
        await window.SeesAsync("No message is dead.");
        await window.GoAsync("#/audit?by=olga");
        await window.SeesAsync("It came broken");
        Assert.Empty(await window.FindingsAsync());
    }

    [ConsoleFact]
    public async Task ManyLetters_AreRedriven_AfterADryRun_WithProgress_AndThenPurged()
    {
        var orderId = await BrokenAsync("dora");
        await using var window = await host.OpenAsync($"#/letters?orderId={orderId}", "ops");

        await window.Button("Redrive").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("order-events/inventory");
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByLabel("Messages per second").FillAsync("50");
        await window.Dialog.GetByLabel("Reason").FillAsync("Once more");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Redrive" }).ClickAsync();
        await Expect(window.Heading("Redrive")).ToBeVisibleAsync();
        await host.Shop.AdvanceAsync("PT1M");
        await Expect(window.Card("Progress")).ToContainTextAsync("Completed");
        Assert.Empty(await window.FindingsAsync());

        await window.GoAsync($"#/letters?orderId={orderId}");
        await window.Button("Purge").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("would be purged");
        await window.Dialog.GetByLabel("Reason").FillAsync("Told by hand");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();
        await window.SeesAsync("No message is dead.");
    }

    [ConsoleFact]
    public async Task Support_LooksAndTouchesNothing()
    {
        await using var window = await host.OpenAsync("#/letters", "support");

        await Expect(window.Heading("Dead letters")).ToBeVisibleAsync();
        await Expect(window.Button("Redrive")).ToHaveCountAsync(0);
        await Expect(window.Button("Purge")).ToHaveCountAsync(0);
    }

    /// <summary>An order whose payment was told to everybody in a message that broke.</summary>
    private async Task<string> BrokenAsync(string buyer)
    {
        var orderId = await host.Shop.PlaceAsync(buyer);
        var paymentId = (string)(await host.Shop.PostAsync($"/api/orders/{orderId}/payments", new JsonObject(), buyer))["paymentId"]!;
        await host.Shop.AdvanceAsync();
        var fault = new JsonObject { ["port"] = "events", ["operation"] = "Publish", ["mode"] = "garble", ["times"] = 1 };
        await host.Shop.SendAsync(HttpMethod.Put, "/local/faults", new JsonArray(fault));
        await host.Shop.PostAsync($"/local/payments/{paymentId}/settle", new JsonObject());
        await host.Shop.AdvanceAsync();
        await host.Shop.SendAsync(HttpMethod.Put, "/local/faults", new JsonArray());
        return orderId;
    }

    private async Task<string> TrueEventAsync(string orderId, string type)
    {
        var events = await host.Shop.SendAsync(HttpMethod.Get, $"/api/ops/orders/{orderId}/events", sub: "olga", role: "ops");
        return events["items"]!.AsArray().Single(one => (string)one!["type"]! == type)!["event"]!.ToJsonString();
    }
}
