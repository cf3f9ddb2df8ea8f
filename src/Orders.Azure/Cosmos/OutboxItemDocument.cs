using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// An unpublished event beside its order, as the relay reads it (<see cref="OutboxDocument"/>), with one text more: <c>written</c>, by which the sweep finds what has
/// grown old. A parked one is of another kind and has no such text; one that was published likewise, and has <c>published</c> instead, by which the log of events is
/// forgotten. A persisted format.
/// </summary>
internal static class OutboxItemDocument
{
    public const string ParkedKind = "outbox-parked";

    public const string PublishedKind = "event";

    public static byte[] Write(OutboxItem item, DateTimeOffset written)
    {
        using var document = JsonDocument.Parse(OutboxDocument.Write(item));
        var place = PlaceOf(item, written);
        return CosmosJson.Write(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(json);
            json.WriteString("written", place);
        });
    }

    /// <summary>What becomes of it when it is published: an event of the log, which the database forgets after that time.</summary>
    public static IReadOnlyList<PatchOperation> Published(OutboxItem item, int secondsToKeep) =>
    [
        PatchOperation.Set("/kind", PublishedKind), PatchOperation.Set<string?>("/written", null), PatchOperation.Set("/published", PlaceOf(item, item.At)),
        PatchOperation.Set("/ttl", secondsToKeep),
    ];

    /// <summary>What becomes of a parked one that is to be published after all.</summary>
    public static IReadOnlyList<PatchOperation> Revived(OutboxItem item) =>
        [PatchOperation.Set("/kind", OutboxDocument.Kind), PatchOperation.Set("/written", PlaceOf(item, item.At))];

    /// <summary>Whether it is this very event, published or not.</summary>
    public static bool IsOf(OutboxItem item, JsonElement document) =>
        document.Text("type") == item.Type && CosmosJson.IsSame(document.GetProperty("event"), Encoding.UTF8.GetBytes(item.Body));

    /// <summary>The event, published or not.</summary>
    public static OutboxItem Read(JsonElement document) => new(
        document.Text("id"), new OrderRef(Id.Parse<UserId>(document.Text("userId")), Id.Parse<OrderId>(document.Text("orderId"))), document.Text("type"),
        document.GetProperty("sequence").GetInt64(), document.GetProperty("event").GetRawText(), document.GetProperty("at").GetDateTimeOffset());

    private static string PlaceOf(OutboxItem item, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture, $"{CosmosJson.Sortable(at)}{CosmosJson.Separator}{item.Order.OrderId}{CosmosJson.Separator}{item.Sequence:D10}");
}
