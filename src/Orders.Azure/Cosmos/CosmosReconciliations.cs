using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Payments;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The report and the differences of a day, in the day's partition, so that a day's lists and counts ask one partition. A save patches on condition of the version
/// before: nothing is read for it.
/// </summary>
public sealed class CosmosReconciliations(CosmosDatabase database) : IReconciliations
{
    private const string ReportId = "report";
    private const int MostOfAnOrder = 200;
    private const int MostOfADay = 100;

    private readonly CosmosDocuments documents = database.ForReports("reconciliations");

    public async Task<Difference> KeepAsync(Difference found, CancellationToken cancellation)
    {
        if (await documents.CreateAsync(Day(found.Date), DifferenceDocument.Write(found), cancellation).ConfigureAwait(false))
            return found;
        return await FindAsync(found.Date, found.Id, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Difference {found.Id} is there, and can't be found.");
    }

    public Task<bool> SaveAsync(Difference changed, CancellationToken cancellation) => documents.SaveVersionAsync(
        Day(changed.Date), DifferenceDocument.IdOf(changed.Id), changed.Version, DifferenceDocument.ContentOf(changed), cancellation, DifferenceDocument.Changes(changed));

    public async Task<Difference?> FindAsync(DateOnly date, string id, CancellationToken cancellation) =>
        id.All(char.IsAsciiLetterOrDigit)
        && await documents.FindAsync(Day(date), DifferenceDocument.IdOf(id), cancellation).ConfigureAwait(false) is { } found
            ? DifferenceDocument.Read(found.Document)
            : null;

    public async Task<Page<Difference>> ListAsync(DateOnly date, DifferenceState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostOfADay);
        var list = $"differences {Day(date)} {state}";
        var after = cursor is null ? "" : CosmosCursor.Read(list, cursor);
        var query = state is { } one
            ? new QueryDefinition("SELECT c.byState AS place, c.document FROM c WHERE c.byState > @after AND c.byState < @end ORDER BY c.byState")
                .WithParameter("@after", cursor is null ? $"{one}{CosmosJson.Separator}" : after)
                .WithParameter("@end", $"{one}{CosmosJson.AfterSeparator}")
            : new QueryDefinition("SELECT c.place, c.document FROM c WHERE c.place > @after ORDER BY c.place").WithParameter("@after", after);
        var rows = await documents.AskAsync(query, Day(date), limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, DifferenceDocument.Read, list);
    }

    /// <summary>One question to every partition: for people, who look at one order's money.</summary>
    public async Task<IReadOnlyList<Difference>> FindByOrderAsync(string orderKey, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.document FROM c WHERE c.byOrder > @first AND c.byOrder < @end ORDER BY c.byOrder DESC")
            .WithParameter("@first", $"{orderKey}{CosmosJson.Separator}").WithParameter("@end", $"{orderKey}{CosmosJson.AfterSeparator}");
        var rows = await documents.AskAsync(query, partition: null, MostOfAnOrder, cancellation).ConfigureAwait(false);
        return [.. rows.Select(DifferenceDocument.Read).OrderBy(one => one.Date).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<string>> ListOrdersAsync(DateOnly date, string? after, int limit, CancellationToken cancellation) =>
        documents.OrderKeysAsync(Day(date), after, limit, cancellation);

    public async Task<IReadOnlyList<DifferenceCount>> CountAsync(DateOnly date, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.class, c.state, COUNT(1) AS entries FROM c WHERE c.orderKey > '' GROUP BY c.class, c.state");
        var rows = await documents.AskWholeAsync(query, Day(date), cancellation).ConfigureAwait(false);
        return
        [
            .. rows.OrderBy(row => row.Text("class"), StringComparer.Ordinal).ThenBy(row => row.Text("state"), StringComparer.Ordinal)
                .Select(row => new DifferenceCount(
                    Enum.Parse<DifferenceClass>(row.Text("class")), Enum.Parse<DifferenceState>(row.Text("state")), (long)row.GetProperty("entries").GetDouble())),
        ];
    }

    public Task PutReportAsync(ReconciliationReport report, CancellationToken cancellation) => documents.PutAsync(
        Day(report.Date),
        CosmosJson.Write(json =>
        {
            json.WriteString("id", ReportId);
            json.WriteString("kind", "report");
            json.WriteString("date", Day(report.Date));
            json.WriteMember("document", JsonSerializer.SerializeToUtf8Bytes(report, ReconciliationJson.Default.ReconciliationReport));
        }),
        cancellation);

    public async Task<ReconciliationReport?> FindReportAsync(DateOnly date, CancellationToken cancellation) =>
        await documents.FindAsync(Day(date), ReportId, cancellation).ConfigureAwait(false) is { } found
            ? JsonSerializer.Deserialize(found.Document.GetProperty("document").Utf8(), ReconciliationJson.Default.ReconciliationReport)
            : null;

    private static string Day(DateOnly date) => StatementPeriods.Of(date);
}

/// <summary>How reports and differences are stored. A persisted format.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Difference))]
[JsonSerializable(typeof(ReconciliationReport))]
internal sealed partial class ReconciliationJson : JsonSerializerContext;
