using System.Text.RegularExpressions;
using LocalFunctions.Hosting;

namespace LocalFunctions.Tests.Hosting;

/// <summary>LocalFunctions is for anybody who writes isolated functions; it knows nothing of this repository's shop.</summary>
public sealed partial class IndependenceTests
{
    [Fact]
    public void Sources_NameNothingOfTheShop()
    {
        var folder = Path.Combine(Repository.Root, "src", "LocalFunctions");
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !IsOutput(Path.GetRelativePath(folder, file))).ToList();
        Assert.InRange(sources.Count, 50, 1000);
        Assert.Empty(sources.SelectMany(file => Named(File.ReadAllText(file)).Select(word => $"{file}: {word}")));
    }

    [Fact]
    public void Assembly_RefersToNoOtherProject() =>
        Assert.DoesNotContain(typeof(FunctionsStartException).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Order", StringComparison.Ordinal));

    [Theory]
    [InlineData("using Orders.Domain;")]
    [InlineData("/// <summary>Waits for the payment.</summary>")]
    [InlineData("var orderId = 3;")]
    [InlineData("topic order-events")]
    public void PlantedWord_IsFound(string source) => Assert.Single(Named(source));

    [Fact]
    public void OrderInTheOtherSense_IsNoWordOfTheShop() => Assert.Empty(Named("in the order of registration; ordered by due time; OrderBy(x)"));

    private static IEnumerable<string> Named(string source) => ShopWords().Matches(source).Select(match => match.Value);

    private static bool IsOutput(string path) =>
        path.StartsWith("obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal) || path.StartsWith("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    [GeneratedRegex(@"\bOrders\.|\bOrderId\b|\bOrderFunctions\b|\bOrderHost\b|\border-\w+|\b(customer|merchant|payment|shipment|checkout|sku|refund|buyer|parcel)s?\b", RegexOptions.IgnoreCase)]
    private static partial Regex ShopWords();
}
