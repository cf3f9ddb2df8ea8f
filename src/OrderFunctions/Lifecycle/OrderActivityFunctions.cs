using Orders.Application;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Workflows;

namespace OrderFunctions.Lifecycle;

/// <summary>
/// The lifecycle's activities: each has one use case's effect and answers with a look at the document. What a use case refuses is no
/// failure: the document had moved on, and the look shows to where.
/// </summary>
public sealed class OrderActivityFunctions(
    IOrderStore orders, CancelUnpaid cancelUnpaid, VoidOpenAttempts voidOpenAttempts, RefundOwed refundOwed, AcceptOrder accept,
    PassReceiptDeadline passReceiptDeadline, CloseOrder close, OrderPolicy policy)
{
    [Function(OrderActivities.LookAtOrder)]
    public async Task<OrderLook> LookAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation) =>
        OrderLook.Of(await orders.FindAsync(order, cancellation), policy);

    [Function(OrderActivities.CancelUnpaid)]
    public async Task<OrderLook> CancelUnpaidAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation)
    {
        await cancelUnpaid.RunAsync(order, cancellation);
        return await LookAsync(order, cancellation);
    }

    [Function(OrderActivities.VoidOpenAttempts)]
    public async Task<OrderLook> VoidOpenAttemptsAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation)
    {
        await voidOpenAttempts.RunAsync(order, cancellation);
        return await LookAsync(order, cancellation);
    }

    [Function(OrderActivities.RefundOwed)]
    public async Task<OrderLook> RefundOwedAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation)
    {
        await refundOwed.RunAsync(order, cancellation);
        return await LookAsync(order, cancellation);
    }

    [Function(OrderActivities.AcceptOrder)]
    public async Task<OrderLook> AcceptOrderAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation) =>
        await LookAfterAsync(await accept.RunAsync(order, Actor.System, cancellation), order, cancellation);

    [Function(OrderActivities.PassReceiptDeadline)]
    public async Task<OrderLook> PassReceiptDeadlineAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation) =>
        await LookAfterAsync(await passReceiptDeadline.RunAsync(order, cancellation), order, cancellation);

    [Function(OrderActivities.CloseOrder)]
    public async Task<OrderLook> CloseOrderAsync([ActivityTrigger] OrderRef order, CancellationToken cancellation) =>
        await LookAfterAsync(await close.RunAsync(order, cancellation), order, cancellation);

    private async Task<OrderLook> LookAfterAsync(Result<Order> done, OrderRef order, CancellationToken cancellation) =>
        done.Succeeded ? OrderLook.Of(done.Value, policy) : await LookAsync(order, cancellation);
}
