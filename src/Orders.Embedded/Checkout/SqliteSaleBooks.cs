using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>The embedded units are on disk with their reservations, in one write: they are never lost.</summary>
public sealed class SqliteSaleBooks(EmbeddedTables tables) : ISaleBooks
{
    public Task<bool> AreLostAsync(SaleId sale, CancellationToken cancellation) => Task.FromResult(false);

    public Task<bool> RebuildAsync(
        SaleId sale, int quantity, int perBuyer, Func<IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>>> placed, long fence, Func<Task<bool>> goesOn,
        CancellationToken cancellation) => Task.FromResult(false);

    public Task<int> ForgetAsync(SaleId sale, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return tables.WriteAsync(
            transaction =>
            {
                if (transaction.Scalar("SELECT EXISTS (SELECT 1 FROM sale_units WHERE sale_id = $1 AND held > 0)", sale.Value) == 1)
                    return 0;
                transaction.Execute("DELETE FROM sale_units WHERE sale_id = $1", sale.Value);
                return transaction.Execute(
                    """
                    DELETE FROM sale_holds WHERE sale_id = $1
                    AND (order_id, number) IN (SELECT order_id, number FROM sale_holds WHERE sale_id = $1 ORDER BY order_id, number LIMIT $2)
                    """,
                    sale.Value, limit);
            },
            cancellation);
    }
}
