using System.Reflection;
using LocalFunctions.Functions;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>What the Durable analyzers refuse, as far as a compiled function shows it.</summary>
internal static class DurableRules
{
    public static IEnumerable<string> Check(FunctionDescriptor function)
    {
        foreach (var parameter in function.Method.GetParameters())
        {
            if (CheckClient(parameter) is { } wrong)
                yield return wrong;
        }

        if (function.Trigger is not OrchestrationTriggerAttribute)
            yield break;
        if (function.TriggerParameter.ParameterType != typeof(TaskOrchestrationContext))
        {
            yield return $"DURABLE1001: [OrchestrationTrigger] must be used with TaskOrchestrationContext, not "
                + function.TriggerParameter.ParameterType.Name;
        }

        if (function.Method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken)))
            yield return "DURABLE0007: an orchestrator can't have a CancellationToken";
        if (function.Method.GetParameters().Any(p => !function.IsTrigger(p) && p.GetCustomAttributes<BindingAttribute>().Any()))
            yield return "DURABLE0008: an orchestrator can't have other bindings than [OrchestrationTrigger]";
        foreach (var banned in BannedCalls.In(function.Method))
            yield return banned;
        if (function.Method.GetParameters().Any(parameter => typeof(ILogger).IsAssignableFrom(parameter.ParameterType)))
            yield return "DURABLE0010: an orchestrator's logger comes from context.CreateReplaySafeLogger";
    }

    public static string? CheckClient(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<DurableClientAttribute>() is not null && parameter.ParameterType != typeof(DurableTaskClient)
            ? $"DURABLE1002: [DurableClient] must be used with DurableTaskClient, not {parameter.ParameterType.Name}"
            : null;
}
