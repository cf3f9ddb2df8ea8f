using Xunit;

namespace Repository.Tests;

/// <summary>The repository keeps each rule, and each rule finds a file that was planted to break it.</summary>
public sealed class SourceRulesTests
{
    [Fact]
    public void Sources_AreFound() => Assert.True(SourceTree.Sources.Count > 100);

    [Fact]
    public void Files_AreOneThoughtLong() => Assert.Empty(SourceRules.TooLong(SourceTree.Sources));

    [Fact]
    public void Files_OfThreeHundredLinesAndOne_AreFound() =>
        Assert.Single(SourceRules.TooLong([Planted("src/Orders.Domain/A.cs", new string('\n', 300)), Planted("src/Orders.Domain/B.cs", new string('\n', 299))]));

    [Fact]
    public void Source_IsOne_ForBothHosts() => Assert.Empty(SourceRules.ConditionalCompilation(SourceTree.Sources));

    [Fact]
    public void ConditionalCompilation_IsFound() =>
        Assert.Single(SourceRules.ConditionalCompilation([Planted("src/OrderFunctions/A.cs", "class A;\n  #if AZURE\n#endif\n")]));

    [Fact]
    public void SdkNamespaces_AreNamedInThreePlacesOnly() => Assert.Empty(SourceRules.SdkNamespaces(SourceTree.Sources));

    [Theory]
    [InlineData("src/OrderFunctions/Checkout/A.cs", "using Microsoft.Azure.Functions.Worker;", 1)]
    [InlineData("src/Orders.Workflows/A.cs", "Microsoft.DurableTask.TaskOptions x;", 1)]
    [InlineData("src/OrderFunctions/Checkout/GlobalUsings.Azure.cs", "global using Microsoft.DurableTask;", 1)]
    [InlineData("src/OrderFunctions/GlobalUsings.Azure.cs", "global using Microsoft.DurableTask;", 0)]
    [InlineData("src/LocalFunctions/A.cs", "// like Microsoft.DurableTask", 0)]
    public void SdkNamespace_OutsideThem_IsFound(string path, string text, int times) =>
        Assert.Equal(times, SourceRules.SdkNamespaces([Planted(path, text)]).Count());

    [Fact]
    public void Work_IsFinished() => Assert.Empty(SourceRules.Unfinished(SourceTree.Sources));

    [Theory]
    [InlineData("// TO", "DO later")]
    [InlineData("// FIX", "ME")]
    [InlineData("throw new Not", "ImplementedException();")]
    public void UnfinishedWork_IsFound(string first, string second) =>
        Assert.Single(SourceRules.Unfinished([Planted("tests/A.cs", first + second)]));

    [Fact]
    public void Errors_AreNotSwallowed() => Assert.Empty(SourceRules.SwallowedErrors(SourceTree.Sources));

    [Theory]
    [InlineData("catch", " { }")]
    [InlineData("catch (IOException)", "\n{\n}\n")]
    [InlineData("catch (IOException e) when (e.Is())", " {}")]
    public void SwallowedError_IsFound(string clause, string body) =>
        Assert.Single(SourceRules.SwallowedErrors([Planted("src/A.cs", "try { } " + clause + body)]));

    [Fact]
    public void Folders_AreTheShopsCapabilities() => Assert.Empty(SourceRules.UnknownFolders(SourceTree.Sources));

    [Theory]
    [InlineData("src/Orders.Application/Helpers/A.cs", 1)]
    [InlineData("src/OrderFunctions/Storage/A.cs", 1)]
    [InlineData("src/Orders.Embedded/Storage/A.cs", 0)]
    [InlineData("src/Orders.Application/Checkout/A.cs", 0)]
    [InlineData("src/Orders.Application/A.cs", 0)]
    public void Folder_OfAnotherName_IsFound(string path, int times) =>
        Assert.Equal(times, SourceRules.UnknownFolders([Planted(path, "")]).Count());

    private static SourceFile Planted(string path, string text) => new(path, text);
}
