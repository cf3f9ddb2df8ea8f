using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Orders.Domain;

/// <summary>
/// An order's public number: 26 base32 characters (130 bits) of a hash over the buyer and the idempotency key, so that a retry after a
/// crash finds its own order again. It is no secret; ownership is checked wherever it is used.
/// </summary>
[JsonConverter(typeof(TextIdConverter<OrderId>))]
public readonly record struct OrderId : ITextId<OrderId>
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    private OrderId(string value) => Value = value;

    public string Value { get; }

    /// <summary>The id that this buyer's request with this idempotency key has, each time it is asked.</summary>
    public static OrderId Derive(UserId user, string idempotencyKey)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"order\n{user.Value.Length}\n{user.Value}\n{idempotencyKey}"));
        return new OrderId(DerivedId.Base32(hash, length: 26));
    }

    public static bool TryParse(string? text, out OrderId id)
    {
        id = new OrderId(text ?? "");
        return text is { Length: 26 } && !text.AsSpan().ContainsAnyExcept(Alphabet);
    }

    public override string ToString() => Value;
}

/// <summary>The buyer: the <c>sub</c> claim of a verified token. 1 to 100 visible characters; the partition key of all that is theirs.</summary>
[JsonConverter(typeof(TextIdConverter<UserId>))]
public readonly record struct UserId : ITextId<UserId>
{
    private UserId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out UserId id)
    {
        id = new UserId(text ?? "");
        // Visible ASCII, which nearly all are, is seen at once.
        return text is { Length: >= 1 and <= 100 }
            && (!text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c)));
    }

    public override string ToString() => Value;
}

/// <summary>What the shop sells, by its stock keeping unit: 1 to 64 of <c>A–Z a–z 0–9 _ -</c>.</summary>
[JsonConverter(typeof(TextIdConverter<Sku>))]
public readonly record struct Sku : ITextId<Sku>
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private Sku(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out Sku sku)
    {
        sku = new Sku(text ?? "");
        return text is { Length: >= 1 and <= 64 } && !text.AsSpan().ContainsAnyExcept(Alphabet);
    }

    public override string ToString() => Value;
}

/// <summary>A flash sale, as its merchant names it: 1 to 64 of <c>A–Z a–z 0–9 _ -</c>.</summary>
[JsonConverter(typeof(TextIdConverter<SaleId>))]
public readonly partial record struct SaleId : ITextId<SaleId>
{
    private SaleId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out SaleId id)
    {
        id = new SaleId(text ?? "");
        return text is not null && Form().IsMatch(text);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>
/// A buyer's place in the queue of a flash sale: 26 base32 characters of a hash over buyer, sale and idempotency key, so that a repetition after a crash
/// finds its own place again. It is no secret; it is looked up under its buyer.
/// </summary>
[JsonConverter(typeof(TextIdConverter<TicketId>))]
public readonly record struct TicketId : ITextId<TicketId>
{
    private TicketId(string value) => Value = value;

    public string Value { get; }

    /// <summary>The key that the order of this ticket is placed with. No client can send it: it has a space.</summary>
    public string OrderKey => $"sale {Value}";

    public static TicketId Derive(UserId buyer, SaleId sale, string idempotencyKey)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"ticket\n{buyer.Value.Length}\n{buyer.Value}\n{sale.Value}\n{idempotencyKey}"));
        return new TicketId(DerivedId.Base32(hash, length: 26));
    }

    /// <summary>The order that becomes of it, whether or not it exists yet.</summary>
    public OrderRef OrderOf(UserId buyer) => new(buyer, OrderId.Derive(buyer, OrderKey));

    public static bool TryParse(string? text, out TicketId id)
    {
        id = new TicketId(text ?? "");
        return OrderId.TryParse(text, out _);
    }

    public override string ToString() => Value;
}

/// <summary>One attempt to pay an order: <c>{orderId}-p-{12 characters}</c>, derived from order and idempotency key.</summary>
[JsonConverter(typeof(TextIdConverter<PaymentId>))]
public readonly record struct PaymentId : ITextId<PaymentId>
{
    private PaymentId(string value) => Value = value;

    public string Value { get; }

    public static PaymentId Derive(OrderId order, string idempotencyKey) => new(DerivedId.Of(order, 'p', idempotencyKey));

    public static bool TryParse(string? text, out PaymentId id)
    {
        id = new PaymentId(text ?? "");
        return DerivedId.IsWellFormed(text);
    }

    public override string ToString() => Value;
}

/// <summary>One parcel of an order: <c>{orderId}-s-{12 characters}</c>, derived from order and idempotency key.</summary>
[JsonConverter(typeof(TextIdConverter<ShipmentId>))]
public readonly record struct ShipmentId : ITextId<ShipmentId>
{
    private ShipmentId(string value) => Value = value;

    public string Value { get; }

    public static ShipmentId Derive(OrderId order, string idempotencyKey) => new(DerivedId.Of(order, 's', idempotencyKey));

    public static bool TryParse(string? text, out ShipmentId id)
    {
        id = new ShipmentId(text ?? "");
        return DerivedId.IsWellFormed(text);
    }

    public override string ToString() => Value;
}

/// <summary>One after-sale case of an order: <c>{orderId}-c-{12 characters}</c>.</summary>
[JsonConverter(typeof(TextIdConverter<CaseId>))]
public readonly record struct CaseId : ITextId<CaseId>
{
    private CaseId(string value) => Value = value;

    public string Value { get; }

    public static CaseId Derive(OrderId order, string idempotencyKey) => new(DerivedId.Of(order, 'c', idempotencyKey));

    public static bool TryParse(string? text, out CaseId id)
    {
        id = new CaseId(text ?? "");
        return DerivedId.IsWellFormed(text);
    }

    public override string ToString() => Value;
}

/// <summary>Where an order is: messages, inputs and payment records carry both parts, so nobody has to look for the partition.</summary>
public readonly record struct OrderRef(UserId UserId, OrderId OrderId)
{
    public override string ToString() => OrderId.Value;
}

internal static partial class DerivedId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Of(OrderId order, char kind, string idempotencyKey)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{order.Value}\n{idempotencyKey}"));
        return $"{order.Value}-{kind}-{Base32(hash, length: 12)}";
    }

    public static bool IsWellFormed(string? text) => text is not null && Form().IsMatch(text);

    public static string Base32(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var window = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Alphabet[(window >> (11 - bit % 8)) & 31];
        }

        return new string(text);
    }

    [GeneratedRegex(@"^[a-z2-7]{26}-[a-z]-[a-z2-7]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
