using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Orders in their buyer's partition. An order and its event are one batch. A save patches what is stored on condition of the version that was read, so nothing
/// is read before it. One that is refused looks whether its own event is there: then a try before it was done, and its answer lost. A creation that was done says
/// which order is there, its own.
/// </summary>
public sealed class CosmosOrderStore(CosmosDatabase database, MadeStamps stamps, TimeProvider clock) : IOrderStore
{
    /// <summary>The container; its change feed is the relay.</summary>
    public const string Container = "orders";

    private const int MostOfABuyer = 100;
    private const int MostRefs = 1_000;

    private readonly CosmosDocuments documents = database[Container];

    public async Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) =>
        await documents.FindAsync(order.UserId.Value, order.OrderId.Value, cancellation).ConfigureAwait(false) is { } found
            ? OrderDocument.Read(found.Document.GetProperty("document"))
            : null;

    public async Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.userId, c.orderId FROM c WHERE c.orderId = @order AND c.kind = @kind")
            .WithParameter("@order", orderId.Value).WithParameter("@kind", OrderDocument.Kind);
        var found = await documents.AskAsync(query, partition: null, most: 1, cancellation).ConfigureAwait(false);
        return found.Count == 0 ? null : RefOf(found[0]);
    }

    public async Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var made = stamps.Next();
        var (document, item) = (OrderDocument.Write(order, CosmosJson.Sortable(made, order.OrderId.Value)), OutboxItemDocument.Write(outboxItem, clock.GetUtcNow()));
        var (result, _) = await documents.BatchAsync(
            order.UserId.Value,
            batch => batch.CreateItemStream(CosmosDocuments.Stream(document)).CreateItemStream(CosmosDocuments.Stream(item)),
            cancellation).ConfigureAwait(false);
        if (result == WriteResult.Done)
            return null;
        return await FindAsync(order.Ref, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Order {order.OrderId} is there, and can't be found.");
    }

    public async Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var changes = OrderDocument.Changes(order);
        var item = OutboxItemDocument.Write(outboxItem, clock.GetUtcNow());
        var condition = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"FROM c WHERE c.version = {order.Version - 1}");
        var (result, _) = await documents.BatchAsync(
            order.UserId.Value,
            batch => batch.PatchItem(order.OrderId.Value, changes, CosmosDocuments.InBatch(condition)).CreateItemStream(CosmosDocuments.Stream(item)),
            cancellation).ConfigureAwait(false);
        return result == WriteResult.Done
            || (result == WriteResult.Refused && await documents.FindAsync(order.UserId.Value, outboxItem.Id, cancellation).ConfigureAwait(false) is { } found
                && OutboxItemDocument.IsOf(outboxItem, found.Document));
    }

    public async Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostOfABuyer);
        var list = $"orders {status} {user}";
        var (by, first, last) = status is { } one
            ? (OrderDocument.ByStatus, $"{one}{CosmosJson.Separator}", $"{one}{CosmosJson.AfterSeparator}")
            : (OrderDocument.Placed, "", CosmosText.AfterAll);
        if (cursor is not null)
            last = CosmosCursor.Read(list, cursor);
        var query = new QueryDefinition($"SELECT c.{by} AS place, c.document FROM c WHERE c.{by} > @first AND c.{by} < @last ORDER BY c.{by} DESC")
            .WithParameter("@first", first).WithParameter("@last", last);
        var rows = await documents.AskAsync(query, user.Value, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, row => OrderDocument.Read(row.GetProperty("document")), list);
    }

    public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.due AS place, c.userId, c.orderId FROM c WHERE c.due > @after AND c.due < @before ORDER BY c.due")
            .WithParameter("@before", CosmosJson.Sortable(before));
        return RefsAsync(query, "overdue orders", limit, cursor, cancellation);
    }

    public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.sale AS place, c.userId, c.orderId FROM c WHERE c.sale > @after AND c.sale < @end ORDER BY c.sale")
            .WithParameter("@end", $"{sale}{CosmosJson.AfterSeparator}");
        return RefsAsync(query, $"orders of sale {sale}", limit, cursor, cancellation, first: $"{sale}{CosmosJson.Separator}");
    }

    public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT c.made AS place, c.userId, c.orderId, c.version, c.byStatus FROM c WHERE c.open = true AND c.made > @after ORDER BY c.open, c.made");
        return RowsAsync(query, ListedOf, "open orders", limit, cursor, cancellation);
    }

    public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostRefs);
        var query = new QueryDefinition("SELECT c.made AS place, c.userId, c.orderId, c.version, c.byStatus FROM c WHERE c.made > @after ORDER BY c.made");
        return RowsAsync(query, ListedOf, "all orders", limit, cursor, cancellation);
    }

    private Task<Page<OrderRef>> RefsAsync(
        QueryDefinition query, string list, int limit, string? cursor, CancellationToken cancellation, string first = "") =>
        RowsAsync(query, RefOf, list, limit, cursor, cancellation, first);

    private async Task<Page<T>> RowsAsync<T>(
        QueryDefinition query, Func<JsonElement, T> read, string list, int limit, string? cursor, CancellationToken cancellation, string first = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        query = query.WithParameter("@after", cursor is null ? first : CosmosCursor.Read(list, cursor));
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, read, list);
    }

    private static ListedOrder ListedOf(JsonElement row) => new(RefOf(row), row.GetProperty("version").GetInt64(), OrderDocument.StatusOf(row.Text(OrderDocument.ByStatus)));

    private static OrderRef RefOf(JsonElement row) => new(Id.Parse<UserId>(row.Text("userId")), Id.Parse<OrderId>(row.Text("orderId")));
}
