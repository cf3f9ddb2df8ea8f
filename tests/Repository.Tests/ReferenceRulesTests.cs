using Orders.Application.Checkout;
using Orders.Domain.Lifecycle;
using Xunit;

namespace Repository.Tests;

public sealed class ReferenceRulesTests
{
    [Fact]
    public void Projects_AreFound() => Assert.Equal(8, SourceTree.Projects.Count);

    [Fact]
    public void References_PointOneWay() => Assert.Empty(ReferenceRules.WrongWay(SourceTree.Projects));

    [Theory]
    [InlineData("Orders.Domain", "Orders.Application")]
    [InlineData("Orders.Application", "Orders.Embedded")]
    [InlineData("LocalFunctions", "Orders.Domain")]
    [InlineData("Orders.Azure", "LocalFunctions")]
    [InlineData("SomethingNew", "Orders.Domain")]
    public void Reference_TheWrongWay_IsFound(string project, string other) => Assert.Single(ReferenceRules.WrongWay([Planted(project, other, package: null)]));

    [Fact]
    public void Domain_HasNoPackages() => Assert.Empty(ReferenceRules.DomainPackages(SourceTree.Projects));

    [Fact]
    public void PackageInTheDomain_IsFound() =>
        Assert.Single(ReferenceRules.DomainPackages([Planted("Orders.Domain", other: null, "Dapper"), Planted("Orders.Azure", other: null, "Dapper")]));

    [Fact]
    public void Assemblies_KnowWhatTheirProjectsSay()
    {
        Assert.Empty(ReferenceRules.CompiledAgainst(typeof(Order).Assembly));
        Assert.Empty(ReferenceRules.CompiledAgainst(typeof(PlaceOrder).Assembly, "Orders.Domain", "Microsoft.Extensions.Logging.Abstractions"));
    }

    [Fact]
    public void Assembly_ThatKnowsMore_IsFound() =>
        Assert.Equal(["Orders.Application knows Orders.Domain"], ReferenceRules.CompiledAgainst(typeof(PlaceOrder).Assembly, "Microsoft.Extensions.Logging.Abstractions"));

    [Fact]
    public void State_OfAnOrder_IsSetByTheDomainAlone() => Assert.Empty(ReferenceRules.SettableFromOutside(typeof(Order).GetProperty(nameof(Order.State))!));

    [Fact]
    public void Property_ThatEverybodyCanSet_IsFound() =>
        Assert.Single(ReferenceRules.SettableFromOutside(typeof(Order).GetProperty(nameof(Order.Note))!));

    private static ProjectFile Planted(string name, string? other, string? package) => ProjectFile.Parse(
        $"src/{name}/{name}.csproj",
        $"""
         <Project>
           <ItemGroup>
             {(other is null ? "" : $"""<ProjectReference Include="../{other}/{other}.csproj" />""")}
             {(package is null ? "" : $"""<PackageReference Include="{package}" />""")}
           </ItemGroup>
         </Project>
         """);
}
