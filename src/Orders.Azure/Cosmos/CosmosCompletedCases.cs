using Microsoft.Azure.Cosmos;
using Orders.Application.AfterSales;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>Orders by the instant of their last completed case, which <see cref="CosmosOrderStore"/> keeps beside the order.</summary>
public sealed class CosmosCompletedCases(CosmosDatabase database) : ICompletedCases
{
    private readonly CosmosDocuments documents = database[CosmosOrderStore.Container];

    public async Task<IReadOnlyList<CompletedOrder>> FindAsync(CompletedOrder? after, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = new QueryDefinition(
                "SELECT c.completed, c.userId, c.orderId FROM c WHERE c.completed > @after AND c.completed < @before ORDER BY c.completed")
            .WithParameter("@after", after is null ? "" : CosmosJson.Sortable(after.At, after.Order.OrderId.Value))
            .WithParameter("@before", CosmosJson.Sortable(before));
        var found = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        return
        [
            .. found.Select(row => new CompletedOrder(
                new OrderRef(Id.Parse<UserId>(row.Text("userId")), Id.Parse<OrderId>(row.Text("orderId"))), CosmosJson.InstantOf(row.Text("completed")))),
        ];
    }
}
