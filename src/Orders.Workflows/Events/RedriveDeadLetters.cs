using Orders.Application.Events;

namespace Orders.Workflows.Events;

/// <summary>
/// Sends dead letters back, so many a second: picks the next ones, sends them back, waits a second. What was picked stands in the history, so a step that is repeated
/// after a crash sends nothing twice and counts nothing twice. Its custom status is how far it is.
/// </summary>
public static class RedriveDeadLetters
{
    /// <summary>After so many steps it begins a new history, so that none grows without end.</summary>
    private const int StepsPerHistory = 40;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="context">The durable context; every effect goes through it.</param>
    /// <param name="plan">What to send back, and where to go on.</param>
    [Function(nameof(RedriveDeadLetters))]
    public static async Task<RedriveProgress> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RedrivePlan plan)
    {
        var progress = plan.Progress;
        for (var step = 0; step < StepsPerHistory; step++)
        {
            var pick = await context.CallActivityAsync<RedrivePick>(RedriveActivities.PickDeadLetters, plan with { Progress = progress }, StepRetry.Options);
            var failed = await context.CallActivityAsync<int>(RedriveActivities.SendDeadLettersBack, pick.Ids, StepRetry.Options);
            progress = progress.With(pick, failed);
            context.SetCustomStatus(progress);
            if (pick.Next is null)
                return progress;
            await context.CreateTimer(Pause, CancellationToken.None);
        }

        context.ContinueAsNew(plan with { Progress = progress });
        return progress;
    }
}

/// <summary>The activities of a redrive, by name. Each may be repeated. The names stand in histories: append, never rename.</summary>
public static class RedriveActivities
{
    public const string PickDeadLetters = nameof(PickDeadLetters);
    public const string SendDeadLettersBack = nameof(SendDeadLettersBack);

    public static readonly IReadOnlyList<string> All = [PickDeadLetters, SendDeadLettersBack];
}
