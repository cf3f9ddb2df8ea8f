using System.Text.RegularExpressions;
using Orders.Azure.Tests.Payments;

namespace OrderFunctions.Tests.Deployment;

/// <summary>The form of the Bicep. What Microsoft's own compiler says of it: <c>infra/compile.sh</c>, which CI runs too.</summary>
public sealed partial class BicepTests
{
    private const int MostLinesOfAModule = 80;

    [NodeFact]
    public async Task Bicep_IsBicep() => Assert.Empty((await BicepFile.ReadAsync(Repository.Bicep)).SelectMany(file => file.Errors));

    [NodeFact]
    public async Task Bicep_ThatIsNone_IsFound() => Assert.NotEmpty((await BicepFile.PlantedAsync("param a string\nresource x 'a@b' = {{\n")).Errors);

    [NodeFact]
    public async Task Parameter_SaysWhatItIsFor() => Assert.Empty(
        from file in await BicepFile.ReadAsync(Repository.Bicep)
        from parameter in file.Parameters
        where !parameter.Described
        select $"{file.Path}: {parameter.Name}");

    [NodeFact]
    public async Task ParameterWithoutAWord_IsFound()
    {
        var file = await BicepFile.PlantedAsync("param a string\n\n@allowed(['x'])\nparam b string\n\n@description('')\nparam c string\n\n@description('What it is for.')\nparam d string\n");

        Assert.Equal([false, false, false, true], file.Parameters.Select(parameter => parameter.Described));
    }

    [Fact]
    public void Modules_AreShort() => Assert.All(
        Repository.Bicep.Where(path => path.Contains("modules", StringComparison.Ordinal)), path => Assert.InRange(Repository.Text(path).Split('\n').Length, 1, MostLinesOfAModule));

    /// <summary>A name that is put together elsewhere is one that an alert, a role or an endpoint can miss.</summary>
    [Fact]
    public void Names_AreMadeInOnePlace() => Assert.Equal([Path.Combine("infra", "main.bicep")], Repository.Bicep.Where(path => UniqueName().IsMatch(Repository.Text(path))));

    /// <summary>Services that let in whoever has a key, or anybody, are not what we deploy.</summary>
    [Theory]
    [InlineData("cosmos.bicep", "disableLocalAuth: true")]
    [InlineData("service-bus.bicep", "disableLocalAuth: true")]
    [InlineData("storage.bicep", "allowSharedKeyAccess: false")]
    [InlineData("storage.bicep", "allowBlobPublicAccess: false")]
    [InlineData("redis.bicep", "accessKeysAuthentication: 'Disabled'")]
    [InlineData("redis.bicep", "evictionPolicy: 'NoEviction'")]
    [InlineData("monitoring.bicep", "DisableLocalAuth: true")]
    [InlineData("key-vault.bicep", "enableRbacAuthorization: true")]
    [InlineData("function-app.bicep", "httpsOnly: true")]
    public void KeysAreOff(string module, string line) => Assert.Contains(line, Repository.Text($"infra/modules/{module}"), StringComparison.Ordinal);

    [Fact]
    public void NoModule_AsksForAKey() =>
        Assert.All(Repository.Bicep, path => Assert.DoesNotContain("listKeys(", Repository.Text(path), StringComparison.OrdinalIgnoreCase));

    /// <summary>Redis and the database refuse changes while another is under way, so what makes several of them makes one after the other.</summary>
    [Theory]
    [InlineData("apps.bicep", "dataRoles")]
    [InlineData("modules/cosmos.bicep", "containers")]
    public void Changes_ThatOneResourceTakesOneByOne_AreMadeOneByOne(string file, string module) =>
        Assert.Contains($"@batchSize(1)\nmodule {module} ", Repository.Text($"infra/{file}"), StringComparison.Ordinal);

    /// <summary>Copies of documents in several zones and instances that are always there are two prices: who asks for one doesn't get the other.</summary>
    [Fact]
    public void ZonesOfApps_AreAskedForByThemselves()
    {
        var main = Repository.Text("infra/main.bicep");

        Assert.Contains("zoneRedundant: zoneRedundantApps\n", main[main.IndexOf("module apps ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("param zoneRedundantApps bool = false\n", main, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"uniqueString\((resourceGroup|subscription)\(\)")]
    private static partial Regex UniqueName();
}
