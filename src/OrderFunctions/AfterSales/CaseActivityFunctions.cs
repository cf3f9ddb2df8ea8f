using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;
using Orders.Workflows.AfterSales;

namespace OrderFunctions.AfterSales;

/// <summary>
/// The activities of a case: each has one use case's effect and answers with a look at the document. What a use case refuses is no failure: the case had
/// moved on, and the look shows to where.
/// </summary>
public sealed class CaseActivityFunctions(
    IOrderStore orders, DecideUnreviewed decideUnreviewed, LapseGoods lapseGoods, ReceiveUninspected receiveUninspected, FallBack fallBack, RefundCase refund)
{
    [Function(CaseActivities.LookAtCase)]
    public async Task<CaseLook> LookAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        CaseLook.Of(await orders.FindAsync(@case.Order, cancellation), @case.CaseId);

    [Function(CaseActivities.DecideUnreviewed)]
    public Task<CaseLook> DecideUnreviewedAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        LookAfterAsync(decideUnreviewed.RunAsync(@case, cancellation), @case, cancellation);

    [Function(CaseActivities.LapseGoods)]
    public Task<CaseLook> LapseGoodsAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        LookAfterAsync(lapseGoods.RunAsync(@case, cancellation), @case, cancellation);

    [Function(CaseActivities.ReceiveUninspected)]
    public Task<CaseLook> ReceiveUninspectedAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        LookAfterAsync(receiveUninspected.RunAsync(@case, cancellation), @case, cancellation);

    [Function(CaseActivities.FallBack)]
    public Task<CaseLook> FallBackAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        LookAfterAsync(fallBack.RunAsync(@case, cancellation), @case, cancellation);

    [Function(CaseActivities.RefundCase)]
    public Task<CaseLook> RefundCaseAsync([ActivityTrigger] CaseRef @case, CancellationToken cancellation) =>
        LookAfterAsync(refund.RunAsync(@case, cancellation), @case, cancellation);

    private async Task<CaseLook> LookAfterAsync(Task done, CaseRef @case, CancellationToken cancellation)
    {
        await done;
        return await LookAsync(@case, cancellation);
    }
}
