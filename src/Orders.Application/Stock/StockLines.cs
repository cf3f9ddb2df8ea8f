using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Stock;

/// <summary>What an order needs of the stock: one entry per line; the port counts lines of one SKU together.</summary>
public static class StockLines
{
    public static IReadOnlyList<StockLine> Of(Order order) => Of(order.Lines);

    public static IReadOnlyList<StockLine> Of(IEnumerable<OrderLine> lines) => [.. lines.Select(line => new StockLine(line.Sku, line.Quantity))];
}
