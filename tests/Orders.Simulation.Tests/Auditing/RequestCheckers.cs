using System.Text.Json;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Clients;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>3: one order per user and key; the same key with another body is refused, the same request finds its order again.</summary>
internal sealed class OneOrderPerKey : Checker
{
    private readonly Dictionary<(string Who, string Key), (string Body, string Order)> won = [];

    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (request.Kind != RequestKind.Place || answer.SaysRepeat)
            return;
        var order = answer.IsSuccess ? answer.Json.GetProperty("orderId").GetString()! : null;
        if (!won.TryGetValue((request.Who, request.Key!), out var first))
        {
            if (order is not null && won.Values.Any(other => other.Order == order))
                Broken($"{request} is answered with order {order}, which is another key's");
            if (order is not null)
                won[(request.Who, request.Key!)] = (request.Body!, order);
        }
        else if (first.Body == request.Body && order != first.Order)
            Broken($"{request} had order {first.Order} and is now answered {answer} {order}");
        else if (first.Body != request.Body && answer is not { Status: 422, ProblemType: "/problems/idempotency-key-reused" })
            Broken($"{request} with another body is answered {answer}");
    }

    public override void AtEnd(Books books, Inspection store)
    {
        var derived = won.ToDictionary(entry => OrderId.Derive(Id.Parse<UserId>(entry.Key.Who), entry.Key.Key), entry => entry.Value.Body);
        foreach (var (id, body) in derived)
        {
            if (books.Find(id) is { } order && LinesOf(order) != LinesOf(body))
                Broken($"order {id} has {LinesOf(order)}, its buyer asked for {LinesOf(body)}");
        }
    }

    private static string LinesOf(Order order) => string.Join(", ", order.Lines.Select(line => $"{line.Quantity} {line.Sku}"));

    private static string LinesOf(string body) => string.Join(
        ", ", JsonSerializer.Deserialize<JsonElement>(body).GetProperty("lines").EnumerateArray().Select(line => $"{line.GetProperty("quantity")} {line.GetProperty("sku")}"));
}

/// <summary>7: what was answered with success is there, exactly as answered, then and at the end, whatever died between.</summary>
internal sealed class AnsweredIsThere : Checker
{
    private readonly Dictionary<OrderId, long> answered = [];
    private readonly HashSet<string> stored = [];

    /// <summary>The tries after which the provider gives a message up, so that it leaves the queue untaken.</summary>
    private const int GivenUp = 9;

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind == Journal.Message)
            stored.Add(row.Key);
        else if (row.Kind == Journal.WebhookTaken && row.Number < GivenUp && !stored.Contains(row.Key))
            Broken($"the provider was told that its message {row.Key} is stored, and it is not");
    }

    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (!answer.IsSuccess)
            return;
        switch (request.Kind)
        {
            case RequestKind.Place or RequestKind.Cancel or RequestKind.Receive or RequestKind.Read:
                Compare(books, request, answer.Json);
                break;
            case RequestKind.List:
                foreach (var item in answer.Json.GetProperty("items").EnumerateArray())
                    Compare(books, request, item);
                break;
            case RequestKind.Pay when !Has(books, request, order => order.Payments.Any(p => p.PaymentId.Value == answer.Json.GetProperty("paymentId").GetString())):
            case RequestKind.Ship or RequestKind.Report when !Has(books, request, order => order.Shipments.Any(s => s.ShipmentId.Value == answer.Json.GetProperty("shipmentId").GetString())):
            case RequestKind.OpenCase or RequestKind.DecideCase or RequestKind.SendBack or RequestKind.Inspect or RequestKind.Replace
                when !books.Versions[request.Order!.Value].Exists(version => Shows(version, answer.Json)):
            case RequestKind.WayOn when !Has(books, request, order => order.Payments.Any(p => p.Refunds.Any(r => r.RefundId == answer.Json.GetProperty("refundId").GetString()))):
                Broken($"{request} was answered {answer.Text}, of which the order knows nothing");
                break;
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var (order, version) in answered)
        {
            if (store.Count("SELECT count(*) FROM orders WHERE order_id = $1 AND version >= $2", order.Value, version) != 1)
                Broken($"order {order}, answered in version {version}, is not there");
        }
    }

    private void Compare(Books books, ClientRequest request, JsonElement view)
    {
        var id = Id.Parse<OrderId>(view.GetProperty("orderId").GetString()!);
        var version = view.GetProperty("version").GetInt64();
        answered[id] = Math.Max(version, answered.GetValueOrDefault(id));
        if (books.Find(id, version) is not { } saved)
            Broken($"{request} was answered with version {version} of {id}, which was never saved");
        else if (JsonSerializer.Serialize(OrderView.Of(saved), ApiJson.Default.OrderView) is var expected && expected != view.GetRawText())
            Broken($"{request} was answered {view.GetRawText()}, saved is {expected}");
    }

    /// <summary>Whether that version of an order has the case exactly as it was answered.</summary>
    private static bool Shows(Order version, JsonElement view) => version.FindCase(Id.Parse<CaseId>(view.GetProperty("caseId").GetString()!)) is { } @case
        && JsonSerializer.Serialize(AfterSaleView.Of(version, @case), ApiJson.Default.AfterSaleView) == view.GetRawText();

    private static bool Has(Books books, ClientRequest request, Func<Order, bool> holds) => books.Find(request.Order!.Value) is { } order && holds(order);
}

/// <summary>11: nobody reads or changes another's order, or learns that there is one.</summary>
internal sealed class OwnersOnly : Checker
{
    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (request.IsTrespass && answer.Status != 404 && !answer.SaysRepeat)
            Broken($"{request}, an order of {request.Owner}, is answered {answer}");
        if (request.Kind == RequestKind.List && answer.IsSuccess && answer.Json.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("userId").GetString() != request.Who))
            Broken($"{request} lists others' orders");
    }

    public override void Saved(Books books, Order? before, Order after)
    {
        if (before is not null && before.UserId != after.UserId)
            Broken($"order {after.OrderId} passed from {before.UserId} to {after.UserId}");
        if (OrderId.TryParse(after.OrderId.Value, out _) && after.Timeline.Any(entry => entry.By is not ("customer" or "merchant" or "support" or "system" or "provider")))
            Broken($"order {after.OrderId} was moved by {after.Timeline[^1].By}");
    }
}
