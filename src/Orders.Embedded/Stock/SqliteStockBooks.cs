using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Stock;

/// <summary>
/// The embedded counters against the sum of their holds, both read in one snapshot. What is stocked has no second source here and is taken as it is.
/// The counters are on disk with the holds, so they are never lost and nothing is in flight.
/// </summary>
public sealed class SqliteStockBooks(EmbeddedTables tables) : IStockBooks
{
    private const string List = "stock";

    // Counters and holds in one statement, which reads one snapshot; two would read two. It reads every hold: a nightly run pays for it, and no
    // checkout.
    private const string Counters = "SELECT NULL, sku, stock, held, sold FROM stock";
    private const string Holds = "SELECT state, lines, 0, 0, 0 FROM stock_holds WHERE state < 3";

    public Task<bool> AreLostAsync(CancellationToken cancellation) => Task.FromResult(false);

    public Task<bool> RebuildAsync(
        Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation) => Task.FromResult(false);

    public Task<int> BookAsync(int limit, CancellationToken cancellation) => Task.FromResult(0);

    public Task<Page<StockProof>> ProveAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var after = cursor is null ? "" : Cursor.Read(List, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                var read = ReadAtOnce(session, after, limit);
                return new Page<StockProof>(
                    [.. read.Select(sku => new StockProof(Id.Parse<Sku>(sku.Key), sku.Value.Expected, sku.Value.Found, ""))],
                    read.Count < limit ? null : Cursor.Write(List, 0, read.Keys.Last()));
            },
            cancellation);
    }

    public Task<bool> RepairAsync(StockProof proof, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            // The holds may have moved since the proof: they are summed again where nobody else can write.
            var now = ReadAtOnce(transaction, proof.Sku.Value).GetValueOrDefault(proof.Sku.Value);
            return now.Expected == proof.Expected && now.Found == proof.Found
                && transaction.Execute(
                    "UPDATE stock SET held = $2, sold = $3 WHERE sku = $1", proof.Sku.Value, proof.Expected.Held, proof.Expected.Sold) == 1;
        },
        cancellation);

    private static SortedDictionary<string, (StockCount Expected, StockCount Found)> ReadAtOnce(SqlSession session, string after, int limit)
    {
        var sums = new Sums();
        session.Query($"SELECT * FROM ({Counters} WHERE sku > $1 ORDER BY sku LIMIT $2) UNION ALL {Holds}", sums.Add, after, limit);
        return sums.Result();
    }

    private static SortedDictionary<string, (StockCount Expected, StockCount Found)> ReadAtOnce(SqlSession session, string sku)
    {
        var sums = new Sums();
        session.Query($"{Counters} WHERE sku = $1 UNION ALL {Holds}", sums.Add, sku);
        return sums.Result();
    }

    /// <summary>Adds the rows up as they come: there may be a million.</summary>
    private sealed class Sums
    {
        private readonly Dictionary<string, StockCount> counters = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (long Held, long Sold)> holds = new(StringComparer.Ordinal);

        public bool Add(SqlRow row)
        {
            if (row.IsDBNull(0))
            {
                counters[row.GetString(1)] = new StockCount(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
                return true;
            }

            var isHeld = (HoldState)row.GetInt32(0) == HoldState.Held;
            foreach (var (sku, units) in HeldLines.Parse(row.GetString(1)).Entries)
            {
                var sum = holds.GetValueOrDefault(sku);
                holds[sku] = isHeld ? sum with { Held = sum.Held + units } : sum with { Sold = sum.Sold + units };
            }

            return true;
        }

        public SortedDictionary<string, (StockCount Expected, StockCount Found)> Result()
        {
            var result = new SortedDictionary<string, (StockCount Expected, StockCount Found)>(StringComparer.Ordinal);
            foreach (var (sku, found) in counters)
            {
                var (held, sold) = holds.GetValueOrDefault(sku);
                result[sku] = (found with { Held = held, Sold = sold }, found);
            }

            return result;
        }
    }
}
