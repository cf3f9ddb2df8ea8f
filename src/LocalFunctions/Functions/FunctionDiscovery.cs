using System.Reflection;

namespace LocalFunctions.Functions;

/// <summary>What was found: the functions that are right in themselves, and what is wrong with the others.</summary>
internal sealed record Discovered(IReadOnlyList<FunctionDescriptor> Functions, IReadOnlyList<string> Errors);

/// <summary>Finds the methods that are marked as functions.</summary>
internal static class FunctionDiscovery
{
    private const BindingFlags AllDeclared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static Discovered Find(IEnumerable<Type> types)
    {
        var functions = new List<FunctionDescriptor>();
        var errors = new List<string>();
        var marked =
            from type in types
            from method in type.GetMethods(AllDeclared)
            let attribute = method.GetCustomAttribute<FunctionAttribute>()
            where attribute is not null
            select (attribute.Name, method);
        foreach (var (name, method) in marked)
        {
            var wrong = FunctionRules.Check(name, method).ToList();
            errors.AddRange(wrong.Select(error => $"{method.DeclaringType}.{method.Name}: {error}"));
            if (wrong.Count == 0)
            {
                var trigger = FunctionRules.TriggersOf(method).Single();
                functions.Add(new FunctionDescriptor(name, method, trigger.Parameter, trigger.Attribute));
            }
        }

        errors.AddRange(
            from same in functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            where same.Count() > 1
            select $"AZFW0017: The function name '{same.Key}' is used by multiple functions. Function names must be unique. " +
                   $"Duplicate entry points: {string.Join(", ", same.Select(function => function.EntryPoint))}");
        return new Discovered(functions, errors);
    }
}
