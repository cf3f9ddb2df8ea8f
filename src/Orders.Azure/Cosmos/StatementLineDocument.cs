using System.Globalization;
using System.Text.Json;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>A line of a statement as a document of its period; its id is its place. A persisted format.</summary>
internal static class StatementLineDocument
{
    public static byte[] Write(StoredLine stored) => CosmosJson.Write(json =>
    {
        var line = stored.Line;
        json.WriteString("id", $"line-{CosmosIds.Of(stored.Provider, stored.Number.ToString("D10", CultureInfo.InvariantCulture))}");
        json.WriteString("kind", "line");
        json.WriteString("period", stored.Period);
        json.WriteString("provider", stored.Provider);
        json.WriteNumber("number", stored.Number);
        json.WriteString("orderKey", stored.OrderKey);
        json.WriteString("byOrder", $"{stored.OrderKey}{CosmosJson.Separator}{CosmosJson.Sortable(line.At)}");
        json.WriteString("direction", KindOf(line.Type).ToString());
        json.WriteString("reference", line.Reference);
        json.WriteString("paymentId", line.PaymentId);
        json.WriteString("lineOrderId", line.OrderId);
        json.WriteNumber("amount", line.Money.Amount);
        json.WriteString("currency", line.Money.Currency.Value);
        json.WriteString("at", CosmosJson.Sortable(line.At));
    });

    public static StoredLine Read(JsonElement document) => new(
        document.Text("provider"), document.Text("period"), document.GetProperty("number").GetInt64(),
        new StatementLine(
            TypeOf(Enum.Parse<BookEntryKind>(document.Text("direction"))), document.Text("reference"), document.TextOrNull("paymentId"), document.TextOrNull("lineOrderId"),
            new Money(document.GetProperty("amount").GetInt64(), Id.Parse<Currency>(document.Text("currency"))), CosmosJson.InstantOf(document.Text("at"))));

    /// <summary>Stored as the kinds of the books are, so that sums of both are of one kind.</summary>
    private static BookEntryKind KindOf(StatementLineType type) => type == StatementLineType.Capture ? BookEntryKind.Capture : BookEntryKind.Refund;

    private static StatementLineType TypeOf(BookEntryKind kind) => kind == BookEntryKind.Capture ? StatementLineType.Capture : StatementLineType.Refund;
}
