using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// The deadlines for the difference and for the replacement: the buyer gets the money instead. The provider is asked before it is believed that nobody
/// paid. Refused before the deadline, and to a case that moved on; money that comes later goes back by itself.
/// </summary>
public sealed class FallBack(IOrderStore orders, OrderChanges changes, AskProvider ask, OrderPolicy policy, TimeProvider clock)
{
    /// <exception cref="DependencyUnavailableException">The provider could not say: nothing is believed, repeat.</exception>
    public async Task<Result<CaseInOrder>> RunAsync(CaseRef @case, CancellationToken cancellation)
    {
        if (await orders.FindAsync(@case.Order, cancellation).ConfigureAwait(false) is { } read
            && read.FindCase(@case.CaseId)?.State is CaseState.AwaitingPayment unpaid && clock.GetUtcNow() >= unpaid.PayBy)
            await ask.RunAsync(@case.Order, cancellation).ConfigureAwait(false);
        return await changes.RunAsync(
            @case.Order,
            @case.CaseId,
            order => order.DecideCase(
                @case.CaseId, new CaseEvent.ReplacementOverdue(clock.GetUtcNow()), Actor.System, NoteOf(order.FindCase(@case.CaseId)), EventTypes.CaseFellBack, policy),
            cancellation).ConfigureAwait(false);
    }

    private static string NoteOf(AfterSaleCase? @case) => @case?.State is CaseState.AwaitingPayment
        ? "The difference was not paid in time: the money goes back instead"
        : "The replacement was not sent in time: the money goes back instead";
}
