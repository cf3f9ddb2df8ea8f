using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Tells buyers by writing down what they would be told, a document per event in the order's partition. Kept for as long as an event may come again
/// (<see cref="OrderPolicy.EventRetention"/>).
/// </summary>
public sealed class CosmosNotifier(CosmosDatabase database, OrderPolicy policy, MadeStamps stamps) : INotifier
{
    private const int MostOfAnOrder = 1_000;

    private readonly CosmosDocuments documents = database["notifications"];

    public Task NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(notification.EventId);
        var document = CosmosJson.Write(json =>
        {
            json.WriteString("id", id);
            json.WriteString("orderId", notification.Order.OrderId.Value);
            json.WriteString("userId", notification.Order.UserId.Value);
            json.WriteString("eventId", notification.EventId);
            json.WriteString("told", CosmosJson.Sortable(stamps.Next(), id));
            json.WriteString("text", notification.Text);
            json.WriteString("at", CosmosJson.Sortable(notification.At));
            json.WriteNumber("ttl", (int)policy.EventRetention.TotalSeconds);
        });
        return documents.CreateAsync(notification.Order.OrderId.Value, document, cancellation);
    }

    /// <remarks>The documents stay: an event that comes again must find its own.</remarks>
    public async Task ForgetAsync(OrderRef order, CancellationToken cancellation)
    {
        foreach (var row in await AskAsync(order.OrderId, cancellation).ConfigureAwait(false))
        {
            if (row.Text("userId") == order.UserId.Value && row.Text("text").Length > 0)
                await documents.PatchAsync(order.OrderId.Value, row.Text("id"), [PatchOperation.Set("/text", "")], condition: null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What the buyer of this order was told, in the order of telling.</summary>
    public async Task<IReadOnlyList<Notification>> FindAsync(OrderId order, CancellationToken cancellation) =>
        [.. (await AskAsync(order, cancellation).ConfigureAwait(false)).Select(Read)];

    private Task<List<JsonElement>> AskAsync(OrderId order, CancellationToken cancellation) =>
        documents.AskAsync(new QueryDefinition("SELECT * FROM c WHERE c.told > '' ORDER BY c.told"), order.Value, MostOfAnOrder, cancellation);

    private static Notification Read(JsonElement row) => new(
        row.Text("eventId"), new OrderRef(Id.Parse<UserId>(row.Text("userId")), Id.Parse<OrderId>(row.Text("orderId"))), row.Text("text"),
        CosmosJson.InstantOf(row.Text("at")));
}
