using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>A provider's message as a document of the container <c>inbox</c>. <c>waiting</c> is there while it is to be applied, <c>byOrder</c> when it names an order. A persisted format.</summary>
internal static class ProviderMessageDocument
{
    public static byte[] Write(ProviderMessage message, string id, DateTimeOffset made) => CosmosJson.Write(json =>
    {
        json.WriteString("id", id);
        json.WriteString("kind", "provider-message");
        json.WriteString("source", message.Source);
        json.WriteString("messageId", message.MessageId);
        json.WriteString("contentHash", message.ContentHash);
        json.WriteString("body", message.Body);
        json.WriteString("receivedAt", message.ReceivedAt);
        json.WriteString("state", message.State.ToString());
        json.WriteString("note", message.Note);
        json.WriteNumber("seen", message.Seen);
        json.WriteNumber("contradictions", 0);
        if (message.State == ProviderMessageState.Stored)
            json.WriteString("waiting", CosmosJson.Sortable(message.ReceivedAt, id));
        if (message.OrderId is { } order)
        {
            json.WriteString("orderId", order.Value);
            json.WriteString("byOrder", $"{order}{CosmosJson.Separator}{CosmosJson.Sortable(made, id)}");
        }
    });

    public static IReadOnlyList<PatchOperation> Changes(ProviderMessageState state, string? note) =>
    [
        PatchOperation.Set("/state", state.ToString()),
        PatchOperation.Set("/note", note),
        .. state == ProviderMessageState.Stored ? Array.Empty<PatchOperation>() : [PatchOperation.Set<string?>("/waiting", null)],
    ];

    public static ProviderMessage Read(JsonElement document) => new(
        document.Text("source"), document.Text("messageId"), document.Text("contentHash"), document.Text("body"), document.GetProperty("receivedAt").GetDateTimeOffset())
    {
        State = Enum.Parse<ProviderMessageState>(document.Text("state")),
        Note = document.TextOrNull("note"),
        OrderId = OrderId.TryParse(document.TextOrNull("orderId"), out var order) ? order : null,
        Seen = document.GetProperty("seen").GetInt32(),
    };
}
