using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>The catalogue's items.</summary>
public sealed class SqliteCatalogue(EmbeddedTables tables) : ICatalogue
{
    private const string List = "catalogue";

    private readonly CatalogueMemory memory = new();

    public Task<IReadOnlyDictionary<Sku, CatalogueItem>> FindAsync(IReadOnlyCollection<Sku> skus, CancellationToken cancellation)
    {
        var found = new Dictionary<Sku, CatalogueItem>(skus.Count);
        List<Sku>? unknown = null;
        foreach (var sku in skus)
        {
            if (memory.Find(sku) is { } item)
                found[sku] = item;
            else
                (unknown ??= []).Add(sku);
        }

        return unknown is null
            ? Task.FromResult<IReadOnlyDictionary<Sku, CatalogueItem>>(found)
            : ReadAsync(found, unknown, cancellation);
    }

    private Task<IReadOnlyDictionary<Sku, CatalogueItem>> ReadAsync(Dictionary<Sku, CatalogueItem> found, List<Sku> skus, CancellationToken cancellation)
    {
        var ticket = memory.Ticket();
        return tables.ReadAsync<IReadOnlyDictionary<Sku, CatalogueItem>>(
            session =>
            {
                foreach (var sku in skus)
                {
                    if (session.First("SELECT sku, name, unit_price, currency FROM catalogue WHERE sku = $1", ReadItem, sku.Value) is not { } item)
                        continue;
                    found[sku] = item;
                    memory.Keep(item, ticket);
                }

                return found;
            },
            cancellation);
    }

    public Task<Page<CatalogueItem>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? "" : Cursor.Read(List, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                var items = session.Query(
                    "SELECT sku, name, unit_price, currency FROM catalogue WHERE sku > $1 ORDER BY sku LIMIT $2", ReadItem, after, limit + 1);
                if (items.Count <= limit)
                    return new Page<CatalogueItem>(items, NextCursor: null);
                items.RemoveRange(limit, items.Count - limit);
                return new Page<CatalogueItem>(items, Cursor.Write(List, 0, items[^1].Sku.Value));
            },
            cancellation);
    }

    public async Task PutAsync(CatalogueItem item, CancellationToken cancellation)
    {
        memory.BeginPut(item.Sku);
        try
        {
            await tables.WriteAsync(
                transaction => transaction.Execute(
                    """
                    INSERT INTO catalogue (sku, name, unit_price, currency) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (sku) DO UPDATE SET name = $2, unit_price = $3, currency = $4
                    """,
                    item.Sku.Value, item.Name, item.UnitPrice, item.Currency.Value),
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            memory.EndPut();
        }
    }

    private static CatalogueItem ReadItem(SqlRow row) =>
        new(Id.Parse<Sku>(row.GetString(0)), row.GetString(1), row.GetInt64(2), Id.Parse<Currency>(row.GetString(3)));
}
