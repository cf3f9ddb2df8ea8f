using System.Text.Json.Serialization;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Application.Checkout;

/// <summary>How far a ticket has come.</summary>
[JsonConverter(typeof(CamelCaseNames<TicketStatus>))]
public enum TicketStatus
{
    Queued,
    Ordered,
    SoldOut,
    Failed,
}

/// <summary>A ticket as the API answers it.</summary>
/// <param name="OrderId">Once it is ordered.</param>
/// <param name="Reason">In words, once it failed.</param>
public sealed record TicketView(TicketId TicketId, SaleId SaleId, TicketStatus Status, OrderId? OrderId, string? Reason);

/// <summary>The answer to a request that was given a ticket.</summary>
public sealed record TicketGivenView(TicketId TicketId, SaleId SaleId);

/// <summary>A ticket and, while it waits, when to ask again.</summary>
public sealed record TicketState(TicketView View, TimeSpan? AskAgainIn);

/// <summary>
/// What became of a buyer's place in a sale. The order is the truth: once it exists the ticket is ordered, whatever else is known. Another's ticket is none.
/// </summary>
public sealed class ReadTicket(ISaleUnits units, IOrderStore orders, SaleQueueWatch watch)
{
    public async Task<Result<TicketState>> RunAsync(UserId buyer, string saleId, string ticketId, CancellationToken cancellation)
    {
        if (!SaleId.TryParse(saleId, out var sale) || !TicketId.TryParse(ticketId, out var ticket))
            return new Refusal.NotFound("ticket");
        var order = ticket.OrderOf(buyer);
        var hold = await units.FindHoldAsync(sale, new HoldKey(order, Number: 0), cancellation).ConfigureAwait(false);
        var isOrdered = hold is { State: SaleHoldState.Kept or SaleHoldState.Sold } or { End: SaleEnd.Cancelled }
            || await orders.FindAsync(order, cancellation).ConfigureAwait(false) is { SaleId: var ofSale } && ofSale == sale;
        if (isOrdered)
            return new TicketState(new TicketView(ticket, sale, TicketStatus.Ordered, order.OrderId, Reason: null), AskAgainIn: null);
        return hold switch
        {
            null => new Refusal.NotFound("ticket"),
            { State: SaleHoldState.Waiting } => new TicketState(
                new TicketView(ticket, sale, TicketStatus.Queued, OrderId: null, Reason: null),
                await watch.WaitOfAsync(hold.ReservedAt, cancellation).ConfigureAwait(false)),
            { End: SaleEnd.OutOfStock } => new TicketState(new TicketView(ticket, sale, TicketStatus.SoldOut, OrderId: null, hold.Reason), AskAgainIn: null),
            _ => new TicketState(new TicketView(ticket, sale, TicketStatus.Failed, OrderId: null, hold.Reason), AskAgainIn: null),
        };
    }
}

/// <summary>
/// How long the queue of the sales is and how fast this process empties it, for what waiting buyers are told. A guess: it decides nothing.
/// </summary>
public sealed class SaleQueueWatch(ISaleQueue queue, FlashSalePolicy policy, TimeProvider clock)
{
    /// <summary>The least and the most that a buyer is told to wait.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="Shortest"/>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const int Seconds = 10;

    /// <summary>Assumed while nothing was measured yet: one order at once takes a tenth of a second.</summary>
    private const double AssumedPerSecondEach = 10;

    private readonly Lock gate = new();
    private readonly (long Second, int Count)[] handled = new (long, int)[Seconds];
    private (SaleBacklog Backlog, DateTimeOffset Until)? looked;

    /// <summary>A ticket became an order, or came to its end otherwise.</summary>
    public void Handled()
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (gate)
        {
            ref var slot = ref handled[second % Seconds];
            slot = slot.Second == second ? (second, slot.Count + 1) : (second, 1);
        }
    }

    /// <summary>
    /// When a ticket that was given at that instant is likely to have its turn: its place in the queue, taken between the oldest and the youngest that wait, by
    /// the rate of the last seconds; within <see cref="Shortest"/> and <see cref="Longest"/>.
    /// </summary>
    public async ValueTask<TimeSpan> WaitOfAsync(DateTimeOffset reservedAt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var backlog = await LookAsync(now, cancellation).ConfigureAwait(false);
        if (backlog.Oldest is not { } oldest)
            return Shortest;
        var share = now > oldest ? Math.Clamp((reservedAt - oldest) / (now - oldest), 0, 1) : 1;
        var wait = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, backlog.Waiting * share / PerSecond(now)));
        return wait < Shortest ? Shortest : wait;
    }

    private double PerSecond(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        lock (gate)
        {
            var recent = handled.Where(slot => slot.Second > second - Seconds && slot.Second <= second).ToList();
            var since = recent.Count == 0 ? 0 : second - recent.Min(slot => slot.Second) + 1;
            return recent.Count == 0 ? AssumedPerSecondEach * policy.OrdersAtOnce : Math.Max(1, recent.Sum(slot => slot.Count) / (double)since);
        }
    }

    private async ValueTask<SaleBacklog> LookAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (looked is { } recent && now < recent.Until && now >= recent.Until - policy.LookAgainAfter)
                return recent.Backlog;
        }

        var backlog = await queue.LookAsync(cancellation).ConfigureAwait(false);
        lock (gate)
            looked = (backlog, now + policy.LookAgainAfter);
        return backlog;
    }
}
