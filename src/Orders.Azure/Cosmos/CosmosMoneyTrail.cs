using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>The questions to providers: one document a payment, which holds the last of them.</summary>
public sealed class CosmosMoneyTrail(CosmosDatabase database) : IMoneyTrail
{
    private const string Prefix = "trail";
    private const int MostPayments = 1_000;

    private readonly CosmosDocuments documents = database[CosmosPaymentIndex.Container];

    public async Task NoteAsync(ProviderQuery query, CancellationToken cancellation)
    {
        var turns = new Turns("The trail of a payment");
        while (!await TryNoteAsync(query, cancellation).ConfigureAwait(false))
            turns.Next(cancellation);
    }

    public async Task<IReadOnlyList<ProviderQuery>> FindAsync(OrderId order, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE STARTSWITH(c.id, @prefix)").WithParameter("@prefix", $"{Prefix}-");
        var trails = await documents.AskAsync(query, order.Value, MostPayments, cancellation).ConfigureAwait(false);
        return
        [
            .. trails.SelectMany(QuestionsOf).OrderBy(one => one.At)
                .ThenBy(one => one.PaymentId.Value, StringComparer.Ordinal).ThenBy(one => one.RefundId, StringComparer.Ordinal),
        ];
    }

    private async Task<bool> TryNoteAsync(ProviderQuery query, CancellationToken cancellation)
    {
        var (partition, id) = (query.Order.OrderId.Value, CosmosIds.Of(Prefix, query.PaymentId.Value));
        var found = await documents.FindAsync(partition, id, cancellation).ConfigureAwait(false);
        var questions = (found is null ? [] : QuestionsOf(found.Document)).Where(one => (one.At, one.RefundId) != (query.At, query.RefundId))
            .Append(query).OrderBy(one => one.At).TakeLast(IMoneyTrail.MostPerPayment);
        var document = Write(query, id, questions);
        return found is null
            ? await documents.CreateAsync(partition, document, cancellation).ConfigureAwait(false)
            : await documents.ReplaceAsync(partition, id, document, found.ETag, cancellation).ConfigureAwait(false) == WriteResult.Done;
    }

    private static byte[] Write(ProviderQuery of, string id, IEnumerable<ProviderQuery> questions) => CosmosJson.Write(json =>
    {
        json.WriteString("id", id);
        json.WriteString("kind", Prefix);
        json.WriteString("orderId", of.Order.OrderId.Value);
        json.WriteString("userId", of.Order.UserId.Value);
        json.WriteString("paymentId", of.PaymentId.Value);
        json.WriteStartArray("questions");
        foreach (var question in questions)
        {
            json.WriteStartObject();
            json.WriteString("at", question.At);
            json.WriteString("refundId", question.RefundId);
            json.WriteString("by", question.By.ToString());
            json.WriteString("said", question.Said);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static IEnumerable<ProviderQuery> QuestionsOf(JsonElement trail)
    {
        var order = new OrderRef(Id.Parse<UserId>(trail.Text("userId")), Id.Parse<OrderId>(trail.Text("orderId")));
        var payment = Id.Parse<PaymentId>(trail.Text("paymentId"));
        return trail.GetProperty("questions").EnumerateArray().Select(question => new ProviderQuery(
            order, payment, question.TextOrNull("refundId"), Enum.Parse<QueriedBy>(question.Text("by")), question.GetProperty("at").GetDateTimeOffset(), question.Text("said")));
    }
}
