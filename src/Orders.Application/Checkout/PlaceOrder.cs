using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>A buyer's request for an order.</summary>
/// <param name="Buyer">Whose order it becomes.</param>
/// <param name="IdempotencyKey">1 to 255 visible ASCII characters, checked by the caller.</param>
public sealed record PlaceOrderCommand(UserId Buyer, string IdempotencyKey, BasketRequest Basket)
{
    /// <summary>The flash sale whose place it comes from; null for an order like any other. No client can say so.</summary>
    public SaleId? Sale { get; init; }

    /// <summary>The order that this buyer and this key have, whether or not it exists yet.</summary>
    public OrderRef Order { get; } = new(Buyer, OrderId.Derive(Buyer, IdempotencyKey));

    /// <summary>The request's hash, also for the key record.</summary>
    public string Fingerprint { get; } = RequestFingerprint.Of(Basket);
}

/// <param name="Order">The order as it is now.</param>
/// <param name="Created">False when an earlier request with the same key and body had placed it.</param>
/// <param name="IsReplay">
/// That was within <see cref="OrderPolicy.IdempotencyWindow"/>: the answer is the first one again, <see cref="Order.AsPlaced"/>, not the order as it is now.
/// </param>
public sealed record PlacedOrder(Order Order, bool Created, bool IsReplay = false);

/// <summary>
/// Places an order: price, lock the coupon, hold stock, write the order and its event in one batch, start its process. Two awaited commits: the hold, and
/// then the batch together with the start; one more for a coupon. A repeat with the same key finds its own lock, hold and order again, so it
/// doubles none of them.
/// </summary>
public sealed class PlaceOrder(
    IOrderStore orders, OrderChanges changes, BasketPricing basketPricing, CouponLocks couponLocks, BuyerChecks buyers, IStock stock, OrderPolicy policy, TimeProvider clock,
    ILogger<PlaceOrder> log)
{
    /// <summary>What a checkout without an answer counts as: something was away, or broken.</summary>
    private const string Failed = "Failed";

    /// <returns>
    /// The order; or <see cref="Refusal.Invalid"/>, <see cref="Refusal.UnknownSku"/>, <see cref="Refusal.MixedCurrencies"/>,
    /// <see cref="Refusal.CouponNotApplicable"/>, <see cref="Refusal.OutOfStock"/>, <see cref="Refusal.HoldLimit"/>, <see cref="Refusal.BuyerLimit"/>, <see cref="Refusal.OtherRequestWithKey"/>.
    /// </returns>
    /// <exception cref="DependencyUnavailableException">It is unknown whether the order exists: repeat with the same key.</exception>
    public Task<Result<PlacedOrder>> RunAsync(PlaceOrderCommand command, IOrderProcess process, CancellationToken cancellation) =>
        OrderTracing.IsOn || OrderMetrics.CheckoutDuration.Enabled ? MeasureAsync(command, process, cancellation) : PlaceAsync(command, process, cancellation);

    private async Task<Result<PlacedOrder>> MeasureAsync(PlaceOrderCommand command, IOrderProcess process, CancellationToken cancellation)
    {
        using var span = OrderTracing.Start("place order", command.Order.OrderId);
        var began = clock.GetTimestamp();
        var outcome = Failed;
        try
        {
            var placed = await PlaceAsync(command, process, cancellation).ConfigureAwait(false);
            outcome = !placed.Succeeded ? placed.Refusal.GetType().Name : placed.Value.Created ? "Created" : "Repeated";
            return placed;
        }
        finally
        {
            span?.SetTag("order.outcome", outcome);
            if (outcome == Failed)
                span.Failed(outcome);
            OrderMetrics.CheckoutDuration.Record(clock.GetElapsedTime(began).TotalSeconds, OrderMetrics.By("order.outcome", outcome));
        }
    }

    private async Task<Result<PlacedOrder>> PlaceAsync(PlaceOrderCommand command, IOrderProcess process, CancellationToken cancellation)
    {
        var basket = CheckedBasket.Check(command.Basket);
        if (!basket.Succeeded)
            return await RefuseFormAsync(command, basket.Refusal, cancellation).ConfigureAwait(false);

        // An order that exists answers before the price and the stock of today can refuse it.
        var finding = orders.FindAsync(command.Order, cancellation);
        var pricing = basketPricing.PriceAsync(basket.Value, cancellation);
        await Task.WhenAll(finding, pricing).ConfigureAwait(false);
        if (await finding.ConfigureAwait(false) is { } earlier)
            return Repeat(command, earlier);
        var address = await buyers.AddressAsync(command.Buyer, basket.Value, cancellation).ConfigureAwait(false);
        if (!address.Succeeded)
            return address.Refusal;
        var priced = await pricing.ConfigureAwait(false);
        if (!priced.Succeeded)
            return priced.Refusal;
        if (await buyers.RefusalAsync(command.Buyer, basket.Value, cancellation).ConfigureAwait(false) is { } tooMuch)
            return tooMuch;
        return await ReserveAndCreateAsync(
            command, basket.Value with { ShippingAddress = address.Value }, priced.Value, process, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The order that this very request made; null when there is none, or another request's. For who is told that the key is another's: a request with
    /// another body may hold it though the order is there.
    /// </summary>
    public async Task<PlacedOrder?> FindEarlierAsync(PlaceOrderCommand command, CancellationToken cancellation) =>
        await orders.FindAsync(command.Order, cancellation).ConfigureAwait(false) is { } earlier && Repeat(command, earlier) is { Succeeded: true } repeat
            ? repeat.Value
            : null;

    private async Task<Result<PlacedOrder>> ReserveAndCreateAsync(
        PlaceOrderCommand command, CheckedBasket basket, PricedBasket priced, IOrderProcess process, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var hold = new HoldKey(command.Order, Number: 0);
        var coupon = await couponLocks.TakeAsync(hold, priced.Coupon, cancellation).ConfigureAwait(false);
        if (!coupon.Succeeded)
            return coupon.Refusal;
        try
        {
            var window = policy.PaymentWindow;
            switch (await stock.ReserveAsync(hold, StockLines.Of(priced.Lines), cancellation).ConfigureAwait(false))
            {
                case ReserveResult.Reserved { PaymentWindow: { } shorter } when shorter < window:
                    window = shorter;
                    break;
                case ReserveResult.OutOfStock missing:
                    await couponLocks.UndoAsync(coupon.Value, cancellation).ConfigureAwait(false);
                    return new Refusal.OutOfStock(missing.Sku, missing.Available);
                case ReserveResult.HoldCapReached reached:
                    await couponLocks.UndoAsync(coupon.Value, cancellation).ConfigureAwait(false);
                    return new Refusal.HoldLimit(reached.Sku, reached.Cap);
                case ReserveResult.HeldForOtherLines:
                    await couponLocks.UndoAsync(coupon.Value, cancellation).ConfigureAwait(false);
                    return new Refusal.OtherRequestWithKey();
            }

            // A hold without an order is swept. Half of its time is left to the write, which its own time-out ends long before.
            if (clock.GetUtcNow() - at > policy.HoldWithoutOrder / 2)
                throw new DependencyUnavailableException("The stock, which answered too late for its hold to be built on,");

            var order = Order.Place(
                command.Order, priced, basket.ShippingAddress!, basket.Note, priced.Coupon?.Value, command.Fingerprint, at, Deadlines.After(at, window)) with
            { SaleId = command.Sale };
            var creating = changes.CreateAsync(order, cancellation);
            var starting = StartAsync(process, order.Ref, cancellation);
            await Task.WhenAll(creating, starting).ConfigureAwait(false);
            if (await creating.ConfigureAwait(false) is not { } other)
                return new PlacedOrder(order, Created: true);

            // Somebody with the same key was faster. The hold is one and the same, so it is his unless his order no longer needs it.
            if (other.Status == OrderStatus.Cancelled || other.Hold != hold.Number)
                await stock.ReleaseAsync(hold, generation: null, cancellation).ConfigureAwait(false);
            await couponLocks.LeaveToAsync(other, coupon.Value, cancellation).ConfigureAwait(false);
            return Repeat(command, other);
        }
        catch (Exception error) when (error is not (DependencyUnavailableException or OperationCanceledException))
        {
            // Refused for good, so there is nobody to sell to. In the two cases left out the order may exist: then the sweep asks for it.
            await ReleaseUnlessOrderedAsync(hold, coupon.Value).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The undo of hold and lock. It does no harm if there was neither, and touches nothing of an order that is there after all.</summary>
    private async Task ReleaseUnlessOrderedAsync(HoldKey hold, CouponLock coupon)
    {
        if (await orders.FindAsync(hold.Order, CancellationToken.None).ConfigureAwait(false) is not null)
            return;
        await stock.ReleaseAsync(hold, generation: null, CancellationToken.None).ConfigureAwait(false);
        await couponLocks.UndoAsync(coupon, CancellationToken.None).ConfigureAwait(false);
    }

    private Result<PlacedOrder> Repeat(PlaceOrderCommand command, Order earlier) => earlier.Fingerprint == command.Fingerprint
        ? new PlacedOrder(earlier, Created: false, IsReplay: clock.GetUtcNow() < earlier.PlacedAt + policy.IdempotencyWindow)
        : new Refusal.OtherRequestWithKey();

    /// <summary>A key that has its order is refused for its other body first, however wrong that is.</summary>
    private async Task<Result<PlacedOrder>> RefuseFormAsync(PlaceOrderCommand command, Refusal refusal, CancellationToken cancellation) =>
        await orders.FindAsync(command.Order, cancellation).ConfigureAwait(false) is { } earlier ? Repeat(command, earlier) : refusal;

    /// <summary>A start that is lost costs nobody the order: its event starts the process too, and so does the sweep.</summary>
    private async Task StartAsync(IOrderProcess process, OrderRef order, CancellationToken cancellation)
    {
        try
        {
            await process.StartAsync(order, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException error)
        {
            log.ProcessNotStarted(error, order.OrderId.Value);
        }
    }
}
