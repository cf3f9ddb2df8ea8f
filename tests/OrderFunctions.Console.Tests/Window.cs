using System.Text.Json;
using Microsoft.Playwright;

namespace OrderFunctions.Console.Tests;

/// <summary>A page as a person has it before them, by roles and names; it keeps what the browser complained of.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly ConsoleHost host;
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    public Window(ConsoleHost host, IBrowserContext context, IPage page)
    {
        (this.host, this.context, Page) = (host, context, page);
        page.Console += (_, message) => { if (message.Type == "error") complaints.Add($"{message.Text} ({message.Location})"); };
        page.PageError += (_, error) => complaints.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the browser complained of so far.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public async Task GoAsync(string address)
    {
        await Page.GotoAsync($"{host.Url}/console/{address}");
        await Expect(Page.Locator("main h1")).ToBeVisibleAsync();
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name });

    /// <summary>A section with a heading of that name.</summary>
    public ILocator Card(string name) => Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Text(string text) => Page.GetByText(text).Filter(new() { Visible = true }).First;

    public Task SeesAsync(string text) => Expect(Text(text)).ToBeVisibleAsync();

    /// <summary>A refused request is in the browser's own log, whatever the page makes of it; only such lines may be there, and only so many.</summary>
    public void HasComplaints(int status, int times)
    {
        Assert.All(complaints, complaint => Assert.Contains($"status of {status}", complaint, StringComparison.Ordinal));
        Assert.Equal(times, complaints.Count);
        complaints.Clear();
    }

    /// <summary>The same of requests that never got an answer.</summary>
    public void HasNetworkComplaints(int times)
    {
        Assert.All(complaints, complaint => Assert.Contains("net::ERR", complaint, StringComparison.Ordinal));
        Assert.Equal(times, complaints.Count);
        complaints.Clear();
    }

    /// <summary>axe-core's findings now, one a line; nothing when it is clean. It comes in by the protocol, so the page's policy stays as it is.</summary>
    public async Task<string[]> FindingsAsync()
    {
        await Page.EvaluateAsync(host.Axe);
        var found = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 200) + ' – ' + n.failureSummary).join('; ')}`)");
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        Assert.Empty(complaints);
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
