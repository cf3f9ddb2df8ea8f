using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>
/// Holds one order's money against the statements that were read, keeps what differs, and puts right what is safe. The order itself is read, so
/// books that lag behind make no difference and are put right on the way.
/// </summary>
public sealed class ReconcileOrder(
    IOrderStore orders, IPaymentBook book, IReconciliations kept, CarryOutDifference carryOut, ReconciliationPolicy policy,
    TimeProvider clock, ILogger<ReconcileOrder> log)
{
    /// <param name="theirs">The order's lines of all statements, read before this.</param>
    /// <returns>How many differences there are, whatever became of them.</returns>
    /// <exception cref="DependencyUnavailableException">Something was away; repeat: what was done has no second effect.</exception>
    public async Task<int> RunAsync(string orderKey, IReadOnlyList<StoredLine> theirs, ReconciliationScope scope, CancellationToken cancellation)
    {
        var found = Reconciliation.Compare(await ReadAsync(orderKey, theirs, cancellation).ConfigureAwait(false), scope);
        DependencyUnavailableException? away = null;
        var isChanged = false;
        foreach (var difference in found)
        {
            try
            {
                isChanged |= await SettleAsync(difference, cancellation).ConfigureAwait(false);
            }
            catch (DependencyUnavailableException later)
            {
                // The others must not wait for it; who called repeats.
                away = later;
            }
        }

        // What was put right is booked before the day is summed up, and not when its event has found its way.
        if (isChanged)
            await ReadAsync(orderKey, theirs, cancellation).ConfigureAwait(false);
        if (scope.Date is { } date)
            await DropAsync(orderKey, date, found, cancellation).ConfigureAwait(false);
        return away is null ? found.Count : throw new DependencyUnavailableException(away.Dependency, away);
    }

    /// <summary>Whether something was carried out.</summary>
    private async Task<bool> SettleAsync(Difference found, CancellationToken cancellation)
    {
        var difference = await kept.KeepAsync(found with { FoundAt = clock.GetUtcNow() }, cancellation).ConfigureAwait(false);
        if (difference.State == DifferenceState.Gone)
        {
            difference = difference with { State = DifferenceState.Open, Version = difference.Version + 1 };
            if (!await kept.SaveAsync(difference, cancellation).ConfigureAwait(false))
                return false;
        }

        var wanted = (difference.State == DifferenceState.Open && difference.IsSafe && policy.ApplySafe)
            || (difference.State == DifferenceState.Approved && difference.Outcome is null);
        if (!wanted)
            return false;
        await CarryOutAsync(difference, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Written down before it is done: what a run that died had done is then told from what righted itself.
    /// </summary>
    private async Task CarryOutAsync(Difference difference, CancellationToken cancellation)
    {
        if (!difference.IsUnderWay)
        {
            difference = difference with { IsUnderWay = true, Version = difference.Version + 1 };
            if (!await kept.SaveAsync(difference, cancellation).ConfigureAwait(false))
                return;
        }

        var done = await carryOut.RunAsync(difference, cancellation).ConfigureAwait(false);
        log.DifferenceCarriedOut(difference.Id, difference.Class, difference.OrderKey, done.IsDone);
        var state = difference.State == DifferenceState.Open && done.IsDone ? DifferenceState.Applied : difference.State;
        await kept.SaveAsync(
            difference with { State = state, Outcome = done.Outcome, IsUnderWay = false, Version = difference.Version + 1 }, cancellation).ConfigureAwait(false);
    }

    /// <summary>What an earlier run of the day found and this one didn't is no difference any more: the statement was completed, or we were.</summary>
    private async Task DropAsync(string orderKey, DateOnly date, IReadOnlyList<Difference> found, CancellationToken cancellation)
    {
        foreach (var before in await kept.FindByOrderAsync(orderKey, cancellation).ConfigureAwait(false))
        {
            if (before.Date != date || before.State != DifferenceState.Open || found.Any(difference => difference.Id == before.Id))
                continue;
            if (before.IsUnderWay)
                await CarryOutAsync(before, cancellation).ConfigureAwait(false);
            else
                await kept.SaveAsync(before with { State = DifferenceState.Gone, Version = before.Version + 1 }, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<MoneyOfOrder> ReadAsync(string orderKey, IReadOnlyList<StoredLine> theirs, CancellationToken cancellation)
    {
        if (!OrderId.TryParse(orderKey, out var orderId))
            return new MoneyOfOrder(orderKey, Order: null, IsCancelled: false, [], [], theirs);
        var booked = await book.FindAsync(orderId, cancellation).ConfigureAwait(false);
        if (await FindOrderAsync(orderId, booked, cancellation).ConfigureAwait(false) is not { } order)
            return new MoneyOfOrder(orderKey, booked.Count > 0 ? booked[0].Order : null, IsCancelled: false, [], booked, theirs);
        var ours = await CompleteAsync(booked, order, cancellation).ConfigureAwait(false);
        return new MoneyOfOrder(
            orderKey, order.Ref, order.State is OrderState.Cancelled, [.. order.Payments.Select(payment => payment.PaymentId)], ours, theirs);
    }

    private async Task<Order?> FindOrderAsync(OrderId orderId, IReadOnlyList<BookEntry> booked, CancellationToken cancellation)
    {
        OrderRef? place = booked.Count > 0 ? booked[0].Order : await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false);
        try
        {
            return place is { } order ? await orders.FindAsync(order, cancellation).ConfigureAwait(false) : null;
        }
        catch (UnreadableOrderException unreadable)
        {
            log.UnreadableOrderPassed(unreadable, orderId.Value, nameof(ReconcileOrder));
            return null;
        }
    }

    /// <summary>The books, with what the order says now: the second layer of the subscription that feeds them.</summary>
    private async Task<IReadOnlyList<BookEntry>> CompleteAsync(IReadOnlyList<BookEntry> booked, Order order, CancellationToken cancellation)
    {
        var said = BookEntries.Of(order);
        if (said.All(entry => booked.Any(other => other.Key == entry.Key && other.State == entry.State && other.Money == entry.Money)))
            return booked;
        await book.PutAsync(said, cancellation).ConfigureAwait(false);
        return await book.FindAsync(order.OrderId, cancellation).ConfigureAwait(false);
    }
}
