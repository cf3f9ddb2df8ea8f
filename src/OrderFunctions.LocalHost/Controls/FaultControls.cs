using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.LocalHost.Faults;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET</c> and <c>PUT /local/faults</c>: makes ports fail as planned; an empty list clears the plan.</summary>
internal static class FaultControls
{
    private const int MostFaults = 100;

    private sealed record FaultBody(string Port, FaultMode Mode, string? Operation = null, int? Times = null, double? Rate = null, int? Seed = null);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapGet("/faults", (FaultPlan plan) => ControlResults.Ok(plan.Faults));
        controls.MapPut("/faults", ReplaceAsync);
    }

    private static async Task<IResult> ReplaceAsync(HttpRequest request, FaultPlan plan)
    {
        var (faults, problem) = await ControlResults.ReadAsync<List<FaultBody?>>(request);
        if (faults is null)
            return problem!;
        if (faults.Count > MostFaults)
            return ControlResults.Invalid($"At most {MostFaults} faults.");
        if (faults.Select(WrongWith).FirstOrDefault(wrong => wrong is not null) is { } error)
            return ControlResults.Invalid(error);
        plan.Replace(faults.Select(fault => new Fault(fault!.Port, fault.Operation, fault.Mode, fault.Times, fault.Rate, fault.Seed)));
        return ControlResults.Ok(plan.Faults);
    }

    private static string? WrongWith(FaultBody? fault)
    {
        if (fault is null || !FaultyPorts.Names.Contains(fault.Port, StringComparer.OrdinalIgnoreCase))
            return $"'port' is one of {string.Join(", ", FaultyPorts.Names)}.";
        if (fault.Operation is { } operation && !FaultyPorts.Operations(fault.Port).Contains(operation, StringComparer.OrdinalIgnoreCase))
            return $"'operation' of {fault.Port} is one of {string.Join(", ", FaultyPorts.Operations(fault.Port))}.";
        if (fault.Mode == FaultMode.Garble && !fault.Port.Equals("events", StringComparison.OrdinalIgnoreCase))
            return "'mode' garble is for the port events alone.";
        if (fault.Times is <= 0)
            return "'times' is above 0.";
        return fault.Rate is <= 0 or > 1 or double.NaN ? "'rate' is above 0 and at most 1." : null;
    }
}
