using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>What staff do to an order, by clicks.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class OrderTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task UnpaidOrder_IsCancelledWithAReason()
    {
        var orderId = await host.Shop.PlaceAsync("carla");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Cancel order").ClickAsync();
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByLabel("Reason").FillAsync("The buyer called");
        await window.Button("Cancel the order").ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(window.Page.Locator("main .pill").First).ToHaveTextAsync("Cancelled");
        await Expect(window.Button("Cancel order")).ToHaveCountAsync(0);
        await window.Page.GetByText("What happened, in words").ClickAsync();
        await window.SeesAsync("The buyer called");
        Assert.Equal("Cancelled", await host.Shop.StatusAsync(orderId));
    }

    [ConsoleFact]
    public async Task Dialog_IsLeftByEscape_AndNothingHappened()
    {
        var orderId = await host.Shop.PlaceAsync("cleo");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Cancel order").ClickAsync();
        await window.Page.Keyboard.PressAsync("Escape");

        await Expect(window.Dialog).ToHaveCountAsync(0);
        Assert.Equal("PendingPayment", await host.Shop.StatusAsync(orderId));
    }

    [ConsoleFact]
    public async Task PaidOrder_IsRefunded_AfterItsAmountsWereShown()
    {
        var (orderId, _) = await host.Shop.PaidAsync("rita", quantity: 3);
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Refund or return").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("At most €20.70 can go back.");
        await window.Dialog.GetByLabel("Assam tea, 100 g: units of 3").FillAsync("2");
        await Expect(window.Dialog).ToContainTextAsync("Goes back in all: €13.80");
        Assert.Empty(await window.FindingsAsync());
        await window.Dialog.GetByLabel("Reason").FillAsync("Two packets were torn");
        await window.Button("Open the case").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Approve").ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await host.Shop.AdvanceAsync();

        await window.SeesAsync("€13.80 refunded");
        var order = await host.Shop.ReadAsync(orderId);
        Assert.Equal(1380, (int)order["totals"]!["refunded"]!);
        await window.Link("Money").ClickAsync();
        await window.SeesAsync("Nothing is missing: captured 20.70 EUR, refunded 13.80 EUR.");
        Assert.Empty(await window.FindingsAsync());
    }

    [ConsoleFact]
    public async Task ZeroUnits_CannotBeRefunded()
    {
        var (orderId, _) = await host.Shop.PaidAsync("zita");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");

        await window.Button("Refund or return").ClickAsync();
        await window.Dialog.GetByLabel("Assam tea, 100 g: units of 2").FillAsync("0");

        await Expect(window.Dialog).ToContainTextAsync("Say how many units it is about.");
        await Expect(window.Button("Open the case")).ToBeDisabledAsync();
    }

    [ConsoleFact]
    public async Task OrderThatChangedMeanwhile_IsRefusedInWords_AndDoneAtTheSecondLook()
    {
        var (orderId, _) = await host.Shop.PaidAsync("maud");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");
        await window.Button("Refund or return").ClickAsync();
        await window.Dialog.GetByLabel("Reason").FillAsync("Changed my mind");
        await host.Shop.PostAsync($"/api/orders/{orderId}/shipments", new JsonObject { ["carrier"] = "post", ["trackingNumber"] = "T-9" }, "mia", "merchant");

        await window.Button("Open the case").ClickAsync();

        await Expect(window.Dialog).ToContainTextAsync("It has changed meanwhile");
        await Expect(window.Dialog).ToContainTextAsync("look, and decide again");
        Assert.Empty((await host.Shop.ReadAsync(orderId))["afterSales"]!.AsArray());
        await window.Button("Open the case").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        Assert.Single((await host.Shop.ReadAsync(orderId))["afterSales"]!.AsArray());
        window.HasComplaints(412, 1);
    }

    /// <summary>Whether it happened isn't known, so the same request goes out again under the same key, and it happened once.</summary>
    [ConsoleFact]
    public async Task LostAnswer_IsAskedAgainWithTheSameKey_AndItHappensOnce()
    {
        var (orderId, _) = await host.Shop.PaidAsync("lola");
        await using var window = await host.OpenAsync($"#/orders/{orderId}", "merchant");
        var keys = new List<string>();
        await window.Page.RouteAsync("**/shipments", async route =>
        {
            keys.Add(await route.Request.HeaderValueAsync("Idempotency-Key") ?? "");
            if (keys.Count > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync();
        });

        await window.Button("Ship").ClickAsync();
        await window.Dialog.GetByLabel("Tracking number").FillAsync("T-77");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("it is the same request, so it happens once");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
        Assert.Single((await host.Shop.ReadAsync(orderId))["shipments"]!.AsArray());
        window.HasNetworkComplaints(1);
    }

    [ConsoleFact]
    public async Task Merchant_ShipsSomeLines_AndReportsOnTheParcel()
    {
        var (orderId, _) = await host.Shop.PaidAsync("mona", quantity: 2);
        await using var window = await host.OpenAsync($"#/orders/{orderId}", "merchant");

        await window.Button("Ship").ClickAsync();
        await window.Dialog.GetByLabel("Tracking number").FillAsync("T-42");
        await window.Dialog.GetByLabel("Assam tea, 100 g: units of 2").FillAsync("1");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);
        await window.Button("Report an event").ClickAsync();
        await window.Dialog.GetByLabel("What happened").SelectOptionAsync("delivered");
        await window.Button("Report").ClickAsync();
        await Expect(window.Dialog).ToHaveCountAsync(0);

        await Expect(window.Card("Parcels")).ToContainTextAsync("Delivered");
        await Expect(window.Page.Locator("main .pill").First).ToHaveTextAsync("Pending shipment");
        Assert.Equal(1, (int)(await host.Shop.ReadAsync(orderId))["lines"]![0]!["shippedQuantity"]!);
    }
}
