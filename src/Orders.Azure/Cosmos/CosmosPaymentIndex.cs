using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>Payments beside the other money of their order; <c>due</c> says when to ask about one, and is its condition when that is changed.</summary>
public sealed class CosmosPaymentIndex(CosmosDatabase database) : IPaymentIndex
{
    /// <summary>The container, also of <see cref="CosmosPaymentBook"/> and <see cref="CosmosMoneyTrail"/>.</summary>
    public const string Container = "payments";

    /// <summary>Each is of another order, so no batch can hold them.</summary>
    private const int AtOnce = 8;

    private readonly CosmosDocuments documents = database[Container];

    public Task AddAsync(PaymentId paymentId, OrderRef order, DateTimeOffset askAt, CancellationToken cancellation)
    {
        var document = CosmosJson.Write(json =>
        {
            json.WriteString("id", paymentId.Value);
            json.WriteString("kind", "payment");
            json.WriteString("orderId", order.OrderId.Value);
            json.WriteString("userId", order.UserId.Value);
            json.WriteString("due", CosmosJson.Sortable(askAt, paymentId.Value));
        });
        return documents.CreateAsync(order.OrderId.Value, document, cancellation);
    }

    public async Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation) =>
        await documents.FindAsync(orderId.Value, paymentId.Value, cancellation).ConfigureAwait(false) is { } found
            ? new OrderRef(Id.Parse<UserId>(found.Document.Text("userId")), orderId)
            : null;

    public async Task<IReadOnlyList<PaymentToAsk>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id, c.due, c.userId, c.orderId FROM c WHERE c.due < @after ORDER BY c.due")
            .WithParameter("@after", $"{CosmosJson.Sortable(now)}{CosmosJson.AfterSeparator}");
        var due = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        return
        [
            .. due.Select(row => new PaymentToAsk(
                Id.Parse<PaymentId>(row.Text("id")), new OrderRef(Id.Parse<UserId>(row.Text("userId")), Id.Parse<OrderId>(row.Text("orderId"))),
                CosmosJson.InstantOf(row.Text("due")))),
        ];
    }

    public Task AskedAsync(IReadOnlyList<AskedPayment> asked, CancellationToken cancellation) => Parallel.ForEachAsync(
        asked,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        async (one, token) =>
        {
            var next = one.Next is { } at ? CosmosJson.Sortable(at, one.PaymentId.Value) : null;
            await documents.PatchAsync(
                one.OrderId.Value, one.PaymentId.Value, [PatchOperation.Set("/due", next)],
                $"FROM c WHERE c.due = '{CosmosJson.Sortable(one.Seen, one.PaymentId.Value)}'", token).ConfigureAwait(false);
        });

    public Task AskAtAsync(OrderId orderId, PaymentId paymentId, DateTimeOffset at, CancellationToken cancellation) => documents.PatchAsync(
        orderId.Value, paymentId.Value, [PatchOperation.Set("/due", CosmosJson.Sortable(at, paymentId.Value))], condition: null, cancellation);
}
