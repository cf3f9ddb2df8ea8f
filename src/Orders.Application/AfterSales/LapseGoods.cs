using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>The deadline for the goods: what was not sent back in time ends the case. Refused before it, and to a case that moved on.</summary>
public sealed class LapseGoods(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    public Task<Result<CaseInOrder>> RunAsync(CaseRef @case, CancellationToken cancellation) => changes.RunAsync(
        @case.Order,
        @case.CaseId,
        order => order.DecideCase(
            @case.CaseId, new CaseEvent.GoodsOverdue(clock.GetUtcNow()), Actor.System, "The goods were not sent back in time", EventTypes.CaseLapsed, policy),
        cancellation);
}
