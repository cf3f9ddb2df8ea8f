namespace Orders.Domain.Statistics;

/// <summary>
/// Counts by what is counted, amounts of money by currency besides: immutable, and made to be added up, for a sum of sums is the sum of all. Kept sorted by
/// number and without zeros, so that equal tallies have equal bytes.
/// </summary>
public sealed class Tally : IEquatable<Tally>
{
    public static readonly Tally Empty = new([], []);

    private const int MeasureBits = 16;
    private const int Letters = 26;

    private readonly int[] keys;
    private readonly long[] values;

    private Tally(int[] keys, long[] values) => (this.keys, this.values) = (keys, values);

    public bool IsEmpty => keys.Length == 0;

    public long this[Measure measure] => ValueOf((int)measure);

    public long this[Measure measure, Currency currency] => ValueOf(KeyOf(measure, currency));

    /// <summary>The currencies of its amounts, by name.</summary>
    public IReadOnlyList<Currency> Currencies =>
        [.. keys.Select(key => key >> MeasureBits).Where(code => code > 0).Distinct().Order().Select(CurrencyOf)];

    /// <summary>What it is made of: numbers, each with its count or amount, ascending. A persisted format, for stores that add to each by itself.</summary>
    public IReadOnlyList<(int Number, long Value)> Entries => [.. keys.Zip(values)];

    /// <param name="entries">As <see cref="Entries"/> has them, in any order, each number once.</param>
    public static Tally Of(IEnumerable<(int Number, long Value)> entries)
    {
        var sorted = entries.Where(entry => entry.Value != 0).OrderBy(entry => entry.Number).ToList();
        return new Tally([.. sorted.Select(entry => entry.Number)], [.. sorted.Select(entry => entry.Value)]);
    }

    /// <summary>One count.</summary>
    public static Tally Of(Measure measure, long value = 1) => Make((int)measure, value);

    /// <summary>One amount.</summary>
    public static Tally Of(Measure measure, Money money) => Make(KeyOf(measure, money.Currency), money.Amount);

    public static Tally Sum(IEnumerable<Tally> tallies) => tallies.Aggregate(Empty, (sum, one) => sum + one);

    /// <exception cref="OverflowException">A sum that no 64 bits hold.</exception>
    public static Tally operator +(Tally left, Tally right) => left.IsEmpty ? right : right.IsEmpty ? left : Merge(left, right, 1);

    /// <inheritdoc cref="op_Addition"/>
    public static Tally operator -(Tally left, Tally right) => right.IsEmpty ? left : Merge(left, right, -1);

    /// <summary>The sum of the counts from one number to another.</summary>
    public long Sum(Measure first, Measure last)
    {
        var sum = 0L;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] >= (int)first && keys[i] <= (int)last)
                sum = checked(sum + values[i]);
        }

        return sum;
    }

    /// <summary>Without one count.</summary>
    public Tally Without(Measure measure) => this - Of(measure, this[measure]);

    /// <summary>A persisted format: pairs of variable-length numbers, each key as its distance from the one before, values zigzag.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[keys.Length * 15];
        var (length, before) = (0, 0);
        for (var i = 0; i < keys.Length; i++)
        {
            Write(bytes, ref length, (ulong)(keys[i] - before));
            Write(bytes, ref length, (ulong)((values[i] << 1) ^ (values[i] >> 63)));
            before = keys[i];
        }

        return bytes[..length];
    }

    /// <exception cref="FormatException">No tally.</exception>
    public static Tally Read(ReadOnlySpan<byte> bytes)
    {
        var (found, counts, key) = (new List<int>(), new List<long>(), 0);
        for (var at = 0; at < bytes.Length;)
        {
            key = checked(key + (int)Read(bytes, ref at));
            var value = Read(bytes, ref at);
            found.Add(key);
            counts.Add((long)(value >> 1) ^ -(long)(value & 1));
        }

        return new Tally([.. found], [.. counts]);
    }

    public bool Equals(Tally? other) => other is not null && keys.AsSpan().SequenceEqual(other.keys) && values.AsSpan().SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as Tally);

    public override int GetHashCode() => HashCode.Combine(keys.Length, values.Sum());

    public override string ToString() => string.Join(", ", keys.Select((key, i) =>
        $"{(Measure)(key & ((1 << MeasureBits) - 1))}{(key >> MeasureBits is var code and > 0 ? $" {CurrencyOf(code)}" : "")} {values[i]}"));

    private static Tally Make(int key, long value) => value == 0 ? Empty : new Tally([key], [value]);

    private static Tally Merge(Tally left, Tally right, int sign)
    {
        var (keys, values, i, j) = (new List<int>(left.keys.Length + right.keys.Length), new List<long>(left.keys.Length + right.keys.Length), 0, 0);
        while (i < left.keys.Length || j < right.keys.Length)
        {
            var takesLeft = j == right.keys.Length || (i < left.keys.Length && left.keys[i] <= right.keys[j]);
            var takesRight = i == left.keys.Length || (j < right.keys.Length && right.keys[j] <= left.keys[i]);
            var key = takesLeft ? left.keys[i] : right.keys[j];
            var value = checked((takesLeft ? left.values[i++] : 0) + sign * (takesRight ? right.values[j++] : 0));
            if (value == 0)
                continue;
            keys.Add(key);
            values.Add(value);
        }

        return new Tally([.. keys], [.. values]);
    }

    private long ValueOf(int key) => Array.BinarySearch(keys, key) is >= 0 and var at ? values[at] : 0;

    /// <summary>The currency's letters stand above the measure: 1 for AAA.</summary>
    private static int KeyOf(Measure measure, Currency currency) =>
        (currency.Value.Aggregate(0, (code, letter) => code * Letters + (letter - 'A')) + 1 << MeasureBits) | (int)measure;

    private static Currency CurrencyOf(int code)
    {
        var letters = code - 1;
        return Id.Parse<Currency>(new string([Letter(letters / (Letters * Letters)), Letter(letters / Letters % Letters), Letter(letters % Letters)]));
    }

    private static char Letter(int number) => (char)('A' + number);

    private static void Write(byte[] bytes, ref int length, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
    }

    private static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length)
                break;
            var one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }

        throw new FormatException("The bytes are no tally.");
    }
}
