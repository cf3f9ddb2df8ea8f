using Orders.Domain;

namespace Orders.Workflows;

/// <summary>What the lifecycle can do and wait for. Every step ends with a look at the document, which says what comes next.</summary>
internal sealed class OrderSteps(TaskOrchestrationContext context, OrderRef order)
{
    /// <summary>How long only people can move an order before it is looked at all the same.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(7);

    private readonly Signal changed = new(context, OrderLifecycle.OrderChanged);

    /// <summary>Whether no signal came since the last look.</summary>
    public bool NothingHappened => changed.NothingHappened;

    /// <summary>Looks at the document; that answers all signals that came before.</summary>
    public Task<OrderLook> LookAsync()
    {
        changed.Answer();
        return StepAsync(OrderActivities.LookAtOrder);
    }

    /// <summary>True when a signal came, false when the deadline did.</summary>
    public Task<bool> ChangedBefore(DateTimeOffset? deadline) => changed.CameBefore(deadline?.UtcDateTime ?? context.CurrentUtcDateTime + LookAgain);

    /// <summary>Looks again for two minutes, as long as a hold lives without its order; then there will be none.</summary>
    public async Task<OrderLook> LookForDocumentAsync()
    {
        for (var seconds = 1; seconds <= 64; seconds *= 2)
        {
            await ChangedBefore(context.CurrentUtcDateTime.AddSeconds(seconds));
            if (await LookAsync() is { Need: not OrderNeed.Document } look)
                return look;
        }

        return new OrderLook(OrderNeed.Nothing);
    }

    public async Task<OrderLook> LookWhenChangedAsync()
    {
        await ChangedBefore(deadline: null);
        return await LookAsync();
    }

    public Task<OrderLook> CancelUnpaidAsync() => StepAsync(OrderActivities.CancelUnpaid);

    public Task<OrderLook> VoidOpenAttemptsAsync() => StepAsync(OrderActivities.VoidOpenAttempts);

    public Task<OrderLook> RefundOwedAsync() => StepAsync(OrderActivities.RefundOwed);

    public Task<OrderLook> AcceptAsync() => StepAsync(OrderActivities.AcceptOrder);

    public Task<OrderLook> PassReceiptDeadlineAsync() => StepAsync(OrderActivities.PassReceiptDeadline);

    public Task<OrderLook> CloseAsync() => StepAsync(OrderActivities.CloseOrder);

    private Task<OrderLook> StepAsync(string activity) => context.CallActivityAsync<OrderLook>(activity, order, StepRetry.Options);
}
