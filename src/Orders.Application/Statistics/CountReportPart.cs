using System.Text.Json;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>
/// Writes the facts of a part of a day, one JSON object a line, and beside them their sums. The same orders give the same bytes, whenever and however often
/// it runs.
/// </summary>
public sealed class CountReportPart(DayFacts dayFacts, IReportFiles files)
{
    /// <returns>How many facts the day has in this part.</returns>
    public async Task<long> RunAsync(ReportPart part, CancellationToken cancellation)
    {
        var day = new ReportDate(part.Date);
        var facts = await dayFacts.ReadAsync(day, part.Part, cancellation).ConfigureAwait(false);
        var sums = DaySums.Of(day, facts);
        if (sums.Files > 0)
            await files.WriteAsync(day.FactsOf(part.Part), LinesOf(day, facts), cancellation).ConfigureAwait(false);
        await files.WriteAsync(day.SumsOf(part.Part), StoredSums.Write(sums), cancellation).ConfigureAwait(false);
        return sums.Facts;
    }

    private static byte[] LinesOf(ReportDate day, IEnumerable<OrderFact> facts)
    {
        using var lines = new MemoryStream();
        foreach (var fact in facts.Where(fact => day.Contains(fact.At)))
        {
            JsonSerializer.Serialize(lines, FactRow.Of(fact), ReportJson.Default.FactRow);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}

/// <summary>A line of the fact files. A public format: append fields, never change one.</summary>
/// <param name="Amount">Minor units: of the order what it costs, of money how much moved.</param>
/// <param name="Seconds">From placing to payment, or from payment to the first parcel; null for other facts.</param>
public sealed record FactRow(
    FactKind Fact, DateTime At, string OrderId, DateTime PlacedAt, string? SaleId, string Currency, long Amount, int Units, string? Reason, double? Seconds, IReadOnlyList<FactLineRow> Lines)
{
    public static FactRow Of(OrderFact fact) => new(
        fact.Kind, fact.At.UtcDateTime, fact.OrderId.Value, fact.PlacedAt.UtcDateTime, fact.SaleId?.Value, fact.Money.Currency.Value, fact.Money.Amount, fact.Units,
        fact.Reason is { } reason ? JsonNamingPolicy.CamelCase.ConvertName(reason) : null, fact.After is { } time ? Math.Round(time.TotalSeconds, 3) : null,
        [.. fact.Lines.Select(line => new FactLineRow(line.Sku.Value, line.Quantity, line.Amount))]);
}

public sealed record FactLineRow(string Sku, int Quantity, long Amount);

/// <summary>The sums of a part between two activities of one run.</summary>
public sealed record StoredSums(IReadOnlyList<byte[]> Hours, IReadOnlyList<StoredScope> Others, long Facts, int Files)
{
    public static byte[] Write(DaySums sums) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredSums(
            [.. sums.Hours.Select(hour => hour.ToBytes())],
            [.. sums.Others.OrderBy(other => other.Key.Kind).ThenBy(other => other.Key.Name, StringComparer.Ordinal)
                .Select(other => new StoredScope(other.Key.Kind, other.Key.Name, other.Value.ToBytes()))],
            sums.Facts, sums.Files),
        ReportJson.Default.StoredSums);

    public static DaySums Read(byte[] bytes)
    {
        var stored = JsonSerializer.Deserialize(bytes, ReportJson.Default.StoredSums)!;
        return new DaySums(
            [.. stored.Hours.Select(hour => Tally.Read(hour))],
            stored.Others.ToDictionary(other => new StatScope(other.Kind, other.Name), other => Tally.Read(other.Tally)), stored.Facts, stored.Files);
    }
}

public sealed record StoredScope(StatScopeKind Kind, string Name, byte[] Tally);
