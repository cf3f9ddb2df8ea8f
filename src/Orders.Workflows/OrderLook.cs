using System.Text.Json.Serialization;
using Orders.Application;
using Orders.Domain.Lifecycle;

namespace Orders.Workflows;

/// <summary>What an order needs next. The names are a persisted format: append, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderNeed>))]
public enum OrderNeed
{
    /// <summary>Its life is over.</summary>
    Nothing,

    /// <summary>It does not exist, or not yet: its process is started together with its writing.</summary>
    Document,

    /// <summary>Money by the deadline.</summary>
    Payment,

    /// <summary>Attempts that are open although nobody should pay any more are to be voided.</summary>
    Withdrawal,

    /// <summary>Money is to go back.</summary>
    Refund,

    /// <summary>To be taken on automatically.</summary>
    Acceptance,

    /// <summary>Only people can move it: a merchant who accepts or ships, or somebody at work on an after-sale case.</summary>
    People,

    /// <summary>The buyer's confirmation by the deadline.</summary>
    Receipt,

    /// <summary>The end of the time for after-sale cases; then it is closed.</summary>
    AfterSaleWindow,

    /// <summary>Nothing can happen by itself any more; that is to be written down.</summary>
    Closing,
}

/// <summary>
/// What a look at the order's document found: all that steers the lifecycle, settings included, and nothing else. A persisted format: it
/// stands in histories.
/// </summary>
/// <param name="Need">What it needs next.</param>
/// <param name="Until">The deadline of that, if it has one.</param>
public sealed record OrderLook(OrderNeed Need, DateTimeOffset? Until = null)
{
    /// <summary>Reads an order; null is one that does not exist.</summary>
    public static OrderLook Of(Order? order, OrderPolicy policy) => order switch
    {
        null => new(OrderNeed.Document),
        { ClosedAt: not null } => new(OrderNeed.Nothing),
        { State: OrderState.PendingPayment pending } when !order.OwesMoney => new(OrderNeed.Payment, pending.PayBy),
        { State: not OrderState.PendingPayment } when order.HasStrayAttempt => new(OrderNeed.Withdrawal),
        { OwesMoney: true } => new(OrderNeed.Refund),
        { AwaitsAcceptance: true } => new(policy.AcceptAutomatically ? OrderNeed.Acceptance : OrderNeed.People),
        { State: OrderState.Completed completed } => new(OrderNeed.AfterSaleWindow, completed.AfterSaleUntil),
        { State: { Deadline: { } deadline } and (OrderState.Shipped or OrderState.AfterSale) } => new(OrderNeed.Receipt, deadline),
        { State: OrderState.Cancelled or OrderState.AfterSaleCompleted } => new(OrderNeed.Closing),
        _ => new(OrderNeed.People),
    };
}
