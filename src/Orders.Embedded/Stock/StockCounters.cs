using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Embedded.Stock;

/// <summary>
/// The counters of the SKUs, and the only statements that change them. None lets held + sold exceed the stock with its backorder. A SKU without
/// rules about its buyers costs one statement, which touches its row and nothing else; where it changes no row, there are rules or too few units.
/// </summary>
internal static class StockCounters
{
    private const string NoRulesAboutBuyers = "hold_cap IS NULL AND unpaid_limit IS NULL";

    public static StockLevel? Find(SqlSession session, string sku) => session.First(
        "SELECT stock, held, sold, backorder, hold_cap, unpaid_limit, short_window FROM stock WHERE sku = $1",
        row => new StockLevel(Id.Parse<Sku>(sku), row.GetInt64(0) - row.GetInt64(1) - row.GetInt64(2), row.GetInt64(1), row.GetInt64(2), row.GetInt64(0))
        {
            Rules = new StockRules(
                row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt32(4), row.IsDBNull(5) ? null : row.GetInt32(5),
                row.IsDBNull(6) ? null : new TimeSpan(row.GetInt64(6))),
        },
        sku);

    /// <summary>Free → held for all lines; else for none, and why.</summary>
    /// <param name="askCap">Whether a buyer's cap counts.</param>
    /// <param name="marksSince">Marks of unpaid orders count from then on.</param>
    public static ReserveResult Hold(SqlSession session, HeldLines lines, UserId buyer, bool askCap, DateTimeOffset marksSince)
    {
        const string Hold = $"UPDATE stock SET held = held + $2 WHERE sku = $1 AND stock + backorder - held - sold >= $2 AND {NoRulesAboutBuyers}";
        TimeSpan? window = null;
        for (var i = 0; i < lines.Entries.Count; i++)
        {
            var entry = lines.Entries[i];
            if (session.Execute(Hold, entry.Sku, entry.Units) == 1)
                continue;
            var answer = HoldByRules(session, entry, buyer, askCap, marksSince);
            if (answer is not ReserveResult.Reserved held)
            {
                Free(session, lines.First(i), buyer);
                return answer;
            }

            window = Shorter(window, held.PaymentWindow);
        }

        return new ReserveResult.Reserved(window);
    }

    /// <summary>The shortest window that the lines' rules give this buyer.</summary>
    public static TimeSpan? PaymentWindow(SqlSession session, HeldLines lines, UserId buyer, DateTimeOffset marksSince)
    {
        TimeSpan? window = null;
        foreach (var (sku, _) in lines.Entries)
            window = Shorter(window, Find(session, sku) is { } level ? UnpaidMarks.PaymentWindow(session, level, buyer, marksSince) : null);
        return window;
    }

    /// <summary>Held → free.</summary>
    /// <param name="unpaid">Which order ended unpaid, and when; null when it ended otherwise.</param>
    public static void Free(SqlSession session, HeldLines lines, UserId buyer, (OrderId Order, DateTimeOffset At)? unpaid = null)
    {
        const string Free = $"UPDATE stock SET held = held - $2 WHERE sku = $1 AND held >= $2 AND {NoRulesAboutBuyers}";
        foreach (var entry in lines.Entries)
        {
            if (session.Execute(Free, entry.Sku, entry.Units) == 1)
                continue;
            MustChange(session.Execute("UPDATE stock SET held = held - $2 WHERE sku = $1 AND held >= $2", entry.Sku, entry.Units), entry.Sku);
            var rules = Find(session, entry.Sku)!.Rules;
            if (rules.HoldCapPerUser is not null)
                BuyerHolds.Subtract(session, entry, buyer);
            if (unpaid is { } ended && rules.UnpaidBeforeShortWindow is { } most)
                UnpaidMarks.Add(session, entry.Sku, buyer, ended.Order, ended.At, most);
        }
    }

    /// <summary>Held → sold.</summary>
    public static void Sell(SqlSession session, HeldLines lines, UserId buyer)
    {
        const string Sell = $"UPDATE stock SET held = held - $2, sold = sold + $2 WHERE sku = $1 AND held >= $2 AND {NoRulesAboutBuyers}";
        foreach (var entry in lines.Entries)
        {
            if (session.Execute(Sell, entry.Sku, entry.Units) == 1)
                continue;
            MustChange(
                session.Execute("UPDATE stock SET held = held - $2, sold = sold + $2 WHERE sku = $1 AND held >= $2", entry.Sku, entry.Units), entry.Sku);
            if (Find(session, entry.Sku)!.Rules.HoldCapPerUser is not null)
                BuyerHolds.Subtract(session, entry, buyer);
        }
    }

    /// <summary>Sells these lines in place of what the order holds. False, with nothing changed, when they are gone.</summary>
    public static bool SellInstead(SqlSession session, HeldLines held, HeldLines lines, UserId buyer)
    {
        foreach (var (sku, units) in lines.Entries)
        {
            var own = held.Entries.FirstOrDefault(entry => entry.Sku == sku).Units;
            if (Find(session, sku) is not { } level || level.Available + level.Rules.Backorder + own < units)
                return false;
        }

        Free(session, held, buyer);
        foreach (var (sku, units) in lines.Entries)
            MustChange(session.Execute("UPDATE stock SET sold = sold + $2 WHERE sku = $1 AND stock + backorder - held - sold >= $2", sku, units), sku);
        return true;
    }

    /// <summary>Sets the stock unless that, with the backorder, is below held + sold; false then.</summary>
    public static bool SetStock(SqlSession session, string sku, long stock) => session.Execute(
        """
        INSERT INTO stock (sku, stock) VALUES ($1, $2)
        ON CONFLICT (sku) DO UPDATE SET stock = $2 WHERE $2 + backorder >= held + sold
        """,
        sku, stock) == 1;

    /// <summary>Sets the rules unless the stock with the backorder is below held + sold; false then.</summary>
    public static bool SetRules(SqlSession session, string sku, StockRules rules) => session.Execute(
        """
        INSERT INTO stock (sku, stock, backorder, hold_cap, unpaid_limit, short_window) VALUES ($1, 0, $2, $3, $4, $5)
        ON CONFLICT (sku) DO UPDATE SET backorder = $2, hold_cap = $3, unpaid_limit = $4, short_window = $5 WHERE stock + $2 >= held + sold
        """,
        sku, rules.Backorder, rules.HoldCapPerUser, rules.UnpaidBeforeShortWindow, rules.ShortPaymentWindow?.Ticks) == 1;

    private static ReserveResult HoldByRules(
        SqlSession session, (string Sku, long Units) entry, UserId buyer, bool askCap, DateTimeOffset marksSince)
    {
        if (Find(session, entry.Sku) is not { } level)
            return new ReserveResult.OutOfStock(Id.Parse<Sku>(entry.Sku), 0);
        if (level.Available + level.Rules.Backorder < entry.Units)
            return new ReserveResult.OutOfStock(level.Sku, level.Available + level.Rules.Backorder);
        if (level.Rules.HoldCapPerUser is { } cap)
        {
            if (askCap && BuyerHolds.Of(session, entry.Sku, buyer) + entry.Units > cap)
                return new ReserveResult.HoldCapReached(level.Sku, cap);
            BuyerHolds.Add(session, entry, buyer);
        }

        MustChange(session.Execute("UPDATE stock SET held = held + $2 WHERE sku = $1", entry.Sku, entry.Units), entry.Sku);
        return new ReserveResult.Reserved(UnpaidMarks.PaymentWindow(session, level, buyer, marksSince));
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    /// <summary>A hold without its units in the counters is a broken invariant: the write is undone and the work item fails.</summary>
    internal static void MustChange(int rows, string sku)
    {
        if (rows != 1)
            throw new InvalidOperationException($"The counters of {sku} hold less than its holds do.");
    }
}
