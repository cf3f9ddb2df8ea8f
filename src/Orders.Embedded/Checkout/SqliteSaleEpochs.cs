using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>The epochs of sales' counters in Redis, in the local host's store. The embedded units need none: their own rows are on disk.</summary>
public sealed class SqliteSaleEpochs(EmbeddedTables tables) : ISaleEpochs
{
    private const string List = "sale epochs";
    private const string Columns = "sale_id, number, parts, state";

    public Task<SaleEpoch?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        tables.ReadAsync(session => session.First($"SELECT {Columns} FROM sale_epochs WHERE sale_id = $1", Read, sale.Value), cancellation);

    public Task<Page<SaleEpoch>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? "" : Cursor.Read(List, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                var rows = session.Query(
                    $"SELECT {Columns} FROM sale_epochs WHERE sale_id > $1 AND state < 3 ORDER BY sale_id LIMIT $2", Read, after, limit + 1);
                if (rows.Count <= limit)
                    return new Page<SaleEpoch>(rows, NextCursor: null);
                rows.RemoveAt(limit);
                return new Page<SaleEpoch>(rows, Cursor.Write(List, 0, rows[^1].Sale.Value));
            },
            cancellation);
    }

    public Task<bool> BeginAsync(SaleId sale, long after, int parts, long fence, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            after == 0
                ? "INSERT INTO sale_epochs (sale_id, number, parts, state, fence) VALUES ($1, $2 + 1, $3, 1, $4) ON CONFLICT (sale_id) DO NOTHING"
                : "UPDATE sale_epochs SET number = number + 1, parts = $3, state = 1, fence = $4 WHERE sale_id = $1 AND number = $2 AND fence <= $4",
            sale.Value, after, parts, fence) == 1,
        cancellation);

    public Task<bool> EndAsync(SaleId sale, long number, long fence, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE sale_epochs SET state = 2, fence = $3 WHERE sale_id = $1 AND number = $2 AND state < 3 AND fence <= $3", sale.Value, number, fence) == 1,
        cancellation);

    public Task<bool> RetireAsync(SaleId sale, long number, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute("UPDATE sale_epochs SET state = 3 WHERE sale_id = $1 AND number = $2", sale.Value, number) == 1, cancellation);

    private static SaleEpoch Read(SqlRow row) =>
        new(Id.Parse<SaleId>(row.GetString(0)), row.GetInt64(1), row.GetInt32(2), (SaleEpochState)row.GetInt32(3));
}
