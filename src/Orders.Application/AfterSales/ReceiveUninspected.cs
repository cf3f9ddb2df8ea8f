using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// The deadline for the inspection: goods that nobody looked at count as received in full and fit for sale. Refused before it, and to a case that moved on.
/// </summary>
public sealed class ReceiveUninspected(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    private const string Note = "Counts as received: nobody looked at the goods in time";

    private static readonly IReadOnlyDictionary<string, int> All = new Dictionary<string, int>();

    public Task<Result<CaseInOrder>> RunAsync(CaseRef @case, CancellationToken cancellation) =>
        changes.RunAsync(@case.Order, @case.CaseId, order => Decide(order, @case.CaseId), cancellation);

    private Decision<Refusal?> Decide(Order order, CaseId caseId)
    {
        var (at, windows) = (clock.GetUtcNow(), policy.AfterSales);
        var received = new CaseEvent.GoodsReceived(
            at, All, Units.None, Deadlines.After(at, windows.DifferenceWindow), Deadlines.After(at, windows.ReplacementWindow), ByDeadline: true);
        var isDearer = order.FindCase(caseId) is { Replaces: true, DifferenceDue: > 0 };
        return order.DecideCase(
            caseId, received, Actor.System, Note, isDearer ? EventTypes.CaseDifferenceDue : EventTypes.CaseGoodsReceived, policy);
    }
}
