using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Statistics;

namespace Orders.Azure.Cosmos;

/// <summary>A bucket of a scope: every minute, hour and day lies in one UTC day, whose partition it is in.</summary>
internal readonly record struct BucketKey(StatGrain Grain, DateTimeOffset At, StatScope Scope)
{
    public string Day => StatDocuments.DayOf(At);

    public string Id => $"bucket-{CosmosIds.Of($"{Grain}{Scope.Kind}{At.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture)}", $"n{Scope.Name}")}";
}

/// <summary>
/// Documents of the container <c>statistics</c>: buckets, whose counts are numbers that are added to where they stand; per order and day the facts that were counted there;
/// and per day how many there were. A persisted format.
/// </summary>
internal static class StatDocuments
{
    public const string PulseId = "pulse";

    /// <summary>Changes of one patch.</summary>
    public const int MostInAPatch = 10;

    /// <summary>Of a measure's number in the path of a patch: a bare number would be taken for a place in a list.</summary>
    private const string Mark = "m";

    public static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string FactsIdOf(OrderId order) => $"facts-{order}";

    /// <summary>By scope, then time.</summary>
    public static string PlaceOf(StatGrain grain, StatScope scope, DateTimeOffset at) => string.Join(CosmosJson.Separator, grain, scope.Kind, scope.Name, CosmosJson.Sortable(at));

    /// <summary>By time, for all scopes of a kind.</summary>
    public static string TimeOf(StatGrain grain, StatScopeKind kind, DateTimeOffset at) => string.Join(CosmosJson.Separator, grain, kind, CosmosJson.Sortable(at));

    public static byte[] EmptyBucket(BucketKey key) => CosmosJson.Write(json =>
    {
        json.WriteString("id", key.Id);
        json.WriteString("kind", "bucket");
        json.WriteString("day", key.Day);
        json.WriteString("name", key.Scope.Name);
        json.WriteString("at", CosmosJson.Sortable(key.At));
        json.WriteString("place", PlaceOf(key.Grain, key.Scope, key.At));
        json.WriteString("byTime", $"{TimeOf(key.Grain, key.Scope.Kind, key.At)}{CosmosJson.Separator}{key.Scope.Name}");
        json.WriteStartObject("counts");
        json.WriteEndObject();
    });

    public static IEnumerable<PatchOperation> Adding(Tally tally) =>
        tally.Entries.Select(entry => PatchOperation.Increment($"/counts/{Mark}{entry.Number.ToString(CultureInfo.InvariantCulture)}", entry.Value));

    /// <summary>Numbers are doubles there; a sum that a double doesn't hold to the unit would be ninety trillion of a currency.</summary>
    public static Tally TallyOf(JsonElement row) => Tally.Of(row.GetProperty("counts").EnumerateObject()
        .Select(count => (int.Parse(count.Name.AsSpan(Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture), (long)count.Value.GetDouble())));

    public static byte[] EmptyPulse(string day) => CosmosJson.Write(json =>
    {
        json.WriteString("id", PulseId);
        json.WriteString("kind", "pulse");
        json.WriteString("day", day);
        json.WriteNumber("changes", 0);
    });

    public static IReadOnlyList<PatchOperation> Beating(int facts, DateTimeOffset? eventAt, DateTimeOffset now) => eventAt is { } at
        ?
        [
            PatchOperation.Increment("/changes", facts), PatchOperation.Set("/eventAt", CosmosJson.Sortable(at)),
            PatchOperation.Set("/countedAt", CosmosJson.Sortable(now)),
        ]
        : [PatchOperation.Increment("/changes", facts)];

    public static byte[] Facts(OrderId order, string day, IEnumerable<string> counted, string lastAt) => CosmosJson.Write(json =>
    {
        json.WriteString("id", FactsIdOf(order));
        json.WriteString("kind", "facts");
        json.WriteString("day", day);
        json.WriteString("lastAt", lastAt);
        json.WriteStartArray("facts");
        foreach (var fact in counted)
            json.WriteStringValue(fact);
        json.WriteEndArray();
    });
}
