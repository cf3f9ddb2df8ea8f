using System.Reflection;
using LocalFunctions.Functions;

namespace LocalFunctions.Durable.Engine;

/// <summary>What the Durable analyzers refuse in a function's signature, found by reflection.</summary>
internal static class DurableRules
{
    public static IEnumerable<string> Check(FunctionDescriptor function)
    {
        foreach (var parameter in function.Method.GetParameters())
        {
            if (CheckClient(parameter) is { } wrong)
                yield return $"{function.EntryPoint}: {wrong}";
        }

        if (function.Trigger is not OrchestrationTriggerAttribute)
            yield break;
        if (function.TriggerParameter.ParameterType != typeof(TaskOrchestrationContext))
        {
            yield return $"{function.EntryPoint}: DURABLE1001: [OrchestrationTrigger] must be used with TaskOrchestrationContext, not "
                + $"{function.TriggerParameter.ParameterType.Name}";
        }

        if (function.Method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken)))
            yield return $"{function.EntryPoint}: DURABLE0007: an orchestrator can't have a CancellationToken";
        if (function.Method.GetParameters().Any(p => p != function.TriggerParameter && p.GetCustomAttributes<BindingAttribute>().Any()))
            yield return $"{function.EntryPoint}: DURABLE0008: an orchestrator can't have other bindings than [OrchestrationTrigger]";
    }

    public static string? CheckClient(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<DurableClientAttribute>() is not null && parameter.ParameterType != typeof(DurableTaskClient)
            ? $"DURABLE1002: [DurableClient] must be used with DurableTaskClient, not {parameter.ParameterType.Name}"
            : null;
}
