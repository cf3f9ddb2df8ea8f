using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("AzureWebJobs.Second.Disabled", "true", false)]
    [InlineData("AzureWebJobs.second.Disabled", "1", false)]
    [InlineData("AzureWebJobs_Second_Disabled", "True", false)]
    [InlineData("AzureWebJobs.Second.Disabled", "false", true)]
    [InlineData("AzureWebJobs.Secon.Disabled", "true", true)]
    public async Task DisabledFunction_DoesNotRun(string setting, string value, bool runs)
    {
        await using var app = await FunctionsTestHost.StartAsync(builder =>
        {
            builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Two));
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(setting, (string?)value)]);
        });
        Assert.Equal(runs, (await app.CreateClient().GetAsync("api/Second")).IsSuccessStatusCode);
        Assert.True((await app.CreateClient().GetAsync("api/First")).IsSuccessStatusCode);
        Assert.Equal(runs ? 0 : 1, app.Services.GetRequiredService<LocalHostStatus>().Disabled.Count);
    }

    [Fact]
    public void HostJson_WithASettingForAValue_TakesTheSetting()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentSessions"] = "4",
            ["AzureFunctionsJobHost:extensions:serviceBus:autoCompleteMessages"] = "false",
        }).Build();

        var json = HostJson.Parse("""
            {"version": "2.0", "extensions": {"serviceBus": {"maxConcurrentSessions": 64, "maxConcurrentCalls": 5}}}
            """).WithSettings(settings);

        Assert.Equal(4, json.Integer("extensions:serviceBus:maxConcurrentSessions"));
        Assert.False(json.Flag("extensions:serviceBus:autoCompleteMessages"));
        Assert.Equal(5, json.Integer("extensions:serviceBus:maxConcurrentCalls"));
    }

    [Fact]
    public void HostJson_ReadsWhatIsAskedFor_AndIgnoresTheRest()
    {
        var json = HostJson.Parse("""
            {
              // A comment, and a trailing comma below.
              "version": "2.0",
              "logging": { "anything": [1, 2] },
              "extensions": {
                "http": { "RoutePrefix": "/v1/" },
                "serviceBus": { "maxConcurrentCalls": 7, "autoCompleteMessages": false, "maxAutoLockRenewalDuration": "00:05:00", },
              },
            }
            """);
        Assert.Equal("v1", json.RoutePrefix);
        Assert.Equal(7, json.Integer("extensions:serviceBus:maxConcurrentCalls"));
        Assert.False(json.Flag("extensions:serviceBus:autoCompleteMessages"));
        Assert.Equal(TimeSpan.FromMinutes(5), json.Duration("extensions:serviceBus:maxAutoLockRenewalDuration"));
        Assert.Null(json.Integer("extensions:durableTask:maxConcurrentActivityFunctions"));
        Assert.Equal("api", HostJson.Empty.RoutePrefix);
    }

    [Theory]
    [InlineData("{ \"version\": \"2.0\"", "host.json isn't valid JSON")]
    [InlineData("[]", "host.json: it must be an object")]
    [InlineData("{}", "host.json: version must be \"2.0\"")]
    public void HostJson_ThatIsBroken_IsRefused(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FunctionsStartException>(() => HostJson.Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("extensions:http:routePrefix must be a string")]
    public void HostJson_WithAValueOfAnotherKind_SaysWhere(string reason)
    {
        var json = HostJson.Parse("""{ "version": "2.0", "extensions": { "http": { "routePrefix": 3 } } }""");
        Assert.Contains(reason, Assert.Throws<FunctionsStartException>(() => json.RoutePrefix).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LocalSettings_ValuesBecomeSettings()
    {
        var folder = Folder("local.settings.json", """{ "IsEncrypted": false, "Values": { "Bus__Name": "here", "AzureWebJobs.First.Disabled": "true" } }""");
        var settings = new ConfigurationManager();
        AppFiles.AddLocalSettings(settings, folder);
        Assert.Equal("here", settings["Bus:Name"]);
        Assert.Equal("true", settings["AzureWebJobs.First.Disabled"]);
    }

    [Theory]
    [InlineData("{ \"IsEncrypted\": true, \"Values\": {} }", "is encrypted")]
    [InlineData("nonsense", "isn't a settings file")]
    public void LocalSettings_ThatCannotBeRead_AreRefused(string json, string reason)
    {
        var folder = Folder("local.settings.json", json);
        var refusal = Assert.Throws<FunctionsStartException>(() => AppFiles.AddLocalSettings(new ConfigurationManager(), folder));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static string Folder(string file, string content)
    {
        var folder = Directory.CreateTempSubdirectory("local-functions-").FullName;
        File.WriteAllText(Path.Combine(folder, file), content);
        return folder;
    }

    public static class Two
    {
        [Function("First")]
        public static IResult First([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();

        [Function("Second")]
        public static IResult Second([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();
    }
}
