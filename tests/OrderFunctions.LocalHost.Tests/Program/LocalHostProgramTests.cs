using System.Net;
using System.Net.Sockets;
using LocalFunctions.Storage;

namespace OrderFunctions.LocalHost.Tests.Program;

/// <summary>The program as its user meets it: exit codes, and one line for what can be mended.</summary>
public sealed class LocalHostProgramTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("order-functions-program-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("--help")]
    [InlineData("demo", "-h")]
    public async Task Help_IsPrintedAndSucceeds(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("--reset", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownOption_IsNamedWithTheHelp_AndExitsWith2()
    {
        var (code, output, error) = await RunAsync("--bogus");

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("'--bogus' is not known.", error, StringComparison.Ordinal);
        Assert.Contains("Commands", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("provider")]
    public async Task PortInUse_IsOneLine_AndExitsWith1(params string[] command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await IsRefusedAsync($"Failed to bind to address {url}: address already in use.", [.. command, "--urls", url, "--data", folder.FullName]);
    }

    [Fact]
    public async Task DataInUse_IsOneLine_AndExitsWith1()
    {
        using var other = LocalStore.OpenFile(InFolder("local-functions.db"));

        await IsRefusedAsync("is in use by another process", "--urls", FreeUrl(), "--data", folder.FullName);
    }

    [Fact]
    public async Task DataThatCannotBeMade_IsOneLine_AndExitsWith1()
    {
        await File.WriteAllTextAsync(InFolder("file"), "");

        await IsRefusedAsync($"The data folder {InFolder("file/data")} can't be made", "--urls", FreeUrl(), "--data", InFolder("file/data"));
    }

    [Fact]
    public async Task DataThatIsBroken_IsOneLine_AndExitsWith1()
    {
        await File.WriteAllTextAsync(InFolder("local-functions.db"), "This was a database once; now it is a text of some length.");
        await IsRefusedAsync($"The data in {folder.FullName} can't be used", "--urls", FreeUrl(), "--data", folder.FullName);

        await File.WriteAllTextAsync(InFolder("keys.json"), "{");
        await IsRefusedAsync("keys.json does not hold the local host's keys", "--urls", FreeUrl(), "--data", folder.FullName);
    }

    [Fact]
    public async Task Reset_OfAFolderWithForeignFiles_DeletesNothing()
    {
        await File.WriteAllTextAsync(InFolder("thesis.txt"), "three years of work");
        await File.WriteAllTextAsync(InFolder("keys.json"), "{}");

        await IsRefusedAsync("holds 'thesis.txt', which is not the local host's", "--reset", "--urls", FreeUrl(), "--data", folder.FullName);

        Assert.Equal(["keys.json", "thesis.txt"], Names());
    }

    [Fact]
    public async Task Reset_OfAFolderInUse_DeletesNothing()
    {
        using (LocalStore.OpenFile(InFolder("local-functions.db")))
        {
            await IsRefusedAsync("is in use by another process", "--reset", "--urls", FreeUrl(), "--data", folder.FullName);
            Assert.Contains("local-functions.db", Names());
        }
    }

    [Fact]
    public async Task Reset_OfOurFolder_BeginsAnew_AndWithoutItTheDataStays()
    {
        await ServeAsync(async shop => (await shop.PutAsync("/local/catalogue/mine", Json("""{"name":"Mine","unitPrice":1,"currency":"EUR","stock":1}"""))).EnsureSuccessStatusCode());
        await ServeAsync(async shop => Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync("/api/catalogue/mine")).StatusCode));
        Directory.CreateDirectory(InFolder("reports"));
        await File.WriteAllTextAsync(InFolder("reports/report.json"), "{}");
        await ServeAsync(async shop =>
        {
            Assert.False(File.Exists(InFolder("reports/report.json")));
            Assert.Equal(HttpStatusCode.NotFound, (await shop.GetAsync("/api/catalogue/mine")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync("/api/catalogue/tea-assam-100")).StatusCode);
        }, "--reset");
    }

    [Fact]
    public async Task Start_TellsANewcomerWhatToTry()
    {
        var output = await ServeAsync(_ => Task.CompletedTask);

        foreach (var hint in new[] { "is ready at http://127.0.0.1:", "curl -s", "/local/tokens", "/api/orders", "/local/clock/advance", folder.FullName, "Ctrl-C" })
            Assert.Contains(hint, output, StringComparison.Ordinal);
    }

    /// <summary>Serves until <paramref name="visit"/> is done, and stops.</summary>
    private async Task<string> ServeAsync(Func<HttpClient, Task> visit, params string[] more)
    {
        var url = FreeUrl();
        return await RunningProgram.VisitAsync(["--urls", url, "--data", folder.FullName, .. more], url, visit);
    }

    private async Task IsRefusedAsync(string because, params string[] args)
    {
        var (code, output, error) = await RunAsync(args);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(because, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private string InFolder(string name) => Path.Combine(folder.FullName, name);

    private List<string> Names() => [.. folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => name != "local-functions.db.lock").Order(StringComparer.Ordinal)];

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static string FreeUrl() => RunningProgram.FreeUrl();

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using StringWriter output = new(), error = new();
        var code = await LocalHostProgram.RunAsync(args, output, error).WaitAsync(TimeSpan.FromMinutes(1));
        return (code, output.ToString(), error.ToString());
    }
}
