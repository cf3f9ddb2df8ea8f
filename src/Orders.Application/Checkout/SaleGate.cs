using System.Collections.Concurrent;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>
/// What this process knows of the sales that are asked for just now, so that the many who come too late cost next to nothing. What it says is at most
/// <see cref="FlashSalePolicy.LookAgainAfter"/> old, and never decides that somebody gets a unit: only the units do. In front of the sold-out answer
/// stands one exception, for who has a place already and repeats a request: they get their own ticket.
/// </summary>
public sealed class SaleGate(ISales sales, ISaleUnits units, FlashSalePolicy policy, TimeProvider clock)
{
    private const int MostSales = 1_000;
    private const int HoldsPerPage = 1_000;

    private readonly ConcurrentDictionary<SaleId, Known> known = new();

    /// <summary>The sale's terms; null when there is no such sale.</summary>
    public ValueTask<FlashSale?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        known.TryGetValue(sale, out var one) && one.Terms is { } terms && clock.GetUtcNow() < terms.Until
            ? new(terms.Sale)
            : new(ReadAsync(sale, cancellation));

    /// <summary>
    /// Whether the sale has no unit left, as far as this process knows without asking; once in a while, and by one request of all, it is asked.
    /// </summary>
    /// <param name="order">The order that the request would become; null for one that has no place yet.</param>
    public ValueTask<bool> IsSoldOutAsync(SaleId sale, OrderRef? order, CancellationToken cancellation)
    {
        if (!known.TryGetValue(sale, out var one) || one.SoldOut is not { } soldOut || soldOut.MayKnow(order))
            return new(false);
        return clock.GetUtcNow() < one.LookAgainAt || !one.TryBeginLook()
            ? new(true)
            : new(LookAgainAsync(sale, one, cancellation));
    }

    /// <summary>Nothing is left, said the units: from now on that is answered here.</summary>
    public async Task CloseAsync(SaleId sale, CancellationToken cancellation)
    {
        var one = Of(sale);
        if (one.SoldOut is not null || !one.TryBeginLook())
            return;
        try
        {
            // Who has a place is read after the last unit went, so nobody is missing; whether one came back meanwhile is asked last, and what comes
            // back after that is seen by the number of changes, which grows first.
            var changes = one.Changes;
            var holders = await ReadHoldersAsync(sale, cancellation).ConfigureAwait(false);
            if (await units.FindAsync(sale, cancellation).ConfigureAwait(false) is not { Left: 0 })
                return;
            one.LookAgainAt = clock.GetUtcNow() + policy.LookAgainAfter;
            one.SoldOut = holders;
            if (one.Changes != changes)
                one.SoldOut = null;
        }
        finally
        {
            one.EndLook();
        }
    }

    /// <summary>Units came back or terms changed: what was known is not worth anything any more.</summary>
    public void Forget(SaleId sale)
    {
        if (!known.TryGetValue(sale, out var one))
            return;
        one.Change();
        one.SoldOut = null;
        one.Terms = null;
    }

    private async Task<FlashSale?> ReadAsync(SaleId sale, CancellationToken cancellation)
    {
        if (await sales.FindAsync(sale, cancellation).ConfigureAwait(false) is not { } found)
            return null;
        Of(sale).Terms = new Terms(found, clock.GetUtcNow() + policy.LookAgainAfter);
        return found;
    }

    private async Task<bool> LookAgainAsync(SaleId sale, Known one, CancellationToken cancellation)
    {
        try
        {
            if (await units.FindAsync(sale, cancellation).ConfigureAwait(false) is { Left: 0 })
            {
                one.LookAgainAt = clock.GetUtcNow() + policy.LookAgainAfter;
                return true;
            }

            one.SoldOut = null;
            return false;
        }
        finally
        {
            one.EndLook();
        }
    }

    private async Task<Holders> ReadHoldersAsync(SaleId sale, CancellationToken cancellation)
    {
        var orders = new HashSet<ulong>();
        string? cursor = null;
        do
        {
            var page = await units.ListHoldsAsync(sale, HoldsPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var hold in page.Items)
                orders.Add(Holders.HashOf(hold.Claim.Key.Order));
            cursor = page.NextCursor;
        }
        while (cursor is not null && orders.Count < ISaleUnits.MostUnits);
        return new Holders(orders, IsWhole: cursor is null);
    }

    private Known Of(SaleId sale)
    {
        // More sales than anybody runs at once: begin anew rather than grow.
        if (known.Count >= MostSales)
            known.Clear();
        return known.GetOrAdd(sale, static _ => new Known());
    }

    private sealed record Terms(FlashSale Sale, DateTimeOffset Until);

    /// <summary>The orders that have a place in a sold-out sale, as 64 bits each: one too many goes the long way and is answered there.</summary>
    private sealed record Holders(HashSet<ulong> Orders, bool IsWhole)
    {
        public bool MayKnow(OrderRef? order) => order is { } one && (!IsWhole || Orders.Contains(HashOf(one)));

        public static ulong HashOf(OrderRef order)
        {
            // An order id is a hash already: twelve of its characters are as good as any.
            var bits = 0UL;
            foreach (var character in order.OrderId.Value.AsSpan(0, 12))
                bits = (bits << 5) | (uint)(character & 31);
            return bits;
        }
    }

    private sealed class Known
    {
        private int looking;
        private int changes;
        private long lookAgainAt;
        private volatile Holders? soldOut;
        private volatile Terms? terms;

        /// <summary>Not null: nothing is left, but these orders have a place.</summary>
        public Holders? SoldOut { get => soldOut; set => soldOut = value; }

        public Terms? Terms { get => terms; set => terms = value; }

        public DateTimeOffset LookAgainAt
        {
            get => new(Interlocked.Read(ref lookAgainAt), TimeSpan.Zero);
            set => Interlocked.Exchange(ref lookAgainAt, value.UtcTicks);
        }

        public int Changes => Volatile.Read(ref changes);

        public void Change() => Interlocked.Increment(ref changes);

        public bool TryBeginLook() => Interlocked.CompareExchange(ref looking, 1, 0) == 0;

        public void EndLook() => Volatile.Write(ref looking, 0);
    }
}
