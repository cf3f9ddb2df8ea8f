using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The terms of flash sales.</summary>
public interface ISales
{
    /// <summary>The terms as they are now; null when there is no such sale.</summary>
    Task<FlashSale?> FindAsync(SaleId sale, CancellationToken cancellation);

    /// <summary>All sales by id, page by page.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<FlashSale>> ListAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>
    /// Stores the sale if the stored one's version is one less than its own, or it is new and of version 1. False, with nothing changed, when somebody else
    /// was faster; repeating what was stored is success.
    /// </summary>
    Task<bool> PutAsync(FlashSale sale, CancellationToken cancellation);
}

/// <summary>
/// A request that was given a ticket, on its way to become an order. It is the one message that carries an address, because nothing else knows it yet;
/// it is gone from the queue when the order is there. A persisted format: new optional fields only.
/// </summary>
public sealed record SaleOrderMessage(SaleId Sale, TicketId Ticket, UserId Buyer, BasketRequest Basket)
{
    /// <summary>The admission that gave it its place, by its id; null in messages of before it was kept.</summary>
    public string? Admission { get; init; }

    /// <summary>The request's hash; null likewise.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>What it is known by at the bus and in the inbox: at most 91 characters.</summary>
    [JsonIgnore]
    public string MessageId => $"{Sale}-{Ticket}";

    [JsonIgnore]
    public OrderRef Order => Ticket.OrderOf(Buyer);

    /// <summary>What it claimed when it was given its place. Known by the message too, so that a place which the counters lost can be taken again.</summary>
    [JsonIgnore]
    public SaleClaim Claim => new(
        new HoldKey(Order, Number: 0), Id.Parse<Sku>(Basket.Lines![0]!.Sku!), Basket.Lines[0]!.Quantity!.Value, Admission, Fingerprint ?? "");

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SaleMessageJson.Default.SaleOrderMessage);

    /// <exception cref="JsonException">Not such a message.</exception>
    public static SaleOrderMessage Parse(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, SaleMessageJson.Default.SaleOrderMessage) is
        { Sale.Value: not null, Ticket.Value: not null, Buyer.Value: not null, Basket.Lines: [{ Quantity: > 0 } line] } message
        && Sku.TryParse(line.Sku, out _)
            ? message
            : throw new JsonException("A message of a sale names sale, ticket, buyer and basket.");

    public override string ToString() => $"({MessageId})";
}

/// <summary>What waits in the queue.</summary>
/// <param name="Waiting">Messages that are not done with, those being handled included; dead letters are not.</param>
/// <param name="Oldest">When the oldest of them was sent; null when there is none.</param>
public readonly record struct SaleBacklog(long Waiting, DateTimeOffset? Oldest);

/// <summary>The queue <c>sale-orders</c> between the tickets and the orders: it takes what comes at once and hands it on at the consumer's pace.</summary>
public interface ISaleQueue
{
    /// <summary>Sends it. Durable at the broker when it completes; repeating it is harmless, for the consumer has an inbox.</summary>
    Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation);

    /// <summary>What waits now. Nothing younger than <see cref="SaleBacklog.Oldest"/> is promised to be there, but nothing older is.</summary>
    Task<SaleBacklog> LookAsync(CancellationToken cancellation);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SaleOrderMessage))]
internal sealed partial class SaleMessageJson : JsonSerializerContext;
