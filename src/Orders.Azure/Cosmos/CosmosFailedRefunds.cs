using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>By a text that the books' failed refunds have and nothing else: the order's id.</summary>
public sealed class CosmosFailedRefunds(CosmosDatabase database) : IFailedRefunds
{
    private const string List = "failed refunds";

    private readonly CosmosDocuments documents = database[CosmosPaymentIndex.Container];

    public async Task<Page<OrderRef>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var found = new List<OrderRef>();
        // An order has as many rows as refunds that failed: they come one after the other, and may be more than one answer's.
        for (var last = cursor is null ? "" : CosmosCursor.Read(List, cursor); ;)
        {
            var query = new QueryDefinition("SELECT c.failed, c.userId FROM c WHERE c.failed > @last ORDER BY c.failed").WithParameter("@last", last);
            var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
            foreach (var row in rows.Where(row => row.Text("failed") != last))
                found.Add(new OrderRef(Id.Parse<UserId>(row.Text("userId")), Id.Parse<OrderId>(last = row.Text("failed"))));
            if (found.Count > limit)
                return new Page<OrderRef>(found.GetRange(0, limit), CosmosCursor.Write(List, found[limit - 1].OrderId.Value));
            if (rows.Count <= limit)
                return new Page<OrderRef>(found, NextCursor: null);
        }
    }
}
