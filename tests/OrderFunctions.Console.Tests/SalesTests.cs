using static Microsoft.Playwright.Assertions;

namespace OrderFunctions.Console.Tests;

[Collection(ConsoleCollection.Name)]
public sealed class SalesTests(ConsoleHost host)
{
    [ConsoleFact]
    public async Task Sale_IsSetUp_SeenWithItsUnits_AndChanged()
    {
        await using var window = await host.OpenAsync("#/sales", "ops");

        await window.Button("New sale").ClickAsync();
        await window.Dialog.GetByLabel("Name").FillAsync("autumn");
        await window.Dialog.GetByLabel("SKUs").FillAsync("no-such-thing");
        await window.Dialog.GetByLabel("Units in all").FillAsync("40");
        await window.Button("Set it up").ClickAsync();
        await Expect(window.Dialog).ToContainTextAsync("The catalogue has no such item");
        await window.Dialog.GetByLabel("SKUs").FillAsync("pot-cast-iron, cup-porcelain");
        await window.Button("Set it up").ClickAsync();

        await Expect(window.Dialog).ToHaveCountAsync(0);
        await Expect(window.Card("autumn")).ToContainTextAsync("of 40");
        await window.Button("Change the sale autumn").ClickAsync();
        await window.Dialog.GetByLabel("Units in all").FillAsync("50");
        await window.Button("Change it").ClickAsync();
        await Expect(window.Card("autumn")).ToContainTextAsync("of 50");
        Assert.Empty(await window.FindingsAsync());
        window.HasComplaints(422, 1);
    }
}
