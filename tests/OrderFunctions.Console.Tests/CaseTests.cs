using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>After-sale cases that take a way of their own, by clicks.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class CaseTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Exchange_IsOpenedTakenInAndSent()
    {
        var orderId = await host.Shop.ShippedAsync("ella");
        await using var window = await host.OpenAsync($"#/orders/{orderId}", "merchant");

        await window.Button("Refund or return").ClickAsync();
        await window.Dialog.GetByLabel("What").SelectOptionAsync("exchange");
        await window.Dialog.GetByLabel("Assam tea, 100 g: units of 2").FillAsync("1");
        await window.Dialog.GetByLabel("Reason").FillAsync("The tin has a dent");
        await window.Button("Open the case").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Goods came").ClickAsync();
        await window.Button("Take them in").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Replacement sent").ClickAsync();
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByLabel("Tracking number").FillAsync("T-100");
        await window.Button("It is on its way").ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(window.Card("Cases")).ToContainTextAsync("post T-100");
        var one = Assert.Single((await host.Shop.ReadAsync(orderId))["afterSales"]!.AsArray())!;
        Assert.Equal(("Exchange", "Completed"), ((string)one["type"]!, (string)one["status"]!));
    }

    [ConsoleFact]
    public async Task Return_IsApprovedAndTakenIn_AndTheRefusedRefundSettledOutside()
    {
        var orderId = await host.Shop.ShippedAsync("rolf");
        var order = await host.Shop.ReadAsync(orderId);
        await AnswerRefundsAsync((string)order["payments"]![0]!["paymentId"]!, "fail");
        var lines = new JsonArray(new JsonObject { ["sku"] = "tea-assam-100", ["quantity"] = 1 });
        await host.Shop.PostAsync($"/api/orders/{orderId}/after-sales", new JsonObject { ["type"] = "return", ["reason"] = "damaged", ["lines"] = lines }, "rolf");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Approve").ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Goods came").ClickAsync();
        await window.Button("Take them in").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await host.Shop.AdvanceAsync();
        await window.Button("Settled outside").ClickAsync();
        await window.Dialog.GetByLabel("Reference").FillAsync("Bank 2026-17");
        await window.Button("It is paid back").ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(window.Card("Payments")).ToContainTextAsync("Bank 2026-17");
    }

    [ConsoleFact]
    public async Task RefusedRefund_IsSentAgain_AndTheMoneyGoesBackOnce()
    {
        var (orderId, paymentId) = await host.Shop.PaidAsync("rhea");
        await AnswerRefundsAsync(paymentId, "fail");
        await host.Shop.PostAsync($"/api/orders/{orderId}/after-sales", new JsonObject { ["type"] = "refund", ["reason"] = "late" }, "rhea");
        await host.Shop.AdvanceAsync();
        await AnswerRefundsAsync(paymentId, "succeed");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Retry").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("€13.80");
        await window.Button("Send it again").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await host.Shop.AdvanceAsync();

        await window.SeesAsync("€13.80 refunded");
        await Expect(window.Button("Retry")).ToHaveCountAsync(0);
        Assert.Equal(1380, (int)(await host.Shop.ReadAsync(orderId))["totals"]!["refunded"]!);
    }

    private Task AnswerRefundsAsync(string paymentId, string answer) =>
        host.Shop.SendAsync(HttpMethod.Put, $"/local/payments/{paymentId}/refunds", new JsonObject { ["answer"] = answer });
}
