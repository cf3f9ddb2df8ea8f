using System.Reflection;
using LocalFunctions.Work;

namespace LocalFunctions.Functions;

/// <summary>The triggers of one extension (HTTP, Service Bus, timer, change feed, durable): checks, registers and runs its functions.</summary>
public interface ITriggerFamily
{
    /// <summary>Whether this family runs functions with such a trigger attribute.</summary>
    bool Handles(Attribute trigger);

    /// <summary>
    /// What is wrong with the function, in the words of the rule that refuses it (AZFW…, DURABLE…), empty when nothing is. All functions
    /// are checked before any is registered, and all errors are shown at once.
    /// </summary>
    IEnumerable<string> Check(FunctionDescriptor function);

    /// <summary>Registers a function before the start.</summary>
    void Add(FunctionDescriptor function);

    /// <summary>What works by itself once the host has started. Asked after all functions were added.</summary>
    IEnumerable<IWorkSource> Sources { get; }
}

/// <summary>Gives values to parameters other than the trigger's, such as <c>[DurableClient]</c>.</summary>
public interface IParameterBinder
{
    bool Handles(ParameterInfo parameter);

    object? Bind(ParameterInfo parameter);
}
