using Orders.Domain.AfterSales;

namespace Orders.Workflows.AfterSales;

/// <summary>What the process of a case can do and wait for. Every step ends with a look at the document, which says what comes next.</summary>
internal sealed class CaseSteps(TaskOrchestrationContext context, CaseRef @case)
{
    /// <summary>How long only people can move a case before it is looked at all the same.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(7);

    /// <summary>Looks for the provider's word on a refund: first after a minute, then after twice as long each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    private readonly Signal changed = new(context, AfterSale.CaseChanged);
    private TimeSpan pause = FirstPause;

    /// <summary>Whether no signal came since the last look.</summary>
    public bool NothingHappened => changed.NothingHappened;

    /// <summary>Looks at the document; that answers all signals that came before.</summary>
    public Task<CaseLook> LookAsync()
    {
        changed.Answer();
        return StepAsync(CaseActivities.LookAtCase);
    }

    /// <summary>A look when something changed; what is to happen by itself when the deadline came first.</summary>
    public async Task<CaseLook> LookOrAtDeadlineAsync(DateTimeOffset? deadline, string activity) =>
        await changed.CameBefore(deadline!.Value.UtcDateTime) ? await LookAsync() : await StepAsync(activity);

    public async Task<CaseLook> LookWhenChangedAsync()
    {
        await changed.CameBefore(context.CurrentUtcDateTime + LookAgain);
        return await LookAsync();
    }

    /// <summary>The provider's word reaches the document by its message or by the question that is put to it; this only looks there.</summary>
    public async Task<CaseLook> LookForProviderWordAsync()
    {
        await changed.CameBefore(context.CurrentUtcDateTime + pause);
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        return await LookAsync();
    }

    public Task<CaseLook> RefundAsync() => StepAsync(CaseActivities.RefundCase);

    private Task<CaseLook> StepAsync(string activity) => context.CallActivityAsync<CaseLook>(activity, @case, StepRetry.Options);
}
