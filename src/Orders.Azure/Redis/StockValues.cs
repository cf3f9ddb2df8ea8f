using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>Levels and rules as the scripts of stock take and tell them.</summary>
internal static class StockValues
{
    public static StockRules Rules(long backorder, long? cap, long? unpaid, long? window) =>
        new(backorder, (int?)cap, (int?)unpaid, window is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null);

    /// <summary>Backorder, cap, unpaid and window, '' for what there isn't.</summary>
    public static RedisValue[] Of(StockRules rules) =>
    [
        rules.Backorder, rules.HoldCapPerUser ?? RedisValue.EmptyString, rules.UnpaidBeforeShortWindow ?? RedisValue.EmptyString,
        rules.ShortPaymentWindow is { } window ? Microseconds(window) : RedisValue.EmptyString,
    ];

    public static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The level that an answer tells from that part on.</summary>
    public static StockLevel Level(Sku sku, StockAnswer answer, int from)
    {
        var (stock, held, sold) = (answer.Number(from), answer.Number(from + 1), answer.Number(from + 2));
        return new StockLevel(sku, stock - held - sold, held, sold, stock)
        {
            Rules = Rules(answer.Number(from + 3), answer.NumberOrNull(from + 4), answer.NumberOrNull(from + 5), answer.NumberOrNull(from + 6)),
        };
    }
}
