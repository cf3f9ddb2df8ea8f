using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Payments;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Held money, each in a partition of its own: a capture's id is one place, so a second message is a conflict there. Every step patches on condition of the version
/// before, so of a taking over and a sending back one wins.
/// </summary>
public sealed class CosmosUnknownMoney(CosmosDatabase database) : IUnknownMoney
{
    private const int MostOfAPage = 100;

    private readonly CosmosDocuments documents = database["unknown-money"];

    public async Task<UnknownMoney> HoldAsync(UnknownMoney money, CancellationToken cancellation)
    {
        if (await documents.CreateAsync(money.Id, Write(money), cancellation).ConfigureAwait(false))
            return money;
        return await FindAsync(money.Id, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Held money {money.Id} is there, and can't be found.");
    }

    public async Task<UnknownMoney?> FindAsync(string id, CancellationToken cancellation) =>
        id.All(char.IsAsciiLetterOrDigit) && await documents.FindAsync(id, id, cancellation).ConfigureAwait(false) is { } found ? Read(found.Document) : null;

    public Task<bool> SaveAsync(UnknownMoney changed, CancellationToken cancellation) => documents.SaveVersionAsync(
        changed.Id, changed.Id, changed.Version, Serialize(changed), cancellation, PatchOperation.Set("/byState", ByStateOf(changed)));

    public async Task<Page<UnknownMoney>> ListAsync(UnknownMoneyState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostOfAPage);
        var list = $"unknown money {state}";
        var (by, first, end) = state is { } one
            ? ("byState", $"{one}{CosmosJson.Separator}", $"{one}{CosmosJson.AfterSeparator}")
            : ("held", "", CosmosText.AfterAll);
        var query = new QueryDefinition($"SELECT c.{by} AS place, c.document FROM c WHERE c.{by} > @after AND c.{by} < @end ORDER BY c.{by}")
            .WithParameter("@after", cursor is null ? first : CosmosCursor.Read(list, cursor)).WithParameter("@end", end);
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, Read, list);
    }

    private static byte[] Write(UnknownMoney money) => CosmosJson.Write(json =>
    {
        json.WriteString("id", money.Id);
        json.WriteString("held", HeldOf(money));
        json.WriteString("byState", ByStateOf(money));
        json.WriteNumber("version", money.Version);
        json.WriteMember("document", Serialize(money));
    });

    private static UnknownMoney Read(JsonElement row) => JsonSerializer.Deserialize(row.GetProperty("document").Utf8(), UnknownMoneyJson.Default.UnknownMoney)!;

    private static string HeldOf(UnknownMoney money) => CosmosJson.Sortable(money.HeldSince, money.Id);

    private static string ByStateOf(UnknownMoney money) => $"{money.State}{CosmosJson.Separator}{HeldOf(money)}";

    private static byte[] Serialize(UnknownMoney money) => JsonSerializer.SerializeToUtf8Bytes(money, UnknownMoneyJson.Default.UnknownMoney);
}

/// <summary>How held money is stored. A persisted format.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UnknownMoney))]
internal sealed partial class UnknownMoneyJson : JsonSerializerContext;
