using Orders.Application.Access;

namespace Orders.Workflows.Access;

/// <summary>Erases a user: the address book, the orders page by page, and in the end the answers that were kept for repeated requests. A run that dies goes on.</summary>
public static class EraseUser
{
    /// <summary>After so many steps it begins a new history, so that none grows without end.</summary>
    private const int StepsPerHistory = 40;

    /// <param name="context">The durable context; every wait and effect goes through it.</param>
    /// <param name="place">Whose, and where to go on.</param>
    [Function(nameof(EraseUser))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ErasurePlace place)
    {
        if (place.Orders == 0)
            place = await context.CallActivityAsync<ErasurePlace>(ErasureActivities.BeginErasure, place, StepRetry.Options);
        for (var step = 0; step < StepsPerHistory; step++)
        {
            if (place.WaitsUntil is { } until)
            {
                await context.CreateTimer(until.UtcDateTime, CancellationToken.None);
                await context.CallActivityAsync<long>(ErasureActivities.EndErasure, place, StepRetry.Options);
                return;
            }

            place = await context.CallActivityAsync<ErasurePlace>(ErasureActivities.EraseOrders, place, StepRetry.Options);
        }

        context.ContinueAsNew(place);
    }
}

/// <summary>The activities of an erasure, by name. Each may be repeated. The names stand in histories: append, never rename.</summary>
public static class ErasureActivities
{
    public const string BeginErasure = nameof(BeginErasure);
    public const string EraseOrders = nameof(EraseOrders);
    public const string EndErasure = nameof(EndErasure);

    public static readonly IReadOnlyList<string> All = [BeginErasure, EraseOrders, EndErasure];
}
