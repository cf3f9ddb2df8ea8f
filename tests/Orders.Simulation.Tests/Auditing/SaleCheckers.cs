using System.Text.Json;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Clients;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>
/// 1 and 2, for a flash sale: never more taken than it has; its counters are the sums of its places, always; and every place ends, sold if its order is kept and
/// given back if not.
/// </summary>
internal sealed class SaleUnitsAreConserved : Checker
{
    private const int Held = 1;
    private const int Sold = 2;

    private readonly Dictionary<(string Order, long Number), BookedPlace> counted = [];
    private readonly Dictionary<int, long> sums = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind == Journal.Sale && books.Sales[row.Key] is var sale && (sale.Held < 0 || sale.Sold < 0 || sale.Held + sale.Sold > sale.Quantity))
            Broken($"sale {row.Key}: {sale}");
        if (row.Kind != Journal.Place)
            return;
        var key = (row.Key, row.Number);
        Count(counted.GetValueOrDefault(key), -1);
        Count(counted[key] = books.Places[key], 1);
    }

    public override void AfterStep(Books books)
    {
        foreach (var (id, sale) in books.Sales)
        {
            if ((sale.Held, sale.Sold) != (sums.GetValueOrDefault(Held), sums.GetValueOrDefault(Sold)))
                Broken($"sale {id}: the counters say {sale}, the places {sums.GetValueOrDefault(Held)} held and {sums.GetValueOrDefault(Sold)} sold");
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var (key, _) in books.Places.Where(place => place.Value.State == Held))
            Broken($"place {key.Number} of order {key.Order} has not ended");
        var kept = books.Orders.Where(order => order.SaleId is not null && order.State is not OrderState.Cancelled).Sum(order => (long)order.Lines[0].Quantity);
        if (sums.GetValueOrDefault(Sold) != kept)
            Broken($"{sums.GetValueOrDefault(Sold)} units of the sale are sold, buyers keep {kept}");
    }

    private void Count(BookedPlace? place, int sign)
    {
        if (place is not null)
            sums[place.State] = sums.GetValueOrDefault(place.State) + sign * place.Units;
    }
}

/// <summary>1, for each buyer of a sale: nobody comes to hold a place beyond what the sale gives one buyer.</summary>
internal sealed class SaleLimitIsKept : Checker
{
    private const int Held = 1;
    private const int GivenBack = 3;

    private readonly Dictionary<(string Order, long Number), BookedPlace> counted = [];
    private readonly Dictionary<string, long> sums = [];

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Place)
            return;
        var key = (row.Key, row.Number);
        var before = counted.GetValueOrDefault(key);
        var after = counted[key] = books.Places[key];
        Count(before, -1);
        Count(after, 1);
        if (after.State == Held && before is not { State: Held } && sums[after.Buyer] > books.Sales.Values.Single().PerBuyer)
            Broken($"{after.Buyer} has {sums[after.Buyer]} units of the sale, which gives one buyer {books.Sales.Values.Single().PerBuyer}");
    }

    private void Count(BookedPlace? place, int sign)
    {
        if (place is { State: not GivenBack })
            sums[place.Buyer] = sums.GetValueOrDefault(place.Buyer) + sign * place.Units;
    }
}

/// <summary>
/// 3, for a sale: a buyer's key has one ticket, an admission has one ticket, and a ticket has one order, of what was asked for and of a place that was given.
/// </summary>
internal sealed class OneTicketOneOrder : Checker
{
    private readonly Dictionary<(string Who, string Key), string> won = [];
    private readonly Dictionary<string, string> admissions = [];

    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (request.Kind != RequestKind.SaleOrder)
            return;
        var ticket = TicketId.Derive(Id.Parse<UserId>(request.Who), SaleShoppers.Id, request.Key!).Value;
        if (answer.IsSuccess && answer.Json.GetProperty("ticketId").GetString() != ticket)
            Broken($"{request} is answered with another's ticket: {answer.Text}");
        if (!won.TryGetValue((request.Who, request.Key!), out var first))
        {
            if (answer.IsSuccess)
                Won(request, ticket);
        }
        else if (first == request.Body && !answer.IsSuccess)
            Broken($"{request} has ticket {ticket} and is now answered {answer}");
        else if (first != request.Body && answer is not { Status: 422, ProblemType: "/problems/idempotency-key-reused" })
            Broken($"{request} with another body is answered {answer}");
    }

    public override void Saved(Books books, Order? before, Order after)
    {
        if (before is not null || after.SaleId is null)
            return;
        if (after.Lines is not [var line] || !books.Places.TryGetValue((after.OrderId.Value, 0), out var place)
            || (place.Buyer, place.Sku, place.Units) != (after.UserId.Value, line.Sku.Value, line.Quantity))
        {
            Broken($"order {after.OrderId} of the sale has not the place that it was given");
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var ((who, key), body) in won)
        {
            var request = JsonSerializer.Deserialize<JsonElement>(body);
            var buyer = Id.Parse<UserId>(who);
            if (books.Find(TicketId.Derive(buyer, SaleShoppers.Id, key).OrderOf(buyer).OrderId) is { } order
                && (order.Lines[0].Sku.Value, order.Lines[0].Quantity) != (request.GetProperty("sku").GetString(), request.GetProperty("quantity").GetInt32()))
            {
                Broken($"order {order.OrderId} is of {order.Lines[0].Quantity} {order.Lines[0].Sku}, its buyer asked for {body}");
            }
        }
    }

    private void Won(ClientRequest request, string ticket)
    {
        won[(request.Who, request.Key!)] = request.Body!;
        if (!admissions.TryAdd(SaleShoppers.AdmissionOf(request), ticket))
            Broken($"{request} got ticket {ticket} by an admission that was used before");
    }
}

/// <summary>8, for a sale: every ticket comes to an order or to its end, and what it said of its end stays true.</summary>
internal sealed class EveryTicketEnds : Checker
{
    private const int GivenBack = 3;

    private readonly HashSet<OrderId> given = [];
    private readonly HashSet<OrderId> over = [];

    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (request.Kind == RequestKind.SaleOrder && answer.IsSuccess)
            given.Add(request.Order!.Value);
        if (request.Kind != RequestKind.Ticket || !answer.IsSuccess)
            return;
        switch (answer.Json.GetProperty("status").GetString())
        {
            case "ordered" when books.Find(request.Order!.Value) is null:
                Broken($"{request} is answered {answer.Text}, and there is no such order");
                break;
            case "soldOut" or "failed":
                over.Add(request.Order!.Value);
                break;
        }
    }

    public override void AfterDeadlines(Books books, Inspection store)
    {
        if (store.Count("SELECT count(*) FROM sale_holds WHERE unkept_since IS NOT NULL") is var waiting and > 0)
            Broken($"{waiting} places still wait for their orders");
        foreach (var order in given.Where(order => books.Find(order) is null && books.Places.GetValueOrDefault((order.Value, 0)) is not { State: GivenBack }))
            Broken($"the ticket of order {order} has come to nothing and not to its end");
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var order in over.Where(order => books.Find(order) is { State: not OrderState.Cancelled }))
            Broken($"order {order} came of a ticket that was told to be over");
    }
}
