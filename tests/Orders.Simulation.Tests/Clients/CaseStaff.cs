using System.Text.Json;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.Auditing;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What a merchant does about cases, or leaves to the deadlines: approves, rejects, looks at goods, sends others; and what support does about refunds that
/// the provider refused for good: sends them again, or pays them another way.
/// </summary>
internal sealed class CaseStaff(Clients clients, CaseBuyers buyers, Auditor auditor, Random chance)
{
    private static readonly (string Who, string Role) Merchant = ("merchant-1", "merchant");
    private static readonly (string Who, string Role) Support = ("support-1", "support");

    private int numbers;

    public Task ReviewAsync()
    {
        if (buyers.DrawCase(@case => @case.State is CaseState.InReview) is not var (order, @case))
            return Task.CompletedTask;
        return chance.Next(4) == 0
            ? SendAsync(order, @case, RequestKind.DecideCase, Merchant, "/reject", new { reason = "Used" })
            : SendAsync(order, @case, RequestKind.DecideCase, chance.Next(4) == 0 ? Support : Merchant, "/approve", body: null);
    }

    /// <summary>All came, or some, some of it broken; or nothing came, which is refused, or is nothing like what was bought.</summary>
    public Task InspectAsync()
    {
        if (buyers.DrawCase(@case => @case.State is CaseState.AwaitingInspection or CaseState.AwaitingGoods) is not var (order, @case))
            return Task.CompletedTask;
        if (chance.Next(6) == 0)
            return SendAsync(order, @case, RequestKind.DecideCase, Merchant, "/reject", new { reason = "Not what was sold" });
        if (chance.Next(3) == 0)
            return SendAsync(order, @case, RequestKind.Inspect, Merchant, "/receive", body: null);
        var lines = @case.Lines.Select(line =>
        {
            var accepted = chance.Next(3) == 0 ? chance.Next(line.Quantity + 1) : line.Quantity;
            return new { lineId = line.LineId, accepted, writtenOff = chance.Next(3) == 0 ? chance.Next(accepted + 1) : 0 };
        }).ToList();
        return SendAsync(order, @case, RequestKind.Inspect, Merchant, "/receive", new { lines });
    }

    public Task ReplaceAsync() => buyers.DrawCase(@case => @case.State is CaseState.AwaitingReplacement) is var (order, @case)
        ? SendAsync(order, @case, RequestKind.Replace, Merchant, "/replacement", NewParcel())
        : Task.CompletedTask;

    /// <summary>One refund that failed gets a way on.</summary>
    public Task FindWayOnAsync()
    {
        var failed = auditor.Books.Orders.SelectMany(order => order.Payments.SelectMany(payment => payment.Refunds), (order, refund) => (Order: order, Refund: refund))
            .Where(one => chance.Next(12) == 0 || IsStuck(one.Refund)).ToList();
        return failed.Count == 0 ? Task.CompletedTask : FindWayOnAsync(failed[chance.Next(failed.Count)]);
    }

    /// <summary>Support takes the way on of everything that failed for good.</summary>
    public async Task FindAllWaysOnAsync()
    {
        var stuck = auditor.Books.Orders.SelectMany(order => order.Payments.SelectMany(payment => payment.Refunds).Where(IsStuck), (order, refund) => (order, refund)).ToList();
        foreach (var one in stuck)
            await FindWayOnAsync(one);
    }

    /// <summary>Half of the replacements that wait are sent; the others' money goes back by their deadline.</summary>
    public async Task ReplaceSomeAsync()
    {
        foreach (var order in auditor.Books.Orders.ToList())
        {
            foreach (var @case in order.Cases.Where(@case => @case.State is CaseState.AwaitingReplacement && chance.Next(2) == 0))
                await SendAsync(order, @case, RequestKind.Replace, Merchant, "/replacement", NewParcel());
        }
    }

    private static bool IsStuck(OrderRefund refund) => refund is { Status: RefundStatus.Failed, RetriedBy: null };

    private Task FindWayOnAsync((Order Order, OrderRefund Refund) stuck)
    {
        var (path, body) = chance.Next(3) == 0
            ? ("settle", JsonSerializer.Serialize(new { reference = $"bank-{numbers++}", note = $"Called {Assortment.Marker}" }))
            : ("retry", null);
        return clients.SendAsync(Shoppers.About(
            stuck.Order, RequestKind.WayOn, Support, HttpMethod.Post, $"/refunds/{stuck.Refund.RefundId}/{path}", $"y{numbers++}", body));
    }

    private object NewParcel() => new { carrier = "post", trackingNumber = $"R-{numbers++}" };

    private Task SendAsync(Order order, AfterSaleCase @case, RequestKind kind, (string Who, string Role) by, string path, object? body) => clients.SendAsync(Shoppers.About(
        order, kind, by, HttpMethod.Post, $"/after-sales/{@case.CaseId}{path}", chance.Next(2) == 0 ? $"x{numbers++}" : null, body is null ? null : JsonSerializer.Serialize(body)));
}
