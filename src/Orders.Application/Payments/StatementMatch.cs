using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>What belongs together: an entry of ours, or none, and the lines about it, the best first.</summary>
internal sealed record MatchedMoney(BookEntry? Entry, IReadOnlyList<StoredLine> Lines)
{
    /// <summary>The line that the entry is held against; null when the statement has none.</summary>
    public StoredLine? Main => Lines.Count > 0 ? Lines[0] : null;

    /// <summary>Lines about the same money once more.</summary>
    public IEnumerable<StoredLine> Others => Lines.Skip(1);
}

/// <summary>Which lines of a statement are about which entry of our books. Every line belongs to one pair and no more, in any order of the lines.</summary>
internal static class StatementMatch
{
    public static BookEntryKind KindOf(StoredLine line) => line.Line.Type == StatementLineType.Capture ? BookEntryKind.Capture : BookEntryKind.Refund;

    /// <summary>
    /// Sorted by what they say. What the last hours showed and a day shows, too, is one line: the day's. Lines that say the same in one
    /// period are as many as they are.
    /// </summary>
    public static List<StoredLine> Distinct(IEnumerable<StoredLine> lines) =>
    [
        .. lines
            .GroupBy(line => line.Line)
            .SelectMany(same => same.Any(IsOfADay) ? same.Where(IsOfADay) : same)
            .OrderBy(line => line.Line.At).ThenBy(line => line.Line.Reference, StringComparer.Ordinal)
            .ThenBy(line => line.Line.PaymentId, StringComparer.Ordinal).ThenBy(line => line.Line.Money.Currency.Value, StringComparer.Ordinal)
            .ThenBy(line => line.Line.Money.Amount).ThenBy(line => line.Period, StringComparer.Ordinal).ThenBy(line => line.Number),
    ];

    /// <summary>By payment; a line that names none by its number.</summary>
    public static IEnumerable<MatchedMoney> Captures(IReadOnlyList<BookEntry> entries, IReadOnlyList<StoredLine> lines)
    {
        var ours = entries.Where(entry => entry.Kind == BookEntryKind.Capture).ToDictionary(entry => entry.Key);
        var byNumber = ours.Values.Where(entry => entry.Reference is not null).ToLookup(entry => entry.Reference);
        var theirs = lines.Where(line => KindOf(line) == BookEntryKind.Capture).ToLookup(line =>
            line.PaymentId?.Value ?? byNumber[line.Line.Reference].FirstOrDefault()?.Key ?? line.Line.Reference);
        return ours.Keys.Union(theirs.Select(group => group.Key)).Order(StringComparer.Ordinal)
            .Select(key => Pair(ours.GetValueOrDefault(key), theirs[key]));
    }

    /// <summary>By refund id, ours or the provider's; then, of what is left, one and one of the same money of the same payment.</summary>
    public static IEnumerable<MatchedMoney> Refunds(IReadOnlyList<BookEntry> entries, IReadOnlyList<StoredLine> lines)
    {
        var ours = entries.Where(entry => entry.Kind == BookEntryKind.Refund).ToList();
        var theirs = lines.Where(line => KindOf(line) == BookEntryKind.Refund)
            .ToLookup(line => ours.Find(entry => entry.Key == line.Line.Reference || entry.Reference == line.Line.Reference)?.Key);
        var unmatched = theirs[null].ToList();
        foreach (var entry in ours)
        {
            var about = theirs[entry.Key].ToList();
            if (about.Count == 0 && unmatched.Find(line => line.PaymentId == entry.PaymentId && line.Line.Money == entry.Money) is { } like)
            {
                unmatched.Remove(like);
                about.Add(like);
            }

            yield return Pair(entry, about);
        }

        foreach (var same in unmatched.GroupBy(line => line.Line.Reference))
            yield return Pair(entry: null, same);
    }

    private static bool IsOfADay(StoredLine line) => line.Period != StatementPeriods.Recent;

    /// <summary>Best is the line with our number, then one over our money, then the first.</summary>
    private static MatchedMoney Pair(BookEntry? entry, IEnumerable<StoredLine> lines) => new(
        entry,
        [.. lines.OrderBy(line => entry is null ? 0 : line.Line.Reference == entry.Reference ? 0 : line.Line.Money == entry.Money ? 1 : 2)]);
}
