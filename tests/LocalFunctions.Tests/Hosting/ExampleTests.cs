using Example;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;

namespace LocalFunctions.Tests.Hosting;

/// <summary>docs/local-functions/README.md: its example is the file that is compiled here, and its test is the one below.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task VisitorsAreCountedPerDay()
    {
        await using var app = await FunctionsTestHost.StartAsync(builder =>
        {
            VisitorsApp.Configure(builder);
            builder.UseFunctions(typeof(VisitorFunctions));
        });
        var client = app.CreateClient();

        Assert.Contains("\"number\":1", await VisitAsync("Ada"));
        Assert.Contains("\"number\":2", await VisitAsync("Grace"));
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Contains("\"number\":1,\"at\":\"2030-01-02T00:00:00+00:00\"", await VisitAsync("Ada"));

        async Task<string> VisitAsync(string name) =>
            await (await client.PostAsync($"api/visits/{name}", null)).Content.ReadAsStringAsync();
    }

    [Fact]
    public void Readme_ShowsTheFilesThatAreTested()
    {
        var readme = Lines(File.ReadAllText(Path.Combine(Repository.Root, "docs/local-functions/README.md")));
        Assert.Contains(Lines(File.ReadAllText(Path.Combine(Repository.Root, "docs/local-functions/Example.cs"))), readme, StringComparison.Ordinal);
        var thisFile = Lines(File.ReadAllText(Path.Combine(Repository.Root, "tests/LocalFunctions.Tests/Hosting/ExampleTests.cs")));
        var test = thisFile[thisFile.IndexOf("    [Fact]", StringComparison.Ordinal)..(thisFile.IndexOf("\n    }\n", StringComparison.Ordinal) + 6)];
        Assert.Contains(Unindent(test), readme, StringComparison.Ordinal);
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n").Trim() + "\n";

    private static string Unindent(string text) => string.Join("\n", text.Split('\n').Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line));
}
