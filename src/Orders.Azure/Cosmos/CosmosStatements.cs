using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Lines of statements, a document each, in the partition of their period: what is put there is all or none (<see cref="StatementPages"/>), for a page of a statement is of
/// one period; lines of several go period by period. Who reads puts in first what a crash left.
/// </summary>
public sealed class CosmosStatements : IStatements
{
    private const int MostLinesOfAnOrder = 1_000;
    private const int MostPeriods = 10_000;
    private const int DeletedAtOnce = 90;

    private readonly CosmosDocuments documents;
    private readonly StatementPages pages;

    public CosmosStatements(CosmosDatabase database)
    {
        documents = database.ForReports("statements");
        pages = new StatementPages(documents);
    }

    public async Task PutAsync(IReadOnlyList<StoredLine> lines, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, OrderLimits.MostStatementLines);
        foreach (var ofPeriod in lines.GroupBy(line => line.Period, StringComparer.Ordinal))
            await pages.PutAsync(ofPeriod.Key, [.. ofPeriod.Select(StatementLineDocument.Write)], cancellation).ConfigureAwait(false);
    }

    public async Task CompleteAsync(string provider, string period, long count, CancellationToken cancellation)
    {
        await pages.FinishAsync(period, cancellation).ConfigureAwait(false);
        var query = new QueryDefinition("SELECT VALUE c.id FROM c WHERE c.provider = @provider AND c.number >= @count")
            .WithParameter("@provider", provider).WithParameter("@count", count);
        while (await documents.AskAsync(query, period, DeletedAtOnce, cancellation).ConfigureAwait(false) is { Count: > 0 } more)
            await pages.DeleteAsync(period, [.. more.Select(id => id.GetString()!)], cancellation).ConfigureAwait(false);

        // Last: who crashed before it reads the statement again.
        await documents.PutAsync(period, ReadMark(provider, period), cancellation).ConfigureAwait(false);
    }

    public async Task<bool> WasReadAsync(string provider, string period, CancellationToken cancellation) =>
        await documents.FindAsync(period, ReadId(provider), cancellation).ConfigureAwait(false) is not null;

    public async Task<IReadOnlyList<StoredLine>> FindAsync(string orderKey, CancellationToken cancellation)
    {
        await FinishAllAsync(cancellation).ConfigureAwait(false);
        return await LinesOfAsync(orderKey, cancellation).ConfigureAwait(false);
    }

    /// <summary>Each question goes to all partitions: two for all of them, unless they have more lines than one order may show.</summary>
    public async Task<ILookup<string, StoredLine>> FindManyAsync(IReadOnlyCollection<string> orderKeys, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orderKeys.Count, IStatements.MostOrders);
        await FinishAllAsync(cancellation).ConfigureAwait(false);
        string[] keys = [.. orderKeys.Distinct()];
        var query = CosmosText.Among("SELECT * FROM c WHERE c.orderKey IN ({0})", keys);
        var rows = keys.Length == 0 ? [] : await documents.AskAsync(query, partition: null, MostLinesOfAnOrder + 1, cancellation).ConfigureAwait(false);
        if (rows.Count <= MostLinesOfAnOrder)
            return InOrder(rows).ToLookup(line => line.OrderKey);
        var lines = new List<StoredLine>();
        foreach (var key in keys)
            lines.AddRange(await LinesOfAsync(key, cancellation).ConfigureAwait(false));
        return lines.ToLookup(line => line.OrderKey);
    }

    public async Task<IReadOnlyList<string>> ListOrdersAsync(string period, string? after, int limit, CancellationToken cancellation)
    {
        await pages.FinishAsync(period, cancellation).ConfigureAwait(false);
        return await documents.OrderKeysAsync(period, after, limit, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<MoneySum>> SumAsync(string period, CancellationToken cancellation)
    {
        await pages.FinishAsync(period, cancellation).ConfigureAwait(false);
        var query = new QueryDefinition(
            "SELECT c.direction, c.currency, COUNT(1) AS entries, SUM(c.amount) AS amount FROM c WHERE c.orderKey > '' GROUP BY c.direction, c.currency");
        var sums = await documents.AskWholeAsync(query, period, cancellation).ConfigureAwait(false);
        return
        [
            .. sums.Select(row => new MoneySum(
                    Enum.Parse<BookEntryKind>(row.Text("direction")), Id.Parse<Currency>(row.Text("currency")),
                    (long)row.GetProperty("entries").GetDouble(), (long)row.GetProperty("amount").GetDouble()))
                .OrderBy(sum => sum.Kind).ThenBy(sum => sum.Currency.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>Puts in what crashes left, of whatever period.</summary>
    private async Task FinishAllAsync(CancellationToken cancellation)
    {
        var left = new QueryDefinition("SELECT VALUE c.period FROM c WHERE c.waiting = true");
        foreach (var period in await documents.AskAsync(left, partition: null, MostPeriods, cancellation).ConfigureAwait(false))
            await pages.FinishAsync(period.GetString()!, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<StoredLine>> LinesOfAsync(string orderKey, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.byOrder > @first AND c.byOrder < @end ORDER BY c.byOrder")
            .WithParameter("@first", $"{orderKey}{CosmosJson.Separator}").WithParameter("@end", $"{orderKey}{CosmosJson.AfterSeparator}");
        return [.. InOrder(await documents.AskAsync(query, partition: null, MostLinesOfAnOrder, cancellation).ConfigureAwait(false))];
    }

    private static IEnumerable<StoredLine> InOrder(IEnumerable<JsonElement> rows) => rows.Select(StatementLineDocument.Read)
        .OrderBy(line => line.Line.At).ThenBy(line => line.Line.Reference, StringComparer.Ordinal)
        .ThenBy(line => line.Period, StringComparer.Ordinal).ThenBy(line => line.Number);

    private static string ReadId(string provider) => $"read-{CosmosIds.Of(provider)}";

    private static byte[] ReadMark(string provider, string period) => CosmosJson.Write(json =>
    {
        json.WriteString("id", ReadId(provider));
        json.WriteString("kind", "read");
        json.WriteString("period", period);
    });
}
