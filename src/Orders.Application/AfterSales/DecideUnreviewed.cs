using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// The review deadline: nobody decided, so a setting does. Refused before it, and once anybody decided. What the shop can't deliver is never rejected by
/// rule: that money is the buyer's.
/// </summary>
public sealed class DecideUnreviewed(IOrderStore orders, ApproveCase approve, RejectCase reject, OrderPolicy policy)
{
    /// <exception cref="DependencyUnavailableException">Unknown whether it is decided: repeat.</exception>
    public async Task<Result<CaseInOrder>> RunAsync(CaseRef @case, CancellationToken cancellation)
    {
        if (await orders.FindAsync(@case.Order, cancellation).ConfigureAwait(false) is not { } order || order.FindCase(@case.CaseId) is not { } read)
            return CaseDecisions.NoSuchCase;
        return policy.AfterSales.ApproveUnreviewed || read.WithoutStock
            ? await approve.RunAsync(
                @case.Order, new CaseApproval(@case.CaseId, Actor.System, "Nobody decided in time: approved by rule", ByDeadline: true), cancellation).ConfigureAwait(false)
            : await reject.RunAsync(@case.Order, @case.CaseId, "Nobody decided in time: rejected by rule", cancellation).ConfigureAwait(false);
    }
}
