using Orders.Application.Payments;

namespace Orders.Workflows;

/// <summary>What the run of a day is started with. A persisted format: it stands in histories.</summary>
/// <param name="Date">The UTC day.</param>
public sealed record ReconcileDayInput(DateOnly Date)
{
    /// <summary>Where the history before this one stopped; null for a run that begins.</summary>
    public ReconciliationPlace? Place { get; init; }
}

/// <summary>
/// Reconciles a day: reads the providers' statements page by page, compares the orders in parts, so many at once, and sums up. What is found is
/// kept where it was found, so a run that dies goes on, and one that is started again does what is left.
/// </summary>
public static class ReconcileDay
{
    /// <summary>After so many steps it begins a new history, so that none grows without end.</summary>
    private const int StepsPerHistory = 40;

    /// <summary>The instance that runs a day: one at a time.</summary>
    public static string InstanceOf(DateOnly date) => $"reconcile-{StatementPeriods.Of(date)}";

    /// <param name="context">The durable context; every effect goes through it.</param>
    /// <param name="input">Which day, and where to go on.</param>
    [Function(nameof(ReconcileDay))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ReconcileDayInput input)
    {
        var place = input.Place ?? await context.CallActivityAsync<ReconciliationPlace>(ReconciliationActivities.BeginReconciliation, input.Date, StepRetry.Options);
        for (var step = 0; step < StepsPerHistory; step++)
        {
            if (place.Unread.Count > 0)
            {
                place = await context.CallActivityAsync<ReconciliationPlace>(ReconciliationActivities.ReadStatementPage, place, StepRetry.Options);
            }
            else if (!place.IsCompared)
            {
                var next = await context.CallActivityAsync<ReconciliationParts>(ReconciliationActivities.PlanReconciliation, place, StepRetry.Options);
                await Task.WhenAll(next.Parts.Select(part => context.CallActivityAsync<int>(ReconciliationActivities.ReconcilePart, part, StepRetry.Options)));
                place = next.Next;
            }
            else
            {
                await context.CallActivityAsync<DateOnly>(ReconciliationActivities.EndReconciliation, input.Date, StepRetry.Options);
                return;
            }
        }

        context.ContinueAsNew(input with { Place = place });
    }
}

/// <summary>The activities of a day's reconciliation, by name. Each may be repeated. The names stand in histories: append, never rename.</summary>
public static class ReconciliationActivities
{
    public const string BeginReconciliation = nameof(BeginReconciliation);
    public const string ReadStatementPage = nameof(ReadStatementPage);
    public const string PlanReconciliation = nameof(PlanReconciliation);
    public const string ReconcilePart = nameof(ReconcilePart);
    public const string EndReconciliation = nameof(EndReconciliation);

    public static readonly IReadOnlyList<string> All = [BeginReconciliation, ReadStatementPage, PlanReconciliation, ReconcilePart, EndReconciliation];
}
