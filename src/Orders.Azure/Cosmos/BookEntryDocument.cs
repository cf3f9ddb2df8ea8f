using System.Text.Json;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// An entry of the books as a document of the container <c>payments</c>; <c>booked</c> is its instant and key, <c>failed</c> is there while it is a refund that failed. A
/// persisted format.
/// </summary>
internal static class BookEntryDocument
{
    public static string IdOf(BookEntry entry) => CosmosIds.Of("book", entry.Key);

    public static byte[] Write(BookEntry entry) => CosmosJson.Write(json =>
    {
        json.WriteString("id", IdOf(entry));
        json.WriteString("kind", "entry");
        json.WriteString("orderId", entry.Order.OrderId.Value);
        json.WriteString("userId", entry.Order.UserId.Value);
        json.WriteString("booked", CosmosJson.Sortable(entry.At, entry.Key));
        json.WriteString("key", entry.Key);
        json.WriteString("paymentId", entry.PaymentId.Value);
        json.WriteString("direction", entry.Kind.ToString());
        json.WriteString("provider", entry.Provider);
        json.WriteNumber("amount", entry.Money.Amount);
        json.WriteString("currency", entry.Money.Currency.Value);
        json.WriteString("state", entry.State.ToString());
        json.WriteNumber("version", entry.Version);
        json.WriteString("reference", entry.Reference);
        json.WriteString("reason", entry.Reason);
        if (entry is { Kind: BookEntryKind.Refund, State: BookedState.Failed })
            json.WriteString("failed", entry.Order.OrderId.Value);
    });

    public static BookEntry Read(JsonElement document) => new(
        Enum.Parse<BookEntryKind>(document.Text("direction")), document.Text("key"), Id.Parse<PaymentId>(document.Text("paymentId")),
        new OrderRef(Id.Parse<UserId>(document.Text("userId")), Id.Parse<OrderId>(document.Text("orderId"))), document.Text("provider"),
        new Money(document.GetProperty("amount").GetInt64(), Id.Parse<Currency>(document.Text("currency"))), Enum.Parse<BookedState>(document.Text("state")),
        CosmosJson.InstantOf(document.Text("booked")), document.GetProperty("version").GetInt64())
    {
        Reference = document.TextOrNull("reference"),
        Reason = document.TextOrNull("reason"),
    };
}
