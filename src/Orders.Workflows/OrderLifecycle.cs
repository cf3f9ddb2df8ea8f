using Orders.Domain;

namespace Orders.Workflows;

/// <summary>
/// Carries an order through its life: money or deadline → acceptance → parcels → receipt or deadline → after-sale window → end. The order document
/// is the truth; this only waits, looks, and does what the document needs next. So it can be started at any time for an order in any state,
/// a signal too many is harmless, and restart, replacement and revival are one path.
/// </summary>
public static class OrderLifecycle
{
    /// <summary>The event that says: look at the document. It carries nothing.</summary>
    public const string OrderChanged = "OrderChanged";

    /// <summary>After so many steps it begins a new history, so that none grows without end. A usual life has ten.</summary>
    private const int StepsPerHistory = 40;

    /// <param name="context">The durable context; every wait and effect goes through it.</param>
    /// <param name="order">Whose life; the instance id is its order id.</param>
    [Function(nameof(OrderLifecycle))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, OrderRef order)
    {
        var steps = new OrderSteps(context, order);
        var look = await steps.LookAsync();
        for (var step = 0; step < StepsPerHistory; step++)
        {
            if (look.Need == OrderNeed.Nothing && steps.NothingHappened)
                return;

            look = look.Need switch
            {
                OrderNeed.Document => await steps.LookForDocumentAsync(),
                OrderNeed.Payment => await steps.ChangedBefore(look.Until) ? await steps.LookAsync() : await steps.CancelUnpaidAsync(),
                OrderNeed.Withdrawal => await steps.VoidOpenAttemptsAsync(),
                OrderNeed.Refund => await steps.RefundOwedAsync(),
                OrderNeed.Acceptance => await steps.AcceptAsync(),
                OrderNeed.People => await steps.LookWhenChangedAsync(),
                OrderNeed.Receipt => await steps.ChangedBefore(look.Until) ? await steps.LookAsync() : await steps.PassReceiptDeadlineAsync(),
                OrderNeed.AfterSaleWindow => await steps.ChangedBefore(look.Until) ? await steps.LookAsync() : await steps.CloseAsync(),
                OrderNeed.Closing => await steps.CloseAsync(),
                _ => await steps.LookAsync(),
            };
        }

        context.ContinueAsNew(order);
    }
}
