using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LocalFunctions.Functions;

/// <summary>What any function must keep to, whatever starts it. Rules of the real SDK and host keep their id and their words.</summary>
internal static partial class FunctionRules
{
    public static IEnumerable<string> Check(string name, MethodInfo method)
    {
        if (string.IsNullOrEmpty(name))
            yield return "AZFW0013: Invalid argument passed in binding attribute. Check that the argument is not null.";
        else if (!ValidName().IsMatch(name))
            yield return $"'{name}' is not a valid function name. It starts with a letter and goes on with letters, digits and underscores, " +
                "128 at most; a hyphen can't stand in the setting AzureWebJobs.<Function>.Disabled on Linux.";
        if (!method.IsPublic || !method.DeclaringType!.IsVisible)
            yield return "the method and its class must be public, or the real SDK passes over it silently.";
        if (method.IsAbstract || method.ContainsGenericParameters)
            yield return "a function can be neither abstract nor generic.";
        if (method.DeclaringType is { IsAbstract: true, IsSealed: false } && !method.IsStatic)
            yield return "the class is abstract, so no instance of it can be made.";
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            yield return "AZFW0002: Do not use void as the return type for async methods. Use Task instead.";
        foreach (var error in method.GetParameters().SelectMany(CheckParameter))
            yield return error;
        var triggers = TriggersOf(method).Select(trigger => trigger.Parameter).Distinct().Count();
        if (triggers == 0)
            yield return "No trigger binding specified. A function must have a trigger input binding.";
        if (triggers > 1)
            yield return "Multiple trigger bindings defined. A function can only have a single trigger binding.";
    }

    public static IEnumerable<(ParameterInfo Parameter, TriggerBindingAttribute Attribute)> TriggersOf(MethodInfo method) =>
        from parameter in method.GetParameters()
        from attribute in parameter.GetCustomAttributes<TriggerBindingAttribute>()
        select (parameter, attribute);

    private static IEnumerable<string> CheckParameter(ParameterInfo parameter)
    {
        if (parameter.ParameterType.IsByRef)
            yield return $"parameter '{parameter.Name}' is passed by reference.";
        if (parameter.GetCustomAttributes<BindingAttribute>().Count() > 1)
            yield return $"AZFW0005: Parameter '{parameter.Name}' must have only one binding attribute.";
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,127}\z")]
    private static partial Regex ValidName();
}
