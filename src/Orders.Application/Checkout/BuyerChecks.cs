using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>Checkout's look at who buys: where it goes, and whether they may buy that much.</summary>
public sealed class BuyerChecks(IUsers users, LimitsOfUsers limits, IOrderStore orders)
{
    /// <summary>The address that the request has, the one of the buyer's book that it names, or their default one.</summary>
    internal async Task<Result<Address>> AddressAsync(UserId buyer, CheckedBasket basket, CancellationToken cancellation)
    {
        if (basket.ShippingAddress is { } given)
            return given;
        var user = await users.FindAsync(buyer, cancellation).ConfigureAwait(false);
        if (user?.FindAddress(basket.ShippingAddressId ?? user.DefaultAddressId) is { } saved)
            return saved.Address;
        return basket.ShippingAddressId is null
            ? Refusal.Invalid.Field("shippingAddress", "is missing")
            : Refusal.Invalid.Field("shippingAddressId", "is none of your addresses");
    }

    /// <summary>
    /// Null when the buyer may. Units per order are exact; unpaid orders are counted before this one is written, so requests at the same instant can
    /// pass the limit together. Costs no call while no limit is set.
    /// </summary>
    internal async ValueTask<Refusal?> RefusalAsync(UserId buyer, CheckedBasket basket, CancellationToken cancellation)
    {
        var may = await limits.OfAsync(buyer, cancellation).ConfigureAwait(false);
        if (may.MostUnitsPerOrder is { } units && basket.Lines.Sum(line => (long)line.Quantity) > units)
            return new Refusal.BuyerLimit("units in one order", units);
        if (may.MostUnpaidOrders is { } unpaid
            && (await orders.ListAsync(buyer, OrderStatus.PendingPayment, unpaid, cursor: null, cancellation).ConfigureAwait(false)).Items.Count >= unpaid)
        {
            return new Refusal.BuyerLimit("orders that are not paid yet", unpaid);
        }

        return null;
    }
}
