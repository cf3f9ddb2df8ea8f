using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;

namespace Orders.Azure.Cosmos;

/// <summary>A difference as a document of its day, with the texts that its lists go by. A persisted format.</summary>
internal static class DifferenceDocument
{
    /// <summary>No difference has the report's id.</summary>
    public static string IdOf(string difference) => $"difference-{difference}";

    public static byte[] Write(Difference difference) => CosmosJson.Write(json =>
    {
        var day = StatementPeriods.Of(difference.Date);
        json.WriteString("id", IdOf(difference.Id));
        json.WriteString("kind", "difference");
        json.WriteString("date", day);
        json.WriteString("orderKey", difference.OrderKey);
        json.WriteString("class", difference.Class.ToString());
        json.WriteString("state", difference.State.ToString());
        json.WriteString("place", PlaceOf(difference));
        json.WriteString("byState", ByStateOf(difference));
        json.WriteString("byOrder", $"{difference.OrderKey}{CosmosJson.Separator}{day}{CosmosJson.Separator}{difference.Id}");
        json.WriteNumber("version", difference.Version);
        json.WriteMember("document", ContentOf(difference));
    });

    /// <summary>What a save changes beside the content.</summary>
    public static PatchOperation[] Changes(Difference difference) =>
        [PatchOperation.Set("/state", difference.State.ToString()), PatchOperation.Set("/byState", ByStateOf(difference))];

    public static byte[] ContentOf(Difference difference) => JsonSerializer.SerializeToUtf8Bytes(difference, ReconciliationJson.Default.Difference);

    public static Difference Read(JsonElement row) => JsonSerializer.Deserialize(row.GetProperty("document").Utf8(), ReconciliationJson.Default.Difference)!;

    private static string PlaceOf(Difference difference) => $"{difference.OrderKey}{CosmosJson.Separator}{difference.Id}";

    private static string ByStateOf(Difference difference) => $"{difference.State}{CosmosJson.Separator}{PlaceOf(difference)}";
}
