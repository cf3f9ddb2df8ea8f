using Microsoft.Playwright;

namespace OrderFunctions.Console.Tests;

/// <summary>Every page, in light, in dark and on a phone: axe-core finds nothing, the browser complains of nothing, and nothing is wider than the phone.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class LookTests(ConsoleHost host)
{
    private static string? shipped;

    [ConsoleTheory]
    [InlineData("#/search", "support")]
    [InlineData("#/orders/{order}", "merchant")]
    [InlineData("#/orders/{order}/money", "support")]
    [InlineData("#/sales", "ops")]
    [InlineData("#/reconciliation", "ops")]
    [InlineData("#/health", "ops")]
    [InlineData("#/local", "support")]
    [InlineData("#/live", "support")]
    [InlineData("#/reports", "ops")]
    [InlineData("#/letters", "ops")]
    [InlineData("#/audit", "ops")]
    [InlineData("#/stuck", "support")]
    [InlineData("#/orders/{order}/events", "support")]
    [InlineData("#/orders/{order}/process", "ops")]
    public async Task Page_IsAccessible_InLightAndDarkAndOnAPhone(string address, string role)
    {
        shipped ??= await host.Shop.ShippedAsync("laura");
        await using var window = await host.OpenAsync(address.Replace("{order}", shipped, StringComparison.Ordinal), role);
        await Assertions.Expect(window.Page.Locator(".loading")).ToHaveCountAsync(0);

        var light = await window.FindingsAsync();
        await window.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await window.FindingsAsync();
        await window.Page.SetViewportSizeAsync(390, 800);
        var phone = await window.FindingsAsync();

        Assert.Empty(light.Concat(dark).Concat(phone));
        Assert.True(await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
    }
}
