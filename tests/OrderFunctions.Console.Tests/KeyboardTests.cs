using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

/// <summary>The whole way without a mouse.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class KeyboardTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Order_IsCancelledByKeysAlone_AndTheFocusIsAlwaysSeen()
    {
        var orderId = await host.Shop.PlaceAsync("keith");
        await using var window = await host.OpenAsync($"#/orders/{orderId}");
        var keys = window.Page.Keyboard;

        await keys.PressAsync("Tab");
        await Expect(window.Link("Skip to content")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(window.Page.Locator("main")).ToBeFocusedAsync();
        await TabToAsync(window, "Cancel order");
        Assert.NotEqual("none", await window.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await keys.PressAsync("Enter");
        await Expect(window.Dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await keys.TypeAsync("By keys");
        await TabToAsync(window, "Cancel the order");
        await keys.PressAsync("Enter");

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(window.Page.Locator("main .pill").First).ToHaveTextAsync("Cancelled");
    }

    [ConsoleFact]
    public async Task Slash_GoesToTheSearch_ButNotFromAField()
    {
        await using var window = await host.OpenAsync("#/sales", "ops");

        await window.Page.Keyboard.PressAsync("/");
        await Expect(window.Page.Locator("#q")).ToBeFocusedAsync();
        await window.Page.Keyboard.TypeAsync("a/b");

        await Expect(window.Page.Locator("#q")).ToHaveValueAsync("a/b");
    }

    [ConsoleFact]
    public async Task Menu_OnAPhone_OpensAndClosesByKeys()
    {
        await using var window = await host.OpenAsync("#/sales", "ops", width: 390);

        await window.Button("Menu").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Link("Orders").Last).ToBeFocusedAsync();
        Assert.Empty(await window.FindingsAsync());
        await window.Page.Keyboard.PressAsync("Escape");

        await Expect(window.Button("Menu")).ToBeFocusedAsync();
        await Expect(window.Button("Menu")).ToHaveAttributeAsync("aria-expanded", "false");
    }

    [ConsoleFact]
    public async Task Colours_FollowTheSwitch_AndAreKept()
    {
        await using var window = await host.OpenAsync("#/sales", "ops");
        var before = await BackAsync(window);

        await window.Page.GetByLabel("Colours: as the system").PressAsync("Enter");
        await window.Page.GetByLabel("Colours: light").PressAsync("Enter");
        await Expect(window.Page.GetByLabel("Colours: dark")).ToBeVisibleAsync();
        var dark = await BackAsync(window);
        await window.Page.ReloadAsync();
        await Expect(window.Page.GetByLabel("Colours: dark")).ToBeVisibleAsync();

        Assert.NotEqual(before, dark);
        Assert.Equal(dark, await BackAsync(window));
    }

    private static Task<string> BackAsync(Window window) => window.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private static async Task TabToAsync(Window window, string name)
    {
        for (var i = 0; i < 40; i++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            if (await window.Page.EvaluateAsync<string>("document.activeElement.textContent") == name)
                return;
        }

        Assert.Fail($"'{name}' can't be reached by Tab.");
    }
}
