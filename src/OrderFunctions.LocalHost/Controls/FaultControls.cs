using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.LocalHost.Faults;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET</c> and <c>PUT /local/faults</c>: makes ports fail as planned; an empty list clears the plan.</summary>
internal static class FaultControls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/local/faults", (FaultPlan plan) => ControlResults.Ok(plan.Faults));
        routes.MapPut("/local/faults", ReplaceAsync);
    }

    private static async Task<IResult> ReplaceAsync(HttpRequest request, FaultPlan plan)
    {
        var (faults, problem) = await ControlResults.ReadAsync<List<Fault>>(request);
        if (faults is null)
            return problem!;
        if (faults.Select(WrongWith).FirstOrDefault(wrong => wrong is not null) is { } error)
            return ControlResults.Invalid(error);
        plan.Replace(faults);
        return ControlResults.Ok(plan.Faults);
    }

    private static string? WrongWith(Fault? fault)
    {
        if (fault is null || !FaultyPorts.Names.Contains(fault.Port, StringComparer.OrdinalIgnoreCase))
            return $"'port' is one of {string.Join(", ", FaultyPorts.Names)}.";
        if (fault.Operation is { } operation && !FaultyPorts.Operations(fault.Port).Contains(operation, StringComparer.OrdinalIgnoreCase))
            return $"'operation' of {fault.Port} is one of {string.Join(", ", FaultyPorts.Operations(fault.Port))}.";
        if (fault.Times is <= 0)
            return "'times' is above 0.";
        return fault.Rate is <= 0 or > 1 or double.NaN ? "'rate' is above 0 and at most 1." : null;
    }
}
