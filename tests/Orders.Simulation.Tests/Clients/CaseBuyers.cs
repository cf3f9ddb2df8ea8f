using System.Text.Json;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Auditing;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What buyers do after they have paid: they ask for money, send goods back, want others instead and pay the difference, or think again. Several cases of an
/// order at once, about some of it or all; mostly sensible, sometimes too late, twice or about another's order.
/// </summary>
internal sealed class CaseBuyers(Clients clients, Shoppers shoppers, Auditor auditor, Random chance)
{
    private const int Recent = 30;

    private readonly List<ClientRequest> opened = [];
    private int numbers;

    public async Task OpenAsync()
    {
        var isSent = chance.Next(3) > 0;
        if (shoppers.Draw(order => OrderLifecycleTable.SettledPart(order.State) is not null && (!isSent || order.Shipments.Count > 0)) is not { } order)
            return;
        var by = chance.Next(10) switch { 0 => ("merchant-1", "merchant"), 1 => ("support-1", "support"), _ => shoppers.Buyer(order) };
        var request = Shoppers.About(order, RequestKind.OpenCase, by, HttpMethod.Post, "/after-sales", $"c{numbers++}", BodyFor(order));
        opened.Add(request);
        await clients.SendAsync(request);
    }

    /// <summary>The same again; now and then the same key with another request.</summary>
    public Task OpenAgainAsync()
    {
        if (opened.Count == 0)
            return Task.CompletedTask;
        var earlier = opened[chance.Next(Math.Max(0, opened.Count - Recent), opened.Count)];
        return clients.SendAsync(chance.Next(4) == 0 ? earlier with { Body = """{"type":"refund","reason":"something else"}""" } : earlier);
    }

    public Task WithdrawAsync() => AboutOneAsync(
        RequestKind.DecideCase, "/withdraw", body: null, @case => @case.State is CaseState.InReview or CaseState.AwaitingGoods);

    public Task SendBackAsync() => AboutOneAsync(
        RequestKind.SendBack, "/return-shipment", JsonSerializer.Serialize(new { carrier = "post", trackingNumber = $"B-{numbers++}" }),
        @case => @case.State is CaseState.AwaitingGoods);

    /// <summary>The difference of an exchange for something dearer.</summary>
    public Task PayDifferenceAsync()
    {
        if (DrawCase(@case => @case.State is CaseState.AwaitingPayment) is not var (order, @case))
            return Task.CompletedTask;
        return clients.SendAsync(Shoppers.About(
            order, RequestKind.Pay, shoppers.Buyer(order), HttpMethod.Post, "/payments", $"d{numbers++}", JsonSerializer.Serialize(new { caseId = @case.CaseId.Value })));
    }

    /// <summary>Buyers catch up: some of what is to come back is sent, and some of the differences that wait are paid.</summary>
    /// <param name="settleAsync">Lets the money of a payment arrive.</param>
    public async Task GoOnAsync(Func<string, Task> settleAsync)
    {
        foreach (var (order, @case) in auditor.Books.Orders.SelectMany(order => order.Cases, (order, @case) => (order, @case)).ToList())
        {
            var buyer = (order.UserId.Value, "customer");
            if (@case.State is CaseState.AwaitingGoods && chance.Next(2) == 0)
            {
                await clients.SendAsync(Shoppers.About(
                    order, RequestKind.SendBack, buyer, HttpMethod.Post, $"/after-sales/{@case.CaseId}/return-shipment", key: null, JsonSerializer.Serialize(new { carrier = "post", trackingNumber = $"B-{numbers++}" })));
            }
            else if (@case.State is CaseState.AwaitingPayment && chance.Next(3) > 0
                && await clients.SendAsync(Shoppers.About(
                    order, RequestKind.Pay, buyer, HttpMethod.Post, "/payments", $"d{numbers++}", JsonSerializer.Serialize(new { caseId = @case.CaseId.Value }))) is { IsSuccess: true } answer)
            {
                await settleAsync(answer.Json.GetProperty("paymentId").GetString()!);
            }
        }
    }

    /// <summary>Where the money is, asked while it moves: by its buyer, by support, by a stranger.</summary>
    public Task ReadMoneyAsync()
    {
        if (shoppers.Draw(order => order.Payments.Any(payment => payment.Captured is not null)) is not { } order)
            return Task.CompletedTask;
        var by = chance.Next(3) == 0 ? ("support-1", "support") : shoppers.Buyer(order);
        return clients.SendAsync(Shoppers.About(order, RequestKind.Money, by, HttpMethod.Get, "/money", key: null, body: null));
    }

    /// <summary>A case to do something with: mostly one for which it makes sense.</summary>
    public (Order Order, AfterSaleCase Case)? DrawCase(Func<AfterSaleCase, bool> sensible)
    {
        var anything = chance.Next(12) == 0;
        var fitting = auditor.Books.Orders.SelectMany(order => order.Cases, (order, @case) => (order, @case)).Where(one => anything || sensible(one.@case)).ToList();
        return fitting.Count == 0 ? null : fitting[chance.Next(fitting.Count)];
    }

    private Task AboutOneAsync(RequestKind kind, string path, string? body, Func<AfterSaleCase, bool> sensible) =>
        DrawCase(sensible) is var (order, @case)
            ? clients.SendAsync(Shoppers.About(
                order, kind, shoppers.Buyer(order), HttpMethod.Post, $"/after-sales/{@case.CaseId}{path}", chance.Next(2) == 0 ? $"w{numbers++}" : null, body))
            : Task.CompletedTask;

    private string BodyFor(Order order)
    {
        var type = order.Shipments.Count == 0 && chance.Next(8) > 0 ? "refund" : chance.Next(5) switch { 0 => "refund", 1 or 2 => "return", _ => "exchange" };
        if (chance.Next(4) == 0)
            return JsonSerializer.Serialize(new { type, reason = Reason() });
        var all = order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line)).ToList();
        var lines = all.Where(_ => chance.Next(2) == 0).DefaultIfEmpty(all[chance.Next(all.Count)]).Select(line => new
        {
            lineId = line.LineId,
            quantity = 1 + chance.Next(line.Quantity),
            replacementSku = type == "exchange" && chance.Next(3) > 0 ? Assortment.Wishes[chance.Next(Assortment.Wishes.Count)] : null,
        });
        return JsonSerializer.Serialize(new { type, lines, reason = Reason() });
    }

    /// <summary>What buyers write is personal, like their addresses.</summary>
    private string Reason() => chance.Next(3) == 0 ? $"It does not suit {Assortment.Marker}" : "Came broken";
}
