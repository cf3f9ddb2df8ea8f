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

    [ConsoleFact]
    public async Task SecondCapture_OnceApproved_GoesBack()
    {
        var (orderId, paymentId) = await host.Shop.PaidAsync("tessa");
        var day = await host.Shop.TodayAsync();
        var path = $"/local/statements/{day:yyyy-MM-dd}";
        var lines = (await host.Shop.SendAsync(HttpMethod.Get, path))["lines"]!.AsArray();
        var second = lines.Single(line => (string?)line!["paymentId"] == paymentId)!.DeepClone();
        second["reference"] = "cap-second";
        lines.Add(second);
        await host.Shop.SendAsync(HttpMethod.Put, path, new JsonObject { ["lines"] = lines.DeepClone() });
        await host.Shop.AdvanceAsync("P2D");
        await using var window = await host.OpenAsync($"#/reconciliation/{day:yyyy-MM-dd}?state=open", "ops");

        var item = window.Page.GetByRole(AriaRole.Region, new() { Name = "Duplicate" });
        await Expect(item).ToContainTextAsync("Pay the second capture back");
        await item.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByLabel("Reason").FillAsync("Charged twice");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await host.Shop.AdvanceAsync();

        await Expect(item).ToHaveCountAsync(0);
        await window.Field("State").SelectOptionAsync("approved");
        await Expect(item).ToContainTextAsync("olga: Charged twice");
        var money = await host.Shop.SendAsync(HttpMethod.Get, $"/api/orders/{orderId}/money", sub: "sam", role: "support");
        var refund = Assert.Single(money["entries"]!.AsArray(), entry => (string?)entry!["kind"] == "refund")!;
        Assert.Equal((1380, "Done"), ((int)refund["amount"]!, (string?)refund["state"]));
    }
}
