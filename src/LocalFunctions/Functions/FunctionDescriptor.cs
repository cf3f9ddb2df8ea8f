using System.Reflection;

namespace LocalFunctions.Functions;

/// <summary>One function of the app, as found by its attributes.</summary>
/// <param name="Name">The name in its <c>[Function]</c> attribute; unique in the app, ignoring case.</param>
/// <param name="Method">The static or instance method.</param>
/// <param name="TriggerParameter">The parameter that carries the trigger's attribute.</param>
/// <param name="Trigger">That attribute.</param>
public sealed record FunctionDescriptor(string Name, MethodInfo Method, ParameterInfo TriggerParameter, Attribute Trigger)
{
    /// <summary>
    /// Whether the method's parameter is the trigger's, by its place: reflection may make a method's parameters twice when two threads ask for the first time, so the same
    /// one can be two objects.
    /// </summary>
    public bool IsTrigger(ParameterInfo parameter) => parameter.Position == TriggerParameter.Position;

    /// <summary>Shown in messages: <c>Greetings.Hello.RunAsync</c>.</summary>
    public string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";
}
