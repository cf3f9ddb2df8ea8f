using Orders.Application.Access;
using Orders.Application.AfterSales;

namespace Orders.Application;

/// <summary>
/// The shop's rules that are settings (section <c>Orders</c>). A running orchestration never reads them itself: its activities do.
/// </summary>
public sealed record OrderPolicy
{
    /// <summary>How long an order waits for its money; the deadline is rounded up to a whole second. 30 minutes.</summary>
    public TimeSpan PaymentWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after its cancellation by the deadline an order can still be revived by full money. 24 hours.</summary>
    public TimeSpan RevivalWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether paid orders are accepted without a merchant. True.</summary>
    public bool AcceptAutomatically { get; init; } = true;

    /// <summary>When an order counts as received, after its last shipment. 10 days.</summary>
    public TimeSpan ReceiptWindow { get; init; } = TimeSpan.FromDays(10);

    /// <summary>How long after completion after-sale cases can be opened. 15 days.</summary>
    public TimeSpan AfterSaleWindow { get; init; } = TimeSpan.FromDays(15);

    /// <summary>What after-sale cases may take, and what is decided by rule.</summary>
    public AfterSalePolicy AfterSales { get; init; } = new();

    /// <summary>Tiers of users and what each may.</summary>
    public UserPolicy Users { get; init; } = new();

    /// <summary>Fee of every order in minor units. 0.</summary>
    public long ShippingFee { get; init; }

    /// <summary>How long stock is held for an order whose document does not exist yet. 2 minutes.</summary>
    public TimeSpan HoldWithoutOrder { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after its payment deadline, or its last look, a hold of stock or a coupon's lock that should have ended by itself is looked at by the
    /// sweep. 15 minutes.
    /// </summary>
    public TimeSpan HoldPatience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>When the sweep looks again at what an unpaid order holds.</summary>
    public DateTimeOffset NextLook(DateTimeOffset payBy, DateTimeOffset now) => (payBy > now ? payBy : now) + HoldPatience;

    /// <summary>How long an order that ended unpaid counts against its buyer, where a SKU's rules ask for it. 24 hours.</summary>
    public TimeSpan UnpaidLookBack { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The age from which an unpublished outbox item is taken for lost by the relay and sent by the sweep. 1 minute.</summary>
    public TimeSpan OutboxPatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after its deadline an order that did not move is taken for stuck by the sweep. 1 minute.</summary>
    public TimeSpan DeadlinePatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an idempotency record answers. 24 hours.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an inbox record is kept: longer than any message lives. 30 days.</summary>
    public TimeSpan InboxRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a freed hold of stock is remembered: longer than any event or message that may still speak of it (<see cref="InboxRetention"/>). 35 days.
    /// </summary>
    public TimeSpan HoldRetention { get; init; } = TimeSpan.FromDays(35);

    /// <summary>How long an order's events are kept after they were written. 90 days.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long it is kept who did what, with what was thrown away. 400 days.</summary>
    public TimeSpan AuditRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>After how long finished orchestrations are purged. 30 days.</summary>
    public TimeSpan HistoryRetention { get; init; } = TimeSpan.FromDays(30);
}
