using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Search;

/// <summary>
/// An order as the search shows and finds it, of one version of it. It holds personal data (name and address), which events don't carry: it is made of
/// the order itself.
/// </summary>
/// <param name="Skus">Of its lines and of what was sent instead; each once.</param>
/// <param name="TrackingNumbers">Of all parcels, in both directions; each once.</param>
public sealed record SearchDocument(
    OrderId OrderId, UserId UserId, long Version, OrderStatus Status, Currency Currency, long Total, long Paid, long Refunded, DateTimeOffset PlacedAt,
    DateTimeOffset UpdatedAt, string Name, string City, string Country, IReadOnlyList<Sku> Skus, IReadOnlyList<string> TrackingNumbers)
{
    /// <summary>Stands between what belongs to different fields, so that words of two of them don't follow one another. Nobody can type it.</summary>
    public const string Gap = "\uE000";

    /// <summary>All words that it is found by, separated by spaces.</summary>
    [JsonIgnore]
    public string Words { get; init; } = "";

    public static SearchDocument Of(Order order)
    {
        var totals = order.Totals;
        return new SearchDocument(
            order.OrderId, order.UserId, order.Version, order.Status, order.Currency, totals.Total, totals.Paid, totals.Refunded, order.PlacedAt, order.UpdatedAt,
            order.ShippingAddress.Name, order.ShippingAddress.City, order.ShippingAddress.Country,
            [.. LinesOf(order).Select(line => line.Sku).Distinct()], [.. TrackingNumbersOf(order).Distinct()])
        {
            Words = string.Join(
                $" {Gap} ",
                TextsOf(order).OfType<string>().Distinct()
                    .Select(text => string.Join(' ', SearchWords.In(text))).Where(words => words.Length > 0)),
        };
    }

    /// <summary>Without names or places: for logs that print whatever they are given.</summary>
    public override string ToString() => $"{OrderId} v{Version}";

    private static IEnumerable<string?> TextsOf(Order order)
    {
        var address = order.ShippingAddress;
        return
        [
            order.OrderId.Value, address.Name, address.Line1, address.Line2, address.City, address.Region, address.PostalCode, address.Country, order.CouponCode,
            .. LinesOf(order).SelectMany(line => new[] { line.Sku.Value, line.Name }), .. TrackingNumbersOf(order), .. order.Cases.Select(one => one.CaseId.Value),
        ];
    }

    private static IEnumerable<OrderLine> LinesOf(Order order) => order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line));

    private static IEnumerable<string> TrackingNumbersOf(Order order) => order.Shipments.Select(shipment => shipment.TrackingNumber)
        .Concat(order.Cases.SelectMany(one => new[] { one.SentBack, one.ReplacedWith }).OfType<CaseParcel>().Select(parcel => parcel.TrackingNumber));
}

/// <summary>The persisted form of what the search shows.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SearchDocument))]
public sealed partial class SearchJson : JsonSerializerContext
{
    public static byte[] Write(SearchDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Default.SearchDocument);

    /// <exception cref="JsonException">Not a stored document.</exception>
    public static SearchDocument Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.SearchDocument)
        ?? throw new JsonException("A stored document is an object.");
}
