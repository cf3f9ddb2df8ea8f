using System.Text.Json;
using Orders.Application.Search;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>An order in a set of the search, as a document of the order's partition, with the texts that pages go by. A persisted format.</summary>
internal static class SearchedOrder
{
    public static string IdOf(string set, OrderId order) => $"{set}-{order}";

    public static string MemberOf(SearchKey key) => key switch
    {
        SearchKey.PlacedAt => "byPlaced",
        SearchKey.Total => "byTotal",
        _ => "byUpdated",
    };

    public static byte[] Write(string set, SearchDocument document) => CosmosJson.Write(json =>
    {
        var text = SearchTokens.TextOf(document.Words);
        var words = SearchTokens.WordsIn(text);
        json.WriteString("id", IdOf(set, document.OrderId));
        json.WriteString("kind", "order");
        json.WriteString("orderId", document.OrderId.Value);
        json.WriteString("generation", set);
        json.WriteNumber("version", document.Version);
        json.WriteString("status", document.Status.ToString());
        json.WriteString("userId", document.UserId.Value);
        json.WriteString("currency", document.Currency.Value);
        json.WriteNumber("total", document.Total);
        json.WriteString("placed", CosmosJson.Sortable(document.PlacedAt));
        json.WriteString(MemberOf(SearchKey.PlacedAt), Place(set, CosmosJson.Sortable(document.PlacedAt), document));
        json.WriteString(MemberOf(SearchKey.UpdatedAt), Place(set, CosmosJson.Sortable(document.UpdatedAt), document));
        json.WriteString(MemberOf(SearchKey.Total), Place(set, SearchTokens.Sortable(document.Total), document));
        Write(json, "skus", document.Skus.Select(sku => sku.Value));
        Write(json, "words", words);
        Write(json, "starts", SearchTokens.StartsOf(words));
        json.WriteString("text", text);
        json.WriteMember("document", SearchJson.Write(document));
    });

    public static SearchDocument Read(JsonElement row) => SearchJson.Read(row.GetProperty("document").Utf8());

    private static string Place(string set, string key, SearchDocument document) => string.Join(CosmosJson.Separator, set, key, document.OrderId);

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
