using System.Reflection;
using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalFunctions.Http;

/// <summary>A function with an HTTP trigger: its route, methods, level and the parameters it takes from the route.</summary>
internal sealed class HttpFunction
{
    public HttpFunction(FunctionDescriptor function, string routePrefix)
    {
        var trigger = (HttpTriggerAttribute)function.Trigger;
        Function = function;
        OwnRoute = (string.IsNullOrWhiteSpace(trigger.Route) ? function.Name : trigger.Route).Trim('/');
        Route = $"{routePrefix}/{OwnRoute}".Trim('/');
        Methods = trigger.Methods ?? [];
        Level = LevelOf(function, trigger);
    }

    public FunctionDescriptor Function { get; }

    /// <summary>The template without the prefix.</summary>
    public string OwnRoute { get; }

    /// <summary>The whole template, prefix included.</summary>
    public string Route { get; }

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> Methods { get; }

    public AuthorizationLevel Level { get; }

    /// <exception cref="RoutePatternException">The route isn't a template.</exception>
    public RoutePattern Pattern() => RoutePatternFactory.Parse(Route);

    /// <summary>The function's parameters that have a place in the route.</summary>
    public IEnumerable<(ParameterInfo Parameter, RoutePatternParameterPart Part)> RouteParameters(RoutePattern pattern) =>
        from parameter in Function.Method.GetParameters()
        where !Function.IsTrigger(parameter)
        let part = pattern.GetParameter(parameter.Name!)
        where part is not null
        select (parameter, part);

    /// <summary>Whether a result of this type has an answer in it: the worker sends no body for anything else.</summary>
    public static bool IsAnswer(Type type) => typeof(IResult).IsAssignableFrom(type) || typeof(IActionResult).IsAssignableFrom(type);

    /// <summary>The host asks for a function key when the attribute names methods only, whatever its property says.</summary>
    private static AuthorizationLevel LevelOf(FunctionDescriptor function, HttpTriggerAttribute trigger)
    {
        var written = function.TriggerParameter.CustomAttributes.First(attribute => attribute.AttributeType == typeof(HttpTriggerAttribute));
        var named = written.ConstructorArguments.Any(argument => argument.ArgumentType == typeof(AuthorizationLevel));
        return named ? trigger.AuthLevel : AuthorizationLevel.Function;
    }
}
