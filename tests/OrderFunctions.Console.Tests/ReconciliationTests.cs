using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class ReconciliationTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task UnknownMoney_IsSeen_AndDismissedWithAReason()
    {
        var day = await host.Shop.TodayAsync();
        var line = new JsonObject
        {
            ["type"] = "capture",
            ["reference"] = "cap-unknown",
            ["paymentId"] = "nobodys",
            ["orderId"] = new string('a', 26),
            ["amount"] = 999,
            ["currency"] = "EUR",
            ["at"] = $"{day:yyyy-MM-dd}T10:00:00Z",
        };
        await host.Shop.SendAsync(HttpMethod.Put, $"/local/statements/{day:yyyy-MM-dd}", new JsonObject { ["lines"] = new JsonArray(line) });
        await host.Shop.AdvanceAsync("P2D");
        await using var window = await host.OpenAsync("#/reconciliation", "ops");
        Assert.Empty(await window.FindingsAsync());

        await window.Field("Another day").FillAsync($"{day:yyyy-MM-dd}");
        await window.Button("Open").ClickAsync();
        await window.Field("State").SelectOptionAsync("open");
        var item = window.Page.GetByRole(AriaRole.Region, new() { Name = "cap-unknown" });
        await Expect(item).ToContainTextAsync("€9.99");
        Assert.Empty(await window.FindingsAsync());
        await item.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await window.Dialog.GetByLabel("Reason").FillAsync("Another shop's");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(item).ToHaveCountAsync(0);
        await window.Field("State").SelectOptionAsync("dismissed");
        await Expect(item).ToContainTextAsync("olga: Another shop's");
    }
}
