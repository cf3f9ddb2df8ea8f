using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>Flash sales as JSON documents.</summary>
public sealed class SqliteSales(EmbeddedTables tables) : ISales
{
    private const string List = "sales";

    public Task<FlashSale?> FindAsync(SaleId sale, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First("SELECT document FROM sales WHERE sale_id = $1", row => FlashSaleJson.Read(row.GetBytes(0)), sale.Value), cancellation);

    public Task<Page<FlashSale>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? "" : Cursor.Read(List, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                var sales = session.Query(
                    "SELECT document FROM sales WHERE sale_id > $1 ORDER BY sale_id LIMIT $2", row => FlashSaleJson.Read(row.GetBytes(0)), after, limit + 1);
                if (sales.Count <= limit)
                    return new Page<FlashSale>(sales, NextCursor: null);
                sales.RemoveAt(limit);
                return new Page<FlashSale>(sales, Cursor.Write(List, 0, sales[^1].SaleId.Value));
            },
            cancellation);
    }

    public Task<bool> PutAsync(FlashSale sale, CancellationToken cancellation)
    {
        var document = FlashSaleJson.Write(sale);
        return tables.WriteAsync(
            transaction =>
            {
                var stored = transaction.First("SELECT version, document FROM sales WHERE sale_id = $1", row => (Version: row.GetInt64(0), Document: row.GetBytes(1)), sale.SaleId.Value);
                if (stored.Version == sale.Version)
                    return FlashSaleJson.Read(stored.Document) == sale;
                if (stored.Version != sale.Version - 1)
                    return false;
                transaction.Execute(
                    "INSERT INTO sales (sale_id, version, document) VALUES ($1, $2, $3) ON CONFLICT (sale_id) DO UPDATE SET version = $2, document = $3",
                    sale.SaleId.Value, sale.Version, document);
                return true;
            },
            cancellation);
    }
}
