using System.Globalization;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>The names of stock's keys, as <c>Scripts/stock.lua</c> lists them, and of holds in the sorted set. A persisted format.</summary>
internal static class StockNames
{
    /// <summary>A shift that leaves room for a million million movements in each epoch.</summary>
    private const int EpochShift = 40;

    public static readonly RedisKey Epoch = "{stock}:epoch";

    public static RedisKey Session(long epoch, string id) => $"{{stock}}:{epoch}:session:{id}";

    public static RedisKey Sku(long epoch, Sku sku) => $"{{stock}}:{epoch}:sku:{sku}";

    public static RedisKey Hold(long epoch, HoldKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{{stock}}:{epoch}:hold:{key.Order.OrderId.Value}:{key.Number}");

    /// <summary>Sorts by order and number among holds that are due at the same time.</summary>
    public static string Member(HoldKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Order.OrderId.Value}:{key.Number:D10}:{key.Order.UserId.Value}");

    public static HoldKey HoldOf(string member)
    {
        var parts = member.Split(':', 3);
        return new HoldKey(
            new OrderRef(Id.Parse<UserId>(parts[2]), Id.Parse<OrderId>(parts[0])), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A movement's number over all epochs.</summary>
    public static long Number(long epoch, long movement) => (epoch << EpochShift) + movement;
}
