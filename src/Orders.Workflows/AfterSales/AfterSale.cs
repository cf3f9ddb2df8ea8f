using Orders.Domain.AfterSales;

namespace Orders.Workflows.AfterSales;

/// <summary>
/// Carries an after-sale case: review or deadline → goods or deadline → inspection or deadline → difference or deadline → replacement or deadline →
/// refund with retries → done. The order document is the truth; this only waits, looks, and does what the case needs next. So it can be started at
/// any time for a case in any state, and a signal too many is harmless.
/// </summary>
public static class AfterSale
{
    /// <summary>The event that says: look at the document. It carries nothing.</summary>
    public const string CaseChanged = "CaseChanged";

    /// <summary>After so many steps it begins a new history, so that none grows without end. A usual case has ten.</summary>
    private const int StepsPerHistory = 40;

    /// <param name="context">The durable context; every wait and effect goes through it.</param>
    /// <param name="case">Which case; the instance id is its case id.</param>
    [Function(nameof(AfterSale))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, CaseRef @case)
    {
        var steps = new CaseSteps(context, @case);
        var look = await steps.LookAsync();
        for (var step = 0; step < StepsPerHistory; step++)
        {
            if (look.Need == CaseNeed.Nothing && steps.NothingHappened)
                return;

            look = look.Need switch
            {
                CaseNeed.Review => await steps.LookOrAtDeadlineAsync(look.Until, CaseActivities.DecideUnreviewed),
                CaseNeed.Goods => await steps.LookOrAtDeadlineAsync(look.Until, CaseActivities.LapseGoods),
                CaseNeed.Inspection => await steps.LookOrAtDeadlineAsync(look.Until, CaseActivities.ReceiveUninspected),
                CaseNeed.Difference => await steps.LookOrAtDeadlineAsync(look.Until, CaseActivities.FallBack),
                CaseNeed.Replacement => await steps.LookOrAtDeadlineAsync(look.Until, CaseActivities.FallBack),
                CaseNeed.Refund => await steps.RefundAsync(),
                CaseNeed.ProviderWord => await steps.LookForProviderWordAsync(),
                CaseNeed.People => await steps.LookWhenChangedAsync(),
                _ => await steps.LookAsync(),
            };
        }

        context.ContinueAsNew(@case);
    }
}
