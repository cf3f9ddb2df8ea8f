using System.Globalization;
using Orders.Application.Stock;

namespace Orders.Embedded.Stock;

/// <summary>
/// What a hold holds: units by SKU, each SKU once, in a fixed order. Written as <c>sku:units sku:units</c>, so that a hold is one row and two
/// holds are compared as text. A persisted format.
/// </summary>
internal sealed class HeldLines
{
    private HeldLines(IReadOnlyList<(string Sku, long Units)> entries, string text)
    {
        Entries = entries;
        Text = text;
    }

    public IReadOnlyList<(string Sku, long Units)> Entries { get; }

    public string Text { get; }

    public static HeldLines None { get; } = new([], "");

    /// <summary>Counts the lines of one SKU together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A quantity is not above zero.</exception>
    public static HeldLines Of(IReadOnlyList<StockLine> lines)
    {
        var units = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(line.Quantity, 1);
            units[line.Sku.Value] = units.GetValueOrDefault(line.Sku.Value) + line.Quantity;
        }

        return Of([.. units.Select(entry => (entry.Key, entry.Value))]);
    }

    public static HeldLines Parse(string text) => text.Length == 0 ? None : new(
        [.. text.Split(' ').Select(part => part.Split(':')).Select(part => (part[0], long.Parse(part[1], CultureInfo.InvariantCulture)))], text);

    /// <summary>The first so many of them.</summary>
    public HeldLines First(int count) => Of([.. Entries.Take(count)]);

    private static HeldLines Of(IReadOnlyList<(string Sku, long Units)> entries) =>
        new(entries, string.Join(' ', entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Sku}:{entry.Units}"))));
}
