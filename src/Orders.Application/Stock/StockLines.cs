using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>What an order needs of the stock: one entry per line; the port counts lines of one SKU together.</summary>
public static class StockLines
{
    public static IReadOnlyList<StockLine> Of(Order order) => Of(order.Lines);

    public static IReadOnlyList<StockLine> Of(IEnumerable<OrderLine> lines) => [.. lines.Select(line => new StockLine(line.Sku, line.Quantity))];

    /// <summary>What the replacement of an exchange needs: as many units as come back.</summary>
    public static IReadOnlyList<StockLine> OfReplacement(AfterSaleCase exchange) =>
        [.. exchange.Lines.Where(line => line is { Replacement: not null, Settled: > 0 }).Select(line => new StockLine(line.Replacement!.Sku, line.Settled))];
}
