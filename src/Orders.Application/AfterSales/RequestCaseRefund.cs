using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain.AfterSales;

namespace Orders.Application.AfterSales;

/// <summary>
/// Writes down the refunds of a case that is to be refunded, each with the key under which the provider will hear of it. <see cref="RefundOwed"/> sends them.
/// Success, unchanged, when they were written down before; a case that is due nothing is completed.
/// </summary>
public sealed class RequestCaseRefund(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    public Task<Result<CaseInOrder>> RunAsync(CaseRef @case, CancellationToken cancellation) =>
        changes.RunAsync(@case.Order, @case.CaseId, read => CaseRefund.Request(read, @case.CaseId, policy, clock.GetUtcNow()), cancellation);
}
