using System.Reflection;
using LocalFunctions.Functions;

namespace LocalFunctions.Durable.Engine;

/// <summary>An orchestrator of the app, and how its input is bound.</summary>
internal sealed class OrchestratorFunction
{
    private readonly FunctionDescriptor function;
    private readonly IFunctionInvoker invoker;
    private readonly ParameterInfo? input;
    private readonly object? noInput;

    public OrchestratorFunction(FunctionDescriptor function, IFunctionInvoker invoker)
    {
        this.function = function;
        this.invoker = invoker;
        input = InputOf(function);
        noInput = input is { ParameterType.IsValueType: true } ? Activator.CreateInstance(input.ParameterType) : null;
    }

    public string Name => function.Name;

    /// <summary>As in the worker: the first parameter that is neither bound by an attribute nor provided by the host is the input.</summary>
    public static ParameterInfo? InputOf(FunctionDescriptor function) => function.Method.GetParameters().FirstOrDefault(parameter =>
        !function.IsTrigger(parameter)
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && !parameter.GetCustomAttributes<BindingAttribute>().Any());

    public Task<object?> RunAsync(LocalOrchestrationContext context)
    {
        var bindings = new Dictionary<string, object?>(2, StringComparer.Ordinal) { [function.TriggerParameter.Name!] = context };
        if (input is not null)
            bindings[input.Name!] = context.ReadInput(input.ParameterType) ?? noInput;
        return invoker.InvokeAsync(function, bindings, items: null, CancellationToken.None);
    }
}
