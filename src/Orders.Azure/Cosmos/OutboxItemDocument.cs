using System.Globalization;
using System.Text.Json;
using Orders.Application.Events;

namespace Orders.Azure.Cosmos;

/// <summary>
/// An unpublished event beside its order, as the relay reads it (<see cref="OutboxDocument"/>), with one text more: <c>written</c>, by which the sweep finds what has
/// grown old. A parked one is of another kind and has no such text. A persisted format.
/// </summary>
internal static class OutboxItemDocument
{
    public const string ParkedKind = "outbox-parked";

    public static byte[] Write(OutboxItem item, DateTimeOffset written)
    {
        using var document = JsonDocument.Parse(OutboxDocument.Write(item));
        var place = string.Create(
            CultureInfo.InvariantCulture, $"{CosmosJson.Sortable(written)}{CosmosJson.Separator}{item.Order.OrderId}{CosmosJson.Separator}{item.Sequence:D10}");
        return CosmosJson.Write(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(json);
            json.WriteString("written", place);
        });
    }
}
