using System.Reflection;
using System.Text.Json.Nodes;

namespace OrderFunctions.Tests.Deployment;

/// <summary>The files beside the code that a deployment consists of, and the functions that they speak of.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every Bicep file, from the repository's root.</summary>
    public static IReadOnlyList<string> Bicep { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Root, "infra"), "*.bicep", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    /// <summary>Every function of the app, with the parameter that carries its trigger.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Functions { get; } = new[] { typeof(Adapters).Assembly, typeof(Orders.Workflows.OrderLifecycle).Assembly }
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(FunctionAttribute)))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name, StringComparer.Ordinal);

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static JsonNode Json(string path) => JsonNode.Parse(Text(path))!;

    /// <summary>The attributes of that kind on the parameters of functions.</summary>
    public static IEnumerable<T> Triggers<T>()
        where T : Attribute => Functions.Values.SelectMany(method => method.GetParameters()).SelectMany(parameter => parameter.GetCustomAttributes<T>());

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrderFunctions.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        return folder;
    }
}
