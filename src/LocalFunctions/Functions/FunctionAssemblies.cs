using System.Reflection;

namespace LocalFunctions.Functions;

/// <summary>Finds the assemblies that can hold functions: the app's own and those it refers to, if they refer to this one.</summary>
internal static class FunctionAssemblies
{
    private static readonly string Own = typeof(FunctionAssemblies).Assembly.GetName().Name!;

    /// <summary>The roots and what they reach, without this assembly and without anything that can't name its attributes.</summary>
    public static IReadOnlyList<Assembly> From(IEnumerable<Assembly> roots)
    {
        var found = new List<Assembly>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Own };
        var ahead = new Queue<Assembly>(roots);
        while (ahead.TryDequeue(out var assembly))
        {
            if (!seen.Add(assembly.GetName().Name!))
                continue;
            var references = assembly.GetReferencedAssemblies();
            if (references.Any(reference => reference.Name == Own))
                found.Add(assembly);
            foreach (var reference in references.Where(reference => !IsPlatform(reference.Name!) && !seen.Contains(reference.Name!)))
            {
                if (TryLoad(reference) is { } loaded)
                    ahead.Enqueue(loaded);
            }
        }

        return found;
    }

    // They can't refer to us, and loading them only to see that costs a start its speed.
    private static bool IsPlatform(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal) ||
        name is "System" or "netstandard" or "mscorlib";

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            // Referenced but not deployed: it can't run here, so it has no functions here either.
            return null;
        }
    }
}
