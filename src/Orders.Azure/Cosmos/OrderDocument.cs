using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Azure.Cosmos;

/// <summary>
/// An order as a document of the container <c>orders</c>: the order itself under <c>document</c>, and beside it the texts that lists and sweeps go by, each there only
/// while the order is in that list. A persisted format.
/// </summary>
internal static class OrderDocument
{
    public const string Kind = "order";

    /// <summary>The buyer's list.</summary>
    public const string Placed = "placed";

    /// <summary>The same by status: <c>{status} {placed}</c>.</summary>
    public const string ByStatus = "byStatus";

    /// <summary>In the order of writing, which never changes.</summary>
    public const string Made = "made";

    /// <summary>Whether its life goes on; it may be reopened.</summary>
    public const string Open = "open";

    public const string OfSale = "sale";

    public const string Due = "due";

    public const string Completed = "completed";

    /// <summary>By part of all orders and day of the last change: <c>{first character of the id} {day} {id}</c>.</summary>
    public const string Changed = "changed";

    /// <param name="made">From <see cref="MadeStamps"/>.</param>
    public static byte[] Write(Order order, string made) => CosmosJson.Write(json =>
    {
        json.WriteString("id", order.OrderId.Value);
        json.WriteString("kind", Kind);
        json.WriteString("userId", order.UserId.Value);
        json.WriteString("orderId", order.OrderId.Value);
        json.WriteString(Placed, PlacedOf(order));
        json.WriteString(Made, made);
        if (order.SaleId is { } sale)
            json.WriteString(OfSale, $"{sale}{CosmosJson.Separator}{made}");
        json.WriteBoolean(Open, order.ClosedAt is null);
        foreach (var (name, text) in Changing(order))
        {
            if (text is not null)
                json.WriteString(name, text);
        }

        json.WriteNumber("version", order.Version);
        json.WriteMember("document", OrderJson.Write(order));
    });

    /// <summary>What a save changes: the order and the lists that it is in now. What it leaves it leaves with a null, which no list finds.</summary>
    public static IReadOnlyList<PatchOperation> Changes(Order order)
    {
        using var document = JsonDocument.Parse(OrderJson.Write(order));
        return
        [
            PatchOperation.Set("/document", document.RootElement.Clone()),
            PatchOperation.Set("/version", order.Version),
            PatchOperation.Set($"/{Open}", order.ClosedAt is null),
            .. Changing(order).Select(text => PatchOperation.Set($"/{text.Name}", text.Text)),
        ];
    }

    public static Order Read(JsonElement document) => OrderJson.Read(JsonMarshal.GetRawUtf8Value(document));

    public static string PlacedOf(Order order) => CosmosJson.Sortable(order.PlacedAt, order.OrderId.Value);

    /// <param name="byStatus">The text of that list.</param>
    public static OrderStatus StatusOf(string byStatus) => Enum.Parse<OrderStatus>(byStatus.AsSpan(0, byStatus.IndexOf(CosmosJson.Separator, StringComparison.Ordinal)));

    public static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, string? Text)> Changing(Order order) =>
    [
        (ByStatus, $"{order.Status}{CosmosJson.Separator}{PlacedOf(order)}"),
        (Due, order.Deadline is { } due ? CosmosJson.Sortable(due, order.OrderId.Value) : null),
        (Completed, order.LastCompletion() is { } completed ? CosmosJson.Sortable(completed, order.OrderId.Value) : null),
        (Changed, $"{order.OrderId.Value[0]}{CosmosJson.Separator}{DayOf(order.UpdatedAt)}{CosmosJson.Separator}{order.OrderId}"),
    ];
}
