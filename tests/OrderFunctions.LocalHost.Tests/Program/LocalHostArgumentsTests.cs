namespace OrderFunctions.LocalHost.Tests.Program;

public sealed class LocalHostArgumentsTests
{
    [Fact]
    public void NoArguments_ServeOnTheDefaults()
    {
        var arguments = Parse();

        Assert.Equal(("serve", null, ".local", false), (arguments.Command, arguments.Listen, arguments.DataDirectory, arguments.Reset));
        Assert.False(arguments.ProductionLimits);
    }

    [Fact]
    public void Options_AreTakenWithSpaceOrEquals()
    {
        var served = Parse("--urls", "http://127.0.0.1:8080", "--data=/tmp/a=b", "--reset");
        Assert.Equal(("http://127.0.0.1:8080", "/tmp/a=b", true), (served.Listen!.Urls, served.DataDirectory, served.Reset));

        Assert.True(Parse("--limits", "production").ProductionLimits);
        Assert.False(Parse("--limits=local").ProductionLimits);

        var demo = Parse("demo", "--orders=9", "--seed", "-4");
        Assert.Equal(("demo", 9, -4), (demo.Command, demo.Orders, demo.Seed));

        var provider = Parse("provider", "--webhooks", "https://shop.example/hook");
        Assert.Equal(("provider", new Uri("https://shop.example/hook")), (provider.Command, provider.Webhooks));
    }

    [Theory]
    [InlineData("http://localhost:7071", "http://localhost:7071/")]
    [InlineData("http://*:7071", "http://localhost:7071/")]
    [InlineData("http://+:7071", "http://localhost:7071/")]
    [InlineData("http://0.0.0.0:7071", "http://localhost:7071/")]
    [InlineData("http://[::]:7071", "http://localhost:7071/")]
    [InlineData("http://[::1]:7071", "http://[::1]:7071/")]
    [InlineData("http://10.0.0.1:80;http://localhost:7071", "http://10.0.0.1/")]
    public void Urls_AreReachedAs(string urls, string own) => Assert.Equal(new Uri(own), Parse("--urls", urls).Listen!.Own);

    [Theory]
    [InlineData("'--bogus' is not known.", "--bogus")]
    [InlineData("'serve' is not known.", "serve")]
    [InlineData("'demo' is not known.", "--reset", "demo")]
    [InlineData("'' is not known.", "")]
    [InlineData("--orders is not an option of serving.", "--orders", "5")]
    [InlineData("--data is not an option of demo.", "demo", "--data", "x")]
    [InlineData("--reset is not an option of provider.", "provider", "--reset")]
    [InlineData("--reset takes no value.", "--reset=yes")]
    [InlineData("--data needs a value.", "--data")]
    [InlineData("--data needs a value.", "--data", "--reset")]
    [InlineData("--data can't be ''", "--data=")]
    [InlineData("--orders can't be '0'", "demo", "--orders", "0")]
    [InlineData("--orders can't be '100001'", "demo", "--orders", "100001")]
    [InlineData("--orders can't be 'many'", "demo", "--orders", "many")]
    [InlineData("--limits can't be 'none'", "--limits", "none")]
    [InlineData("--limits is not an option of demo.", "demo", "--limits", "production")]
    [InlineData("--seed can't be '1.5'", "demo", "--seed=1.5")]
    [InlineData("--webhooks can't be '/hook'", "provider", "--webhooks", "/hook")]
    [InlineData("--webhooks can't be 'ftp://x'", "provider", "--webhooks", "ftp://x")]
    [InlineData("--urls can't be 'localhost:7071'", "--urls", "localhost:7071")]
    [InlineData("--urls can't be 'https://localhost:7071'", "--urls", "https://localhost:7071")]
    [InlineData("--urls can't be 'http://localhost:0'", "--urls", "http://localhost:0")]
    [InlineData("--urls can't be 'http://localhost:7071/api'", "--urls", "http://localhost:7071/api")]
    [InlineData("--urls can't be 'http://localhost:99999'", "--urls", "http://localhost:99999")]
    [InlineData("--urls can't be ';'", "--urls", ";")]
    [InlineData("--urls can't be 'http://localhost:7071;nonsense'", "--urls", "http://localhost:7071;nonsense")]
    public void Nonsense_IsNamed(string expected, params string[] args)
    {
        var (arguments, error) = LocalHostArguments.Parse(args);

        Assert.Null(arguments);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_IsNoWiderThanATerminal() => Assert.All(LocalHostArguments.Help.Split('\n'), line => Assert.InRange(line.Length, 0, 95));

    private static LocalHostArguments Parse(params string[] args)
    {
        var (arguments, error) = LocalHostArguments.Parse(args);
        Assert.True(arguments is not null, error);
        return arguments;
    }
}
