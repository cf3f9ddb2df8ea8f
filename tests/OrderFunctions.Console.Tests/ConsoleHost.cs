using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using OrderFunctions.LocalHost;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OrderFunctions.Console.Tests;

/// <summary>One local host and one browser for all tests; each test has orders and a page of its own.</summary>
public sealed class ConsoleHost : IAsyncLifetime
{
    /// <summary>Milliseconds, generous: the machine may be busy. Whoever waits goes on as soon as it is so.</summary>
    private const int MostWaited = 30_000;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("orders-console-");
    private readonly CancellationTokenSource stop = new();
    private readonly StringWriter output = new();
    private Task<int>? program;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public string Url { get; } = FreeUrl();

    public Shop Shop { get; private set; } = null!;

    public string Axe { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;
        Axe = await File.ReadAllTextAsync(Chromium.AxePath);
        program = LocalHostProgram.RunAsync(["--urls", Url, "--data", data.FullName], output, output, stop.Token);
        Shop = new Shop(Url);
        await Shop.ReadyAsync(program);
        await Shop.AdvanceToNoonAsync();
        Assertions.SetDefaultExpectTimeout(MostWaited);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.CloseAsync();
        playwright?.Dispose();
        await stop.CancelAsync();
        if (program is not null)
            await program.WaitAsync(TimeSpan.FromMinutes(1));
        Shop?.Dispose();
        stop.Dispose();
        data.Delete(recursive: true);
    }

    /// <summary>A new window at an address of the console, signed in; with no role at the sign-in page.</summary>
    internal async Task<Window> OpenAsync(string address, string? role = "support", int width = 1280)
    {
        var context = await browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(MostWaited);
        if (role is not null)
        {
            var token = await Shop.TokenAsync(role switch { "merchant" => "mia", "ops" => "olga", _ => "sam" }, role);
            await context.AddInitScriptAsync($"if (location.protocol === 'http:' && !sessionStorage.getItem('test.began')) {{ sessionStorage.setItem('orders.token', '{token}'); sessionStorage.setItem('test.began', '1'); }}");
        }

        var window = new Window(this, context, await context.NewPageAsync());
        await window.GoAsync(address);
        return window;
    }

    private static string FreeUrl()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleHost>
{
    public const string Name = "console";
}
