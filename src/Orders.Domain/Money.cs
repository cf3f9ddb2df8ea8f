using System.Text.Json.Serialization;

namespace Orders.Domain;

/// <summary>An ISO 4217 currency, by its three capital letters.</summary>
[JsonConverter(typeof(TextIdConverter<Currency>))]
public readonly record struct Currency : ITextId<Currency>
{
    private Currency(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out Currency id)
    {
        id = new Currency(text ?? "");
        return text is { Length: 3 } && text.All(c => c is >= 'A' and <= 'Z');
    }

    public override string ToString() => Value;
}

/// <summary>
/// An amount in integer minor units (cents, pence, yen) of one currency. Sums are checked: an overflow or a mix of currencies is a broken
/// invariant, never a wrong number.
/// </summary>
public readonly record struct Money(long Amount, Currency Currency) : IComparable<Money>
{
    public static Money Zero(Currency currency) => new(0, currency);

    [JsonIgnore]
    public bool IsZero => Amount == 0;

    public static Money operator +(Money left, Money right) => new(checked(left.Amount + right.SameAs(left).Amount), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Amount - right.SameAs(left).Amount), left.Currency);

    public static Money operator *(Money unit, int quantity) => unit with { Amount = checked(unit.Amount * quantity) };

    public int CompareTo(Money other) => Amount.CompareTo(other.SameAs(this).Amount);

    public override string ToString() => $"{Amount} {Currency}";

    private Money SameAs(Money other) => Currency == other.Currency
        ? this
        : throw new InvalidOperationException($"{this} and {other} are not of one currency.");
}
