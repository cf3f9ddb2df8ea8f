using Orders.Application.Access;
using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.AfterSales;

/// <summary>One after-sale case, for its buyer or staff.</summary>
public sealed class ReadCase(OrderAccess access)
{
    public async Task<Result<CaseInOrder>> RunAsync(Caller caller, OrderId orderId, CaseId caseId, CancellationToken cancellation)
    {
        if (await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is not { } order)
            return new Refusal.NotFound("order");
        return order.FindCase(caseId) is { } found ? new CaseInOrder(order, found) : CaseDecisions.NoSuchCase;
    }
}
