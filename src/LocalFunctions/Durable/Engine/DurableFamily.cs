using System.Reflection;
using LocalFunctions.Functions;
using LocalFunctions.Work;

namespace LocalFunctions.Durable.Engine;

/// <summary>Orchestration and activity triggers, and the <c>[DurableClient]</c> binding.</summary>
/// <param name="engine">Runs them.</param>
/// <param name="invoker">Asked for when the first function is added: an invoker needs the binders, and this is one.</param>
public sealed class DurableFamily(DurableEngine engine, Func<IFunctionInvoker> invoker) : ITriggerFamily, IParameterBinder
{
    public IEnumerable<IWorkSource> Sources => engine.Sources;

    public bool Handles(Attribute trigger) => trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute;

    public IEnumerable<string> Check(FunctionDescriptor function) => DurableRules.Check(function);

    public void Add(FunctionDescriptor function)
    {
        if (function.Trigger is OrchestrationTriggerAttribute)
            engine.AddOrchestrator(function, invoker());
        else
            engine.AddActivity(function, invoker());
    }

    public bool Handles(ParameterInfo parameter) => parameter.GetCustomAttribute<DurableClientAttribute>() is not null;

    /// <exception cref="InvalidOperationException">The parameter has another type (DURABLE1002).</exception>
    public object? Bind(ParameterInfo parameter) => DurableRules.CheckClient(parameter) is { } wrong
        ? throw new InvalidOperationException(wrong)
        : engine.Client;
}
