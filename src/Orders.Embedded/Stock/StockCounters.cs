using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Embedded.Stock;

/// <summary>The counters of the SKUs, and the only statements that change them. None lets held + sold exceed the stock.</summary>
internal static class StockCounters
{
    public static StockLevel? Find(SqlSession session, string sku) => session.First(
        "SELECT stock, held, sold FROM stock WHERE sku = $1",
        row => new StockLevel(
            Id.Parse<Sku>(sku), row.GetInt64(0) - row.GetInt64(1) - row.GetInt64(2), row.GetInt64(1), row.GetInt64(2), row.GetInt64(0)),
        sku);

    /// <summary>Free → held for all lines; else for none, and the index of the first line that can't be served.</summary>
    public static int? Hold(SqlSession session, HeldLines lines)
    {
        const string Hold = "UPDATE stock SET held = held + $2 WHERE sku = $1 AND stock - held - sold >= $2";
        for (var i = 0; i < lines.Entries.Count; i++)
        {
            var (sku, units) = lines.Entries[i];
            if (session.Execute(Hold, sku, units) == 1)
                continue;
            for (var held = 0; held < i; held++)
                Free(session, lines.Entries[held]);
            return i;
        }

        return null;
    }

    /// <summary>Held → free.</summary>
    public static void Free(SqlSession session, HeldLines lines)
    {
        foreach (var entry in lines.Entries)
            Free(session, entry);
    }

    /// <summary>Held → sold.</summary>
    public static void Sell(SqlSession session, HeldLines lines)
    {
        foreach (var (sku, units) in lines.Entries)
            MustChange(session.Execute("UPDATE stock SET held = held - $2, sold = sold + $2 WHERE sku = $1 AND held >= $2", sku, units), sku);
    }

    /// <summary>Sets the stock unless that is below held + sold; false then.</summary>
    public static bool SetStock(SqlSession session, string sku, long stock) => session.Execute(
        """
        INSERT INTO stock (sku, stock) VALUES ($1, $2)
        ON CONFLICT (sku) DO UPDATE SET stock = $2 WHERE $2 >= held + sold
        """,
        sku, stock) == 1;

    private static void Free(SqlSession session, (string Sku, long Units) entry) =>
        MustChange(session.Execute("UPDATE stock SET held = held - $2 WHERE sku = $1 AND held >= $2", entry.Sku, entry.Units), entry.Sku);

    /// <summary>A hold without its units in the counters is a broken invariant: the write is undone and the work item fails.</summary>
    private static void MustChange(int rows, string sku)
    {
        if (rows != 1)
            throw new InvalidOperationException($"The counters of {sku} hold less than its holds do.");
    }
}
