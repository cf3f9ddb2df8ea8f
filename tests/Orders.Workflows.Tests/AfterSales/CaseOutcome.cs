using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Domain.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>What must be the same however often the process died on the way, cases included.</summary>
public sealed record CaseOutcome(Outcome Order, string Cases, OrchestrationRuntimeStatus? CaseProcess)
{
    public static async Task<CaseOutcome> ReadAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var order = await world.Shop.ReadAsync();
        return new(
            await Outcome.ReadAsync(host),
            string.Join(", ", order.Cases.Select(Describe)),
            (await world.Desk.InstanceAsync())?.RuntimeStatus);
    }

    private static string Describe(AfterSaleCase @case) => $"{@case.Status}: {string.Join(' ', @case.Steps.Select(step => step.What))}";
}
