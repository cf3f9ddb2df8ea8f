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

    /// <summary>
    /// Whether the sale looks sold out to somebody who only reads: the units are asked by one reader of all, and what they say is everybody's answer for a while.
    /// </summary>
    public Task<bool> LooksSoldOutAsync(FlashSale sale, CancellationToken cancellation)
    {
        var (one, now) = (Of(sale.SaleId), clock.GetUtcNow());
        if (IsDry(sale) || (one.SoldOut is not null && now < one.LookAgainAt))
            return Task.FromResult(true);
        var look = one.Look;
        if (look is null || now >= look.Until || look.HasFailed)
        {
            // It is there before it asks, so that what is forgotten meanwhile stays forgotten.
            var mine = new Look(LookAsync, now + policy.LookAgainAfter);
            var other = one.Replace(look, mine);
            look = ReferenceEquals(other, look) ? mine : other ?? mine;
        }

        return look.Answer.WaitAsync(cancellation);

        async Task<bool> LookAsync() => await units.FindAsync(sale.SaleId, CancellationToken.None).ConfigureAwait(false) is { Left: 0 };
    }

    /// <summary>Of this SKU the stock has no more than that, whatever the sale has left: for a while who wants more is answered here.</summary>
    public void MarkShort(SaleId sale, Sku sku, long available) =>
        Of(sale).Short[sku] = new Shortage(available, clock.GetUtcNow() + policy.LookAgainAfter);

    /// <summary>How much the stock had of a SKU, where that is known and less than is wanted; null when the units are to be asked.</summary>
    public long? ShortOf(SaleId sale, Sku sku, long wanted) =>
        known.TryGetValue(sale, out var one) && one.Short.TryGetValue(sku, out var found) && found.Available < wanted && clock.GetUtcNow() < found.Until
            ? Math.Max(0, found.Available)
            : null;

    /// <summary>Whether the stock has none of any of the sale's SKUs, as far as this process knows.</summary>
    public bool IsDry(FlashSale sale) => sale.Skus.All(sku => ShortOf(sale.SaleId, sku, wanted: 1) is not null);

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

    /// <summary>Units came back or terms changed: what was known of them is not worth anything any more. What is short in stock stays so for its while.</summary>
    public void Forget(SaleId sale)
    {
        if (!known.TryGetValue(sale, out var one))
            return;
        one.Change();
        one.SoldOut = null;
        one.Look = null;
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

    private sealed record Shortage(long Available, DateTimeOffset Until);

    /// <summary>One question to the units, asked once by whoever comes first.</summary>
    private sealed class Look(Func<Task<bool>> ask, DateTimeOffset until)
    {
        private readonly Lazy<Task<bool>> answer = new(ask);

        public DateTimeOffset Until => until;

        public Task<bool> Answer => answer.Value;

        /// <summary>It is no answer: the next one asks anew.</summary>
        public bool HasFailed => answer is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };
    }

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
        private Look? look;

        /// <summary>Not null: nothing is left, but these orders have a place.</summary>
        public Holders? SoldOut { get => soldOut; set => soldOut = value; }

        public Terms? Terms { get => terms; set => terms = value; }

        public Look? Look { get => Volatile.Read(ref look); set => Volatile.Write(ref look, value); }

        /// <summary>As many as the sale has SKUs, at most.</summary>
        public ConcurrentDictionary<Sku, Shortage> Short { get; } = new();

        public DateTimeOffset LookAgainAt
        {
            get => new(Interlocked.Read(ref lookAgainAt), TimeSpan.Zero);
            set => Interlocked.Exchange(ref lookAgainAt, value.UtcTicks);
        }

        public int Changes => Volatile.Read(ref changes);

        public void Change() => Interlocked.Increment(ref changes);

        /// <summary>What was there: <paramref name="next"/> is there now if that was <paramref name="former"/>.</summary>
        public Look? Replace(Look? former, Look next) => Interlocked.CompareExchange(ref look, next, former);

        public bool TryBeginLook() => Interlocked.CompareExchange(ref looking, 1, 0) == 0;

        public void EndLook() => Volatile.Write(ref looking, 0);
    }
}
