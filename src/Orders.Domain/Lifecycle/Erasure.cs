using Orders.Domain.AfterSales;
using Orders.Domain.Payments;

namespace Orders.Domain.Lifecycle;

/// <summary>
/// Takes out of an order what is of a person and not of the books: the address but its country, the note, where buyers pay, and all that people typed. Lines, amounts,
/// payments, refunds, parcels' numbers, states and their times stay.
/// </summary>
public static class Erasure
{
    /// <summary>Stands where a reason was that somebody typed.</summary>
    public const string Typed = "Erased";

    /// <summary>Whether nothing of a person is left in it.</summary>
    public static bool IsErased(this Order order) => order.ShippingAddress == order.ShippingAddress.WithoutThePerson();

    /// <summary>
    /// Whether nobody needs the address any more: nothing can happen to the order by itself, and it can't come back to life by late money.
    /// </summary>
    public static bool CanBeErasedAt(this Order order, DateTimeOffset at) =>
        order.IsOverAt(at) && !(order.State is OrderState.Cancelled { RevivableUntil: { } until } && at <= until);

    /// <summary>The order's next version, without the person.</summary>
    public static Order Erased(this Order order, DateTimeOffset at) => order.Changed(at) with
    {
        ShippingAddress = order.ShippingAddress.WithoutThePerson(),
        Note = null,
        Timeline = [.. order.Timeline.Select(entry => IsTyped(entry) ? entry with { Reason = Typed } : entry)],
        Shipments = [.. order.Shipments.Select(parcel => parcel with { Events = [.. parcel.Events.Select(report => report with { Location = null })] })],
        Payments = [.. order.Payments.Select(Erased)],
        Cases = [.. order.Cases.Select(Erased)],
    };

    /// <summary>Why somebody called an order off is the one reason in the timeline that is not in our words.</summary>
    private static bool IsTyped(TimelineEntry entry) => entry.To == OrderStatus.Cancelled && entry.By is not (Actor.System or Actor.Provider);

    private static OrderPayment Erased(OrderPayment payment) => payment with
    {
        PayUrl = null,
        Refunds = [.. payment.Refunds.Select(refund => refund.Note is null ? refund : refund with { Note = null })],
    };

    private static AfterSaleCase Erased(AfterSaleCase one) => one with
    {
        Reason = Typed,
        Steps = [.. one.Steps.Select(step => step.Note is null ? step : step with { Note = null })],
    };
}
