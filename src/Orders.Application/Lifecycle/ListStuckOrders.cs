using System.Globalization;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// Orders that should have moved and didn't, found by what is indexed: deadlines that have passed, failed refunds of the books, provider messages that were not
/// applied, holds whose look is overdue. One place after the other; an order that an earlier place shows is not shown again.
/// </summary>
public sealed class ListStuckOrders(
    IOrderStore orders, IFailedRefunds refunds, IProviderMessages messages, IStock stock, PageCursors cursors, OrderPolicy policy, TimeProvider clock)
{
    /// <summary>Pages of a place that one page of the list may look through before it is given as it is, for the next one to go on.</summary>
    private const int MostLooks = 5;

    private const int MostMessages = 100;
    private const int Places = 4;

    /// <param name="process">An argument, because on Azure a client of the process exists only within a function's call.</param>
    public async Task<Result<Page<StuckOrderView>>> RunAsync(string? limit, string? cursor, IOrderProcess process, CancellationToken cancellation)
    {
        var form = new Form();
        var most = Paging.Limit(form, limit);
        if (form.Refusal is { } refusal)
            return refusal;
        return await cursors.ReadAsync(cursor, inner => ReadAsync(most, inner, process, cancellation)).ConfigureAwait(false);
    }

    private async Task<Page<StuckOrderView>> ReadAsync(int limit, string? inner, IOrderProcess process, CancellationToken cancellation)
    {
        var (place, at) = PlaceOf(inner);
        for (var look = 0; ; look++)
        {
            var (found, next) = await LookAsync(place, at, limit, process, cancellation).ConfigureAwait(false);
            (place, at) = next is null ? (place + 1, null) : (place, next);
            if (place == Places)
                return new Page<StuckOrderView>(found, NextCursor: null);
            if (found.Count > 0 || look >= MostLooks)
                return new Page<StuckOrderView>(found, string.Create(CultureInfo.InvariantCulture, $"{place} {at}"));
        }
    }

    private async Task<(IReadOnlyList<StuckOrderView> Found, string? Next)> LookAsync(
        int place, string? at, int limit, IOrderProcess process, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - JudgeStuckOrder.Patience;
        switch (place)
        {
            case 0:
                var overdue = await orders.FindOverdueAsync(before, limit, at, cancellation).ConfigureAwait(false);
                return (await JudgeAsync(overdue.Items, order => ByDeadlineAsync(order, process, cancellation), cancellation).ConfigureAwait(false), overdue.NextCursor);
            case 1:
                var failed = await refunds.ListAsync(limit, at, cancellation).ConfigureAwait(false);
                return (
                    await JudgeAsync(
                        failed.Items,
                        async order => await ByDeadlineAsync(order, process, cancellation).ConfigureAwait(false) is null ? JudgeStuckOrder.ByRefund(order) : null,
                        cancellation).ConfigureAwait(false),
                    failed.NextCursor);
            case 2:
                return (await ByMessagesAsync(before, cancellation).ConfigureAwait(false), null);
            default:
                return (await ByHoldsAsync(before, cancellation).ConfigureAwait(false), null);
        }
    }

    private async Task<IReadOnlyList<StuckOrderView>> ByMessagesAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var (stuck, seen) = (new List<StuckOrderView>(), new HashSet<OrderId>());
        foreach (var message in await messages.FindUnappliedAsync(before, MostMessages, cancellation).ConfigureAwait(false))
        {
            if (message.OrderId is { } id && seen.Add(id) && await orders.LocateAsync(id, cancellation).ConfigureAwait(false) is { } reference)
            {
                stuck.AddRange(await JudgeAsync(
                    [reference], order => Task.FromResult<StuckOrderView?>(JudgeStuckOrder.ByMessage(order, message.MessageId, message.ReceivedAt)), cancellation).ConfigureAwait(false));
            }
        }

        return stuck;
    }

    private async Task<IReadOnlyList<StuckOrderView>> ByHoldsAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var due = await stock.FindDueAsync(before, MostMessages, cancellation).ConfigureAwait(false);
        var since = due.GroupBy(hold => hold.Key.Order).ToDictionary(holds => holds.Key, holds => holds.Min(hold => hold.DueAt));
        return await JudgeAsync([.. since.Keys], order => Task.FromResult<StuckOrderView?>(JudgeStuckOrder.ByHold(order, since[order.Ref])), cancellation).ConfigureAwait(false);
    }

    private async Task<StuckOrderView?> ByDeadlineAsync(Order order, IOrderProcess process, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (order.Deadline is not { } deadline || deadline + JudgeStuckOrder.Patience > now)
            return null;
        var isAlive = await process.IsAliveAsync(order.Ref, cancellation).ConfigureAwait(false);
        return JudgeStuckOrder.ByRefund(order) ?? JudgeStuckOrder.ByDeadline(order, isAlive, !policy.AcceptAutomatically, now);
    }

    private async Task<IReadOnlyList<StuckOrderView>> JudgeAsync(
        IReadOnlyList<OrderRef> references, Func<Order, Task<StuckOrderView?>> judge, CancellationToken cancellation)
    {
        var stuck = new List<StuckOrderView>();
        foreach (var reference in references)
        {
            if (await orders.FindAsync(reference, cancellation).ConfigureAwait(false) is { } order && await judge(order).ConfigureAwait(false) is { } view)
                stuck.Add(view);
        }

        return stuck;
    }

    /// <exception cref="FormatException">It is not of this list.</exception>
    private static (int Place, string? At) PlaceOf(string? inner)
    {
        if (inner is null)
            return (0, null);
        if (inner.Length < 2 || inner[0] is < '0' or >= (char)('0' + Places) || inner[1] != ' ')
            throw new FormatException("The cursor is not one of this list.");
        return (inner[0] - '0', inner.Length == 2 ? null : inner[2..]);
    }
}
