using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Subjects;

/// <summary>A running sale in the shop: five mugs, at most two for one buyer. Messages wait until the test works them off.</summary>
public sealed class SaleStand : IDisposable
{
    public static readonly SaleId Friday = Id.Parse<SaleId>("friday");

    public SaleStand()
    {
        var put = Shop.Use<PutFlashSale>().RunAsync(
            "friday", new FlashSaleRequest(["MUG"], Quantity: 5, "2026-03-01T11:00:00Z", "2026-03-09T12:00:00Z", PerUser: 2), default).GetAwaiter().GetResult();
        Assert.Null(put.Refusal);
    }

    public Shop Shop { get; } = new();

    public SaleOrderCommand Request(Caller buyer, string key = "key-1", int quantity = 1)
    {
        var sale = Shop.Use<ISales>().FindAsync(Friday, default).GetAwaiter().GetResult()!;
        var admission = Shop.Use<SaleAdmissions>().Issue(sale, buyer.UserId);
        return new SaleOrderCommand(buyer.UserId, Friday, key, new SaleOrderRequest(admission.Text, Proof: null, "MUG", quantity, Shop.Address()));
    }

    public Task<Result<TicketId>> OrderAsync(SaleOrderCommand request) => Shop.Use<OrderInSale>().RunAsync(request, default);

    /// <summary>The consumer gets this request's message.</summary>
    /// <param name="beforeKeep">What happens between the order's write and the keeping of its place.</param>
    public Task WorkOffAsync(SaleOrderCommand request, Func<Task>? beforeKeep = null)
    {
        var consumer = beforeKeep is null ? Shop.Use<PlaceSaleOrder>() : new PlaceSaleOrder(
            new Interrupted(Shop.Use<ISaleUnits>(), beforeKeep: beforeKeep), Shop.Use<PlaceOrder>(), Shop.Use<OrderChanges>(), Shop.Use<IInbox>(), Shop.Use<SaleGate>(),
            Shop.Use<SaleQueueWatch>(), new OrderPolicy(), Shop.Clock, NullLogger<PlaceSaleOrder>.Instance);
        var line = new LineRequest(request.Request.Sku, request.Request.Quantity);
        var admission = Shop.Use<SaleAdmissions>().Read(request.Request.Admission, Friday, request.Buyer)!;
        return consumer.RunAsync(
            new SaleOrderMessage(Friday, request.Ticket, request.Buyer, new BasketRequest([line], request.Request.ShippingAddress))
            {
                Admission = admission.Id,
                Fingerprint = RequestFingerprint.Of(request.Request),
            },
            Shop.Process,
            default);
    }

    public async Task<TicketStatus> StatusAsync(SaleOrderCommand request) =>
        (await Shop.Use<ReadTicket>().RunAsync(request.Buyer, "friday", request.Ticket.Value, default)).Value!.View.Status;

    public Task<SaleHold?> HoldAsync(SaleOrderCommand request) => Shop.Use<ISaleUnits>().FindHoldAsync(Friday, new HoldKey(request.Order, 0), default);

    public async Task UnitsAreAsync(long left, long held, long sold)
    {
        var count = (await Shop.Use<ISaleUnits>().FindAsync(Friday, default))!;
        Assert.Equal((left, held, sold), (count.Left, count.Held, count.Sold));
        Assert.Equal(5, count.Left + count.Taken);
    }

    public void Move(TimeSpan by) => Shop.Clock.MoveTo(Shop.Clock.GetUtcNow() + by);

    public Task<int> SweepAfterAsync(TimeSpan time)
    {
        Move(time);
        return Shop.Use<SweepSaleUnits>().RunAsync(default);
    }

    /// <summary>All messages are lost, as if they lay among the dead letters.</summary>
    public Task EmptyQueueAsync() => Shop.Store.WriteAsync(transaction => transaction.Execute("DELETE FROM bus_messages"));

    /// <summary>Nobody can read this request's order any more.</summary>
    public Task SpoilAsync(SaleOrderCommand request) =>
        Shop.Store.WriteAsync(write => write.Execute("UPDATE orders SET document = '{\"' WHERE order_id = $1", request.Order.OrderId.Value));

    /// <summary>What the counters lose: places that are no orders yet.</summary>
    public Task LosePlacesAsync() => Shop.Store.WriteAsync(write =>
    {
        write.Execute("UPDATE sale_units SET held = held - (SELECT coalesce(sum(quantity), 0) FROM sale_holds WHERE unkept_since IS NOT NULL)");
        write.Execute("DELETE FROM sale_holds WHERE unkept_since IS NOT NULL");
    });

    public async Task PayAsync(Order order) => await Shop.Use<ApplySettlement>().RunAsync(
        order.Ref, await Shop.WithAttemptAsync(order), new Capture(order.Total, Shop.Clock.GetUtcNow(), "capture-1"), default);

    public void Dispose() => Shop.Dispose();

    /// <summary>Lets something happen before a place is kept, or places are listed.</summary>
    public sealed class Interrupted(ISaleUnits inner, Func<Task>? beforeKeep = null, Func<Task>? beforeList = null) : ISaleUnits
    {
        public async Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation)
        {
            await (beforeKeep?.Invoke() ?? Task.CompletedTask);
            return await inner.KeepAsync(sale, key, cancellation);
        }

        public Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation) =>
            inner.PutAsync(sale, quantity, perBuyer, fence, cancellation);

        public Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) => inner.FindAsync(sale, cancellation);

        public Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => inner.ReserveAsync(sale, claim, cancellation);

        public Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => inner.FindHoldAsync(sale, key, cancellation);

        public Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => inner.ResumeAsync(sale, claim, cancellation);

        public Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => inner.RenewAsync(sale, key, cancellation);

        public Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation) =>
            inner.SettleAsync(sale, key, sku, quantity, cancellation);

        public Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation) =>
            inner.ReleaseAsync(sale, key, generation, end, reason, cancellation);

        public Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
            inner.FindUnkeptAsync(before, limit, cancellation);

        public async Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
        {
            await (beforeList?.Invoke() ?? Task.CompletedTask);
            return await inner.ListHoldsAsync(sale, limit, cursor, cancellation);
        }
    }
}
