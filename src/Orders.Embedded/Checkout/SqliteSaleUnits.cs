using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>
/// Units of flash sales as counters per sale and a row per reservation, both in one write: the one writer makes every call atomic, and the
/// counters' own statement refuses what would oversell.
/// </summary>
public sealed class SqliteSaleUnits(EmbeddedTables tables, TimeProvider clock) : ISaleUnits
{
    internal const string Unkept =
        """
        SELECT user_id, order_id, number, sale_id, generation, unkept_since FROM sale_holds INDEXED BY sale_holds_unkept
        WHERE unkept_since < $1 ORDER BY unkept_since, sale_id, order_id, number LIMIT $2
        """;

    public Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantity, ISaleUnits.MostUnits);
        ArgumentOutOfRangeException.ThrowIfLessThan(perBuyer, 1);
        return tables.WriteAsync(
            transaction =>
            {
                if (transaction.Scalar("SELECT EXISTS (SELECT 1 FROM sale_units WHERE sale_id = $1 AND fence > $2)", sale.Value, fence) == 1)
                    throw new DependencyUnavailableException($"sale {sale}, which somebody else is changing,");
                return transaction.Execute(
                    """
                    INSERT INTO sale_units (sale_id, quantity, per_buyer, fence) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (sale_id) DO UPDATE SET quantity = $2, per_buyer = $3, fence = $4 WHERE $2 >= held + sold
                    """,
                    sale.Value, quantity, perBuyer, fence) == 1
                    ? Count(transaction, sale)
                    : null;
            },
            cancellation);
    }

    public Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) => tables.ReadAsync(session => Count(session, sale), cancellation);

    public Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Quantity, 1);
        return tables.WriteAsync(
            transaction => SaleHoldRow.Find(transaction, sale, claim.Key) switch
            {
                null => ReserveAnew(transaction, sale, claim),
                { Claim: var earlier } when !earlier.IsAlso(claim) => new SaleClaimResult.OtherClaim(),
                { State: SaleRowState.Held } held => ReserveAgain(transaction, sale, held),
                _ => new SaleClaimResult.Ended(),
            },
            cancellation);
    }

    public Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) =>
        tables.ReadAsync(session => SaleHoldRow.Find(session, sale, key)?.ToHold(), cancellation);

    public Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var row = SaleHoldRow.Find(transaction, sale, key);
            if (row is not { State: SaleRowState.Held, UnkeptSince: not null })
                return row?.ToHold();
            row = row.Younger(clock.GetUtcNow());
            row.Put(transaction, sale);
            return row.ToHold();
        },
        cancellation);

    public Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var row = SaleHoldRow.Find(transaction, sale, claim.Key);
            if (row is null ? PerBuyer(transaction, sale) is null : row is not { State: SaleRowState.Held, UnkeptSince: not null })
                return row?.ToHold();
            row = row?.Younger(clock.GetUtcNow()) ?? TakeAgain(transaction, sale, claim);
            row.Put(transaction, sale);
            return row.ToHold();
        },
        cancellation);

    public Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            if (SaleHoldRow.Find(transaction, sale, key) is not { State: SaleRowState.Held or SaleRowState.Sold } row)
                return false;
            if (row.UnkeptSince is not null)
                (row with { UnkeptSince = null }).Put(transaction, sale);
            return true;
        },
        cancellation);

    public Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 1);
        return tables.WriteAsync(
            transaction =>
            {
                var row = SaleHoldRow.Find(transaction, sale, key)
                    ?? new SaleHoldRow(new SaleClaim(key, sku, quantity, Admission: null, ""), SaleRowState.Released, 1, clock.GetUtcNow(), null, null, null);
                if (row.State == SaleRowState.Sold)
                    return HoldOutcome.AlreadyDone;
                if (row.State == SaleRowState.Released && !TryHold(transaction, sale, row.Claim.Quantity))
                    return HoldOutcome.NothingHeld;
                Move(transaction, sale, held: -row.Claim.Quantity, sold: row.Claim.Quantity);
                (row with { State = SaleRowState.Sold, UnkeptSince = null, End = null, Reason = null }).Put(transaction, sale);
                return HoldOutcome.Done;
            },
            cancellation);
    }

    public Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation) =>
        tables.WriteAsync(
            transaction =>
            {
                switch (SaleHoldRow.Find(transaction, sale, key))
                {
                    case null:
                        return HoldOutcome.NothingHeld;
                    case { State: SaleRowState.Released }:
                        return HoldOutcome.AlreadyDone;
                    case { State: SaleRowState.Held } row when generation is null || generation == row.Generation:
                        Move(transaction, sale, held: -row.Claim.Quantity, sold: 0);
                        (row with { State = SaleRowState.Released, UnkeptSince = null, End = end, Reason = Cut(reason) }).Put(transaction, sale);
                        return HoldOutcome.Done;
                    default:
                        return HoldOutcome.Refused;
                }
            },
            cancellation);

    public Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<AgedSaleHold>>(
            session => session.Query(
                Unkept,
                row => new AgedSaleHold(
                    Id.Parse<SaleId>(row.GetString(3)),
                    new HoldKey(new OrderRef(Id.Parse<UserId>(row.GetString(0)), Id.Parse<OrderId>(row.GetString(1))), row.GetInt32(2)),
                    row.GetInt64(4), row.GetInstant(5)),
                before, limit),
            cancellation);

    public Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var list = $"sale holds {sale}";
        var (afterNumber, after) = cursor is null ? (-1, "") : Cursor.Read(list, cursor);
        return tables.ReadAsync(
            session =>
            {
                var rows = session.Query(
                    $"""
                    SELECT {SaleHoldRow.Columns} FROM sale_holds WHERE sale_id = $1 AND (order_id, number) > ($2, $3) ORDER BY order_id, number LIMIT $4
                    """,
                    row => SaleHoldRow.Read(row).ToHold(), sale.Value, after, afterNumber, limit + 1);
                if (rows.Count <= limit)
                    return new Page<SaleHold>(rows, NextCursor: null);
                rows.RemoveAt(limit);
                var last = rows[^1].Claim.Key;
                return new Page<SaleHold>(rows, Cursor.Write(list, last.Number, last.Order.OrderId.Value));
            },
            cancellation);
    }

    /// <summary>The same key again: younger, so that a sweep which saw it before can't free it; a kept one stays kept.</summary>
    private SaleClaimResult ReserveAgain(WriteTransaction transaction, SaleId sale, SaleHoldRow held)
    {
        var again = held.Younger(clock.GetUtcNow());
        again.Put(transaction, sale);
        return new SaleClaimResult.Reserved(again.Generation, again.ReservedAt);
    }

    private SaleClaimResult ReserveAnew(WriteTransaction transaction, SaleId sale, SaleClaim claim)
    {
        var now = clock.GetUtcNow();
        if (PerBuyer(transaction, sale) is not { } perBuyer)
            return new SaleClaimResult.NoSuchSale();
        if (claim.Admission is { } admission && SaleHoldRow.IsAdmissionUsed(transaction, sale, admission))
            return new SaleClaimResult.AdmissionUsed();
        var mayTake = perBuyer - SaleHoldRow.UnitsOf(transaction, sale, claim.Key.Order.UserId);
        if (claim.Quantity > mayTake)
            return new SaleClaimResult.BuyerLimit((int)Math.Max(0, mayTake));
        if (!TryHold(transaction, sale, claim.Quantity))
            return new SaleClaimResult.SoldOut(Count(transaction, sale)!.Left);
        new SaleHoldRow(claim, SaleRowState.Held, Generation: 1, now, now, End: null, Reason: null).Put(transaction, sale);
        return new SaleClaimResult.Reserved(1, now);
    }

    /// <summary>A place of which nothing is known: held if it can be, else given back at once.</summary>
    private SaleHoldRow TakeAgain(WriteTransaction transaction, SaleId sale, SaleClaim claim)
    {
        var now = clock.GetUtcNow();
        if (claim.Admission is { } admission && SaleHoldRow.IsAdmissionUsed(transaction, sale, admission))
            return new SaleHoldRow(claim with { Admission = null }, SaleRowState.Released, Generation: 1, now, UnkeptSince: null, SaleEnd.Failed, Reason: null);
        SaleEnd? end = claim.Quantity > PerBuyer(transaction, sale) - SaleHoldRow.UnitsOf(transaction, sale, claim.Key.Order.UserId) ? SaleEnd.Failed
            : !TryHold(transaction, sale, claim.Quantity) ? SaleEnd.OutOfStock
            : null;
        return new SaleHoldRow(claim, end is null ? SaleRowState.Held : SaleRowState.Released, Generation: 1, now, end is null ? now : null, end, Reason: null);
    }

    private static SaleCount? Count(SqlSession session, SaleId sale) => session.First(
        "SELECT quantity, held, sold FROM sale_units WHERE sale_id = $1", row => new SaleCount(sale, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
        sale.Value);

    private static long? PerBuyer(SqlSession session, SaleId sale) =>
        session.First<long?>("SELECT per_buyer FROM sale_units WHERE sale_id = $1", row => row.GetInt64(0), sale.Value);

    /// <summary>Left → held, if so many are left.</summary>
    private static bool TryHold(SqlSession session, SaleId sale, int units) =>
        session.Execute("UPDATE sale_units SET held = held + $2 WHERE sale_id = $1 AND quantity - held - sold >= $2", sale.Value, units) == 1;

    /// <summary>A reservation without its units in the counters is a broken invariant: the write is undone and the work item fails.</summary>
    private static void Move(SqlSession session, SaleId sale, int held, int sold)
    {
        const string Sql = "UPDATE sale_units SET held = held + $2, sold = sold + $3 WHERE sale_id = $1 AND held + $2 >= 0";
        if (session.Execute(Sql, sale.Value, held, sold) != 1)
            throw new InvalidOperationException($"The counters of sale {sale} hold less than its reservations do.");
    }

    private static string? Cut(string? reason) =>
        reason is { Length: > ISaleUnits.MostReasonCharacters } ? reason[..ISaleUnits.MostReasonCharacters] : reason;
}
