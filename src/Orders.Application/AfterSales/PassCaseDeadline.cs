using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;

namespace Orders.Application.AfterSales;

/// <summary>
/// Does what the process of a case would do now, without it: the second layer of its deadlines. Nothing happens before a deadline, or where only people can
/// move the case.
/// </summary>
public sealed class PassCaseDeadline(
    IOrderStore orders, DecideUnreviewed decideUnreviewed, LapseGoods lapseGoods, ReceiveUninspected receiveUninspected, FallBack fallBack, RefundCase refund)
{
    public async Task RunAsync(CaseRef @case, CancellationToken cancellation)
    {
        var order = await orders.FindAsync(@case.Order, cancellation).ConfigureAwait(false);
        await (order?.FindCase(@case.CaseId)?.State switch
        {
            CaseState.InReview => decideUnreviewed.RunAsync(@case, cancellation),
            CaseState.AwaitingGoods => lapseGoods.RunAsync(@case, cancellation),
            CaseState.AwaitingInspection => receiveUninspected.RunAsync(@case, cancellation),
            CaseState.AwaitingPayment or CaseState.AwaitingReplacement => fallBack.RunAsync(@case, cancellation),
            CaseState.Refunding => refund.RunAsync(@case, cancellation),
            _ => Task.CompletedTask,
        }).ConfigureAwait(false);
    }
}
