using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Application.Stock;
using Orders.Domain.Payments;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>What must be the same however often the process died on the way. Written as text, so that a difference can be read.</summary>
public sealed record Outcome(string States, string Money, string Stock, string Payments, OrchestrationRuntimeStatus? Process)
{
    public static async Task<Outcome> ReadAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var order = await world.Shop.ReadAsync();
        var (mugs, teas) = (await world.Shop.StockAsync(World.Mug), await world.Shop.StockAsync(World.Tea));
        return new(
            string.Join(' ', order.Timeline.Select(entry => entry.To)) + (order.ClosedAt is null ? "" : " closed"),
            $"paid {order.Totals.Paid} refunded {order.Totals.Refunded}; outside {world.Provider.Captured} {world.Provider.Refunded}",
            $"{Counts(mugs)}, {Counts(teas)}",
            string.Join(", ", order.Payments.Select(Describe)),
            (await world.Shop.InstanceAsync())?.RuntimeStatus);
    }

    private static string Counts(StockLevel? level) => $"{level?.Available}+{level?.Held}+{level?.Sold}";

    private static string Describe(OrderPayment payment) =>
        $"{payment.Status} {payment.Kept}" + string.Concat(payment.Refunds.Select(refund => $" {refund.Reason} {refund.Amount} {refund.Status}"));
}
