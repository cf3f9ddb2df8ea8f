using System.Globalization;
using System.Text.Json;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>Where a lock is. A persisted format: names are stored.</summary>
internal enum CouponLockState
{
    Locked,
    Used,
    Released,

    /// <summary>After the order was refunded in full: for good, while a released key can lock again.</summary>
    GivenBack,
}

/// <summary>What an order has taken, as a document of the container <c>coupons</c>. A persisted format.</summary>
/// <param name="LookAt">When the sweep looks at it; null when it is not locked.</param>
internal sealed record CouponLock(CouponLockState State, CouponCode Code, long Generation, DateTimeOffset? LookAt)
{
    public static string IdOf(HoldKey key) => $"lock-{key}";

    /// <param name="key">Whose.</param>
    /// <param name="forgetReleased">After that time without a word nobody speaks of a released one any more: the database forgets it.</param>
    public byte[] Write(HoldKey key, TimeSpan forgetReleased) => CosmosJson.Write(json =>
    {
        json.WriteString("id", IdOf(key));
        json.WriteString("shop", CouponDocument.Shop);
        json.WriteString("kind", "lock");
        json.WriteString("userId", key.Order.UserId.Value);
        json.WriteString("orderId", key.Order.OrderId.Value);
        json.WriteNumber("number", key.Number);
        json.WriteString("code", Code.Value);
        json.WriteString("state", State.ToString());
        json.WriteNumber("generation", Generation);
        if (LookAt is { } lookAt)
            json.WriteString("due", string.Create(CultureInfo.InvariantCulture, $"{CosmosJson.Sortable(lookAt, key.Order.OrderId.Value)}{CosmosJson.Separator}{key.Number:D10}"));
        if (State == CouponLockState.Released)
            json.WriteNumber("ttl", (int)forgetReleased.TotalSeconds);
    });

    public static CouponLock Read(JsonElement document) => new(
        Enum.Parse<CouponLockState>(document.Text("state")), Id.Parse<CouponCode>(document.Text("code")), document.GetProperty("generation").GetInt64(),
        document.TextOrNull("due") is { } due ? CosmosJson.InstantOf(due) : null);

    public static HoldKey KeyOf(JsonElement document) => new(
        new OrderRef(Id.Parse<UserId>(document.Text("userId")), Id.Parse<OrderId>(document.Text("orderId"))), document.GetProperty("number").GetInt32());
}
