using System.Reflection;
using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalFunctions.Http;

/// <summary>What a function with an HTTP trigger must keep to, so that it means the same here and behind the real host.</summary>
internal static class HttpRules
{
    public static IEnumerable<string> Check(HttpFunction http, IReadOnlyList<IParameterBinder> binders)
    {
        var trigger = http.Function.TriggerParameter;
        if (trigger.ParameterType != typeof(HttpRequest))
            yield return $"parameter '{trigger.Name}' must be an HttpRequest: with the ASP.NET Core integration the body isn't bound to {trigger.ParameterType}.";
        if (http.Level == AuthorizationLevel.User)
            yield return "AuthorizationLevel.User is not supported by the host.";
        foreach (var error in CheckReturn(http.Function.Method).Concat(CheckRoute(http, binders)))
            yield return error;
    }

    /// <summary>Two functions for one template and method: nobody could say which is meant.</summary>
    public static string? Conflict(HttpFunction one, HttpFunction other)
    {
        var sameMethod = one.Methods.Count == 0 || other.Methods.Count == 0 || one.Methods.Intersect(other.Methods, StringComparer.OrdinalIgnoreCase).Any();
        return sameMethod && string.Equals(one.Route, other.Route, StringComparison.OrdinalIgnoreCase)
            ? $"The route specified conflicts with the route defined by function '{other.Function.Name}'."
            : null;
    }

    private static IEnumerable<string> CheckReturn(MethodInfo method)
    {
        var type = FunctionReturn.ValueType(method.ReturnType);
        if (type == typeof(void) || HttpFunction.IsAnswer(type))
            yield break;
        var marked = type.GetProperties().Count(property => property.IsDefined(typeof(HttpResultAttribute)));
        if (marked > 1)
            yield return "AZFW0007: Found multiple HTTP Response types (properties with HttpResultAttribute or properties of type HttpResponseData) " +
                $"defined in return type '{type.Name}'. Only one HTTP response binding type is supported in your return type definition.";
        else if (marked == 0 && type.GetProperties().Any(property => HttpFunction.IsAnswer(property.PropertyType)))
            yield return $"AZFW0015: The return type for function '{method.Name}' is missing a HttpResultAttribute on the HTTP response type property.";
        else if (marked == 0)
            yield return $"it returns {type.Name}, and the worker answers that with 200 and no body. Return IActionResult or IResult.";
    }

    private static IEnumerable<string> CheckRoute(HttpFunction http, IReadOnlyList<IParameterBinder> binders)
    {
        RoutePattern? pattern = null;
        string? broken = null;
        try
        {
            pattern = http.Pattern();
        }
        catch (RoutePatternException wrong)
        {
            broken = $"the route '{http.Route}' is not a template: {wrong.Message}";
        }

        if (pattern is null)
        {
            yield return broken!;
            yield break;
        }

        if (IsHostsOwn(http.OwnRoute))
            yield return "The specified route conflicts with one or more built in routes.";
        var bound = http.RouteParameters(pattern).ToList();
        foreach (var (parameter, _) in bound.Where(pair => RouteValue.ConverterTo(pair.Parameter.ParameterType) is null))
            yield return $"parameter '{parameter.Name}' ({parameter.ParameterType}) can't be read from a route.";
        foreach (var parameter in http.Function.Method.GetParameters())
        {
            var known = http.Function.IsTrigger(parameter) || parameter.ParameterType == typeof(FunctionContext) ||
                parameter.ParameterType == typeof(CancellationToken) || parameter.HasDefaultValue ||
                bound.Exists(pair => pair.Parameter.Position == parameter.Position) || binders.Any(binder => binder.Handles(parameter));
            if (!known)
                yield return $"nothing gives parameter '{parameter.Name}' a value: the route '{http.Route}' doesn't name it.";
        }
    }

    /// <summary>As in the real host: whatever begins like its own two roots, <c>administration</c> too, under any prefix.</summary>
    private static bool IsHostsOwn(string route) =>
        route.StartsWith("admin", StringComparison.OrdinalIgnoreCase) || route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase);
}
