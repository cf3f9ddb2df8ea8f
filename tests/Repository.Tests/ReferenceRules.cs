using System.Reflection;
using System.Runtime.CompilerServices;

namespace Repository.Tests;

/// <summary>Rules about who may know whom.</summary>
internal static class ReferenceRules
{
    /// <summary>References point one way: from the rim to the domain. The host of our own knows nothing of orders.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["LocalFunctions"] = [],
        ["Orders.Domain"] = [],
        ["Orders.Application"] = ["Orders.Domain"],
        ["Orders.Workflows"] = ["Orders.Application", "LocalFunctions"],
        ["Orders.Azure"] = ["Orders.Application"],
        ["Orders.Embedded"] = ["Orders.Application", "LocalFunctions"],
        ["OrderFunctions"] = ["Orders.Workflows", "Orders.Azure", "Orders.Embedded", "LocalFunctions"],
        ["OrderFunctions.LocalHost"] = ["OrderFunctions", "Orders.Embedded", "LocalFunctions"],
    };

    public static IEnumerable<string> WrongWay(IEnumerable<ProjectFile> projects) =>
        from project in projects
        from other in project.Projects
        where !MayReference.GetValueOrDefault(project.Name, []).Contains(other)
        select $"{project.Name} must not reference {other}";

    public static IEnumerable<string> DomainPackages(IEnumerable<ProjectFile> projects) =>
        from project in projects
        where project.Name == "Orders.Domain"
        from package in project.Packages
        select $"the domain must not need {package}";

    /// <summary>What an assembly was compiled against, beyond the framework and what is listed.</summary>
    public static IEnumerable<string> CompiledAgainst(Assembly assembly, params string[] allowed) =>
        from reference in assembly.GetReferencedAssemblies()
        where !reference.Name!.StartsWith("System.", StringComparison.Ordinal) && !allowed.Contains(reference.Name)
        select $"{assembly.GetName().Name} knows {reference.Name}";

    /// <summary>A property that must be set by its own assembly alone.</summary>
    public static IEnumerable<string> SettableFromOutside(PropertyInfo property)
    {
        if (property.SetMethod is { } setter && !setter.IsAssembly && !setter.IsPrivate)
            yield return $"{property.Name} can be set by everybody";
        foreach (var friend in property.DeclaringType!.Assembly.GetCustomAttributes<InternalsVisibleToAttribute>())
            yield return $"{property.Name} can be set by {friend.AssemblyName}";
    }
}
