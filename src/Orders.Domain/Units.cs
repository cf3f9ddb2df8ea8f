using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Domain;

/// <summary>
/// How many units of which lines of an order: line id → a quantity above zero. Compared by content. It is what shipments, receipts and
/// cases are counted in.
/// </summary>
[JsonConverter(typeof(Units.UnitsConverter))]
public sealed class Units : IEquatable<Units>
{
    public static readonly Units None = new(ImmutableSortedDictionary<string, int>.Empty);

    private readonly ImmutableSortedDictionary<string, int> byLine;

    private Units(ImmutableSortedDictionary<string, int> byLine) => this.byLine = byLine;

    public bool IsEmpty => byLine.IsEmpty;

    public int Total => byLine.Values.Sum();

    public IEnumerable<string> Lines => byLine.Keys;

    public IEnumerable<KeyValuePair<string, int>> Entries => byLine;

    public int this[string lineId] => byLine.GetValueOrDefault(lineId);

    /// <summary>Counts together what is named twice; zero quantities leave no trace.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A quantity is negative.</exception>
    public static Units Of(IEnumerable<KeyValuePair<string, int>> entries)
    {
        var sum = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var (line, quantity) in entries)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(quantity);
            if (quantity > 0)
                sum[line] = checked(sum.GetValueOrDefault(line) + quantity);
        }

        return new Units(sum.ToImmutable());
    }

    public static Units Of(params ReadOnlySpan<(string Line, int Quantity)> entries)
    {
        var pairs = new List<KeyValuePair<string, int>>(entries.Length);
        foreach (var (line, quantity) in entries)
            pairs.Add(new(line, quantity));
        return Of(pairs);
    }

    /// <summary>Whether there is at least as much of every line here.</summary>
    public bool Covers(Units other) => other.byLine.All(entry => this[entry.Key] >= entry.Value);

    /// <summary>Whether a line stands in both.</summary>
    public bool Touches(Units other) => other.byLine.Keys.Any(byLine.ContainsKey);

    public Units Plus(Units other) => Of(byLine.Concat(other.byLine));

    /// <summary>What is left, at least zero per line.</summary>
    public Units Minus(Units other) =>
        Of(byLine.Select(entry => KeyValuePair.Create(entry.Key, Math.Max(0, entry.Value - other[entry.Key]))));

    public bool Equals(Units? other) => other is not null && byLine.SequenceEqual(other.byLine);

    public override bool Equals(object? obj) => Equals(obj as Units);

    public override int GetHashCode() => byLine.Aggregate(0, (hash, entry) => HashCode.Combine(hash, entry.Key, entry.Value));

    public override string ToString() => string.Join(", ", byLine.Select(entry => $"{entry.Value} of {entry.Key}"));

    /// <summary>Reads and writes units as a JSON object; public for the source generators of other assemblies.</summary>
    public sealed class UnitsConverter : JsonConverter<Units>
    {
        public override Units Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("Units are an object of line ids and quantities.");
            var entries = new List<KeyValuePair<string, int>>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var line = reader.GetString()!;
                reader.Read();
                entries.Add(new(line, reader.GetInt32()));
            }

            return Of(entries);
        }

        public override void Write(Utf8JsonWriter writer, Units value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (line, quantity) in value.byLine)
                writer.WriteNumber(line, quantity);
            writer.WriteEndObject();
        }
    }
}
