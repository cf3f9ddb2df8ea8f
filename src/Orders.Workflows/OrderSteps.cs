using Orders.Domain;

namespace Orders.Workflows;

/// <summary>What the lifecycle can do and wait for. Every step ends with a look at the document, which says what comes next.</summary>
internal sealed class OrderSteps
{
    /// <summary>How long only people can move an order before it is looked at all the same.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(7);

    /// <summary>
    /// Pause before a deadline that has passed already is tried again: the engine's clock may be a little ahead of the one that judges.
    /// </summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(1);

    private readonly TaskOrchestrationContext context;
    private readonly OrderRef order;

    // One wait that outlives the looks and is never cancelled: in older SDKs a cancelled wait swallows the next event
    // (microsoft/durabletask-dotnet issues 147 and 508).
    private Task<string?> changed;

    public OrderSteps(TaskOrchestrationContext context, OrderRef order)
    {
        this.context = context;
        this.order = order;
        changed = Listen();
    }

    /// <summary>Whether no signal came since the last look.</summary>
    public bool NothingHappened => !changed.IsCompleted;

    /// <summary>
    /// Looks at the document. All signals that came before are answered by this look; the order of these two lines makes sure that one that
    /// comes later is not.
    /// </summary>
    public Task<OrderLook> LookAsync()
    {
        while (changed.IsCompleted)
            changed = Listen();
        return StepAsync(OrderActivities.LookAtOrder);
    }

    /// <summary>True when a signal came, false when the deadline did.</summary>
    public async Task<bool> ChangedBefore(DateTimeOffset? deadline)
    {
        var now = context.CurrentUtcDateTime;
        var due = deadline?.UtcDateTime ?? now + LookAgain;
        using var signalled = new CancellationTokenSource();
        var timer = context.CreateTimer(due > now ? due : now + ClockSkew, signalled.Token);
        await Task.WhenAny(changed, timer);
        if (timer.IsCompleted)
            return false;
        signalled.Cancel();
        return true;
    }

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

    private Task<string?> Listen() => context.WaitForExternalEvent<string?>(OrderLifecycle.OrderChanged);
}
