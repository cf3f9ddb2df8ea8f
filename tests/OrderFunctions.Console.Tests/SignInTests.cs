using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class SignInTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task OneClick_SignsIn_AndTheTokenStaysInTheTab()
    {
        await using var window = await host.OpenAsync("", role: null);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Support" }).ClickAsync();

        await Expect(window.Heading("Orders")).ToBeVisibleAsync();
        await window.SeesAsync("sam");
        Assert.Empty(await window.FindingsAsync());
        Assert.Equal(1, await window.Page.EvaluateAsync<int>("Object.values(sessionStorage).filter(value => value.split('.').length === 3).length"));
        Assert.Equal(0, await window.Page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        await window.Button("Sign out").ClickAsync();
        await Expect(window.Heading("Sign in")).ToBeVisibleAsync();
        Assert.Equal(0, await window.Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [ConsoleFact]
    public async Task PastedToken_IsTaken_AndNonsenseAndBuyersAreNot()
    {
        await using var window = await host.OpenAsync("#/sales", role: null);

        await window.Field("Bearer token").FillAsync("nonsense");
        await window.Button("Sign in").ClickAsync();
        await window.SeesAsync("This is no token");
        await window.Field("Bearer token").FillAsync(await host.Shop.TokenAsync("alice", "customer"));
        await window.Button("Sign in").ClickAsync();
        await window.SeesAsync("none of the roles");
        await window.Field("Bearer token").FillAsync("Bearer " + await host.Shop.TokenAsync("mia", "merchant"));
        await window.Button("Sign in").ClickAsync();

        await Expect(window.Heading("Flash sales")).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Dead letters" })).ToHaveCountAsync(0);
    }

    [ConsoleFact]
    public async Task TokenThatIsNotBelieved_LeadsBackToTheSignIn()
    {
        await using var window = await host.OpenAsync("#/sales");

        var broken = (await host.Shop.TokenAsync("sam", "support"))[..^8] + "AAAAAAAA";
        await window.Page.EvaluateAsync("token => { sessionStorage.setItem('orders.token', token); location.hash = '#/search'; }", broken);

        await Expect(window.Heading("Sign in")).ToBeVisibleAsync();
        window.HasComplaints(401, window.Complaints.Count);
    }
}
