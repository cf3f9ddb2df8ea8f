using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace OrderFunctions.Edge;

/// <summary>The app's own HTTP functions, read from their attributes, so that an unserved request can be told what would be served.</summary>
public sealed class Routes
{
    private readonly IReadOnlyList<Served> served = [.. Find()];

    /// <param name="Function">The function's name.</param>
    /// <param name="Template">Its route.</param>
    /// <param name="Methods">Upper-case; empty for all.</param>
    public sealed record Served(string Function, string Template, IReadOnlyList<string> Methods);

    public IReadOnlyList<Served> All => served;

    /// <summary>The methods that some function takes at this path; empty when none has such a route.</summary>
    public IReadOnlyList<string> MethodsAt(PathString path) =>
        [.. served.Where(route => route.Methods.Count > 0 && Matches(route.Template, path)).SelectMany(route => route.Methods).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether a template is that of a path.</summary>
    public static bool Matches(string template, PathString path) =>
        new TemplateMatcher(TemplateParser.Parse(template), []).TryMatch(path, []);

    private static IEnumerable<Served> Find() =>
        from type in typeof(Routes).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        select new Served(function.Name, trigger.Route ?? function.Name, [.. (trigger.Methods ?? []).Select(m => m.ToUpperInvariant())]);
}
