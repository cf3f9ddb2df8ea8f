using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>
/// Units by SKU, each SKU once, in a fixed order. Written as <c>sku:units sku:units</c>, so that two holds are compared as text. A persisted format.
/// </summary>
public sealed record HeldUnits
{
    private HeldUnits(IReadOnlyList<(Sku Sku, long Units)> entries)
    {
        Entries = entries;
        Text = string.Join(' ', entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Sku.Value}:{entry.Units}")));
    }

    public IReadOnlyList<(Sku Sku, long Units)> Entries { get; }

    public string Text { get; }

    /// <summary>Counts the lines of one SKU together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A quantity is not above zero.</exception>
    public static HeldUnits Of(IReadOnlyList<StockLine> lines)
    {
        foreach (var line in lines)
            ArgumentOutOfRangeException.ThrowIfLessThan(line.Quantity, 1);
        return new(
        [
            .. lines.GroupBy(line => line.Sku).OrderBy(sku => sku.Key.Value, StringComparer.Ordinal)
                .Select(sku => (sku.Key, sku.Sum(line => (long)line.Quantity))),
        ]);
    }

    public static HeldUnits Parse(string text) => new(
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':'))
            .Select(part => (Id.Parse<Sku>(part[0]), long.Parse(part[1], CultureInfo.InvariantCulture)))]);

    /// <summary>0 for a SKU that is not among them.</summary>
    public long Of(Sku sku) => Entries.FirstOrDefault(entry => entry.Sku == sku).Units;

    public bool Equals(HeldUnits? other) => Text == other?.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
