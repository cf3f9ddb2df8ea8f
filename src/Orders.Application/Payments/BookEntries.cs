using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>What an order says of its money, as entries of the book. Pure: the same snapshot is the same entries.</summary>
public static class BookEntries
{
    /// <summary>Of the order as it is stored.</summary>
    public static IReadOnlyList<BookEntry> Of(Order order) => Of(order.Ref, OrderSnapshot.Of(order));

    /// <summary>Of an event's snapshot.</summary>
    public static IReadOnlyList<BookEntry> Of(OrderRef order, OrderSnapshot snapshot) =>
        [.. snapshot.Payments.Where(payment => payment.Captured is not null).SelectMany(payment => Of(order, snapshot, payment))];

    private static IEnumerable<BookEntry> Of(OrderRef order, OrderSnapshot snapshot, SnapshotPayment payment)
    {
        var captured = payment.Captured!.Value;
        // Events from before the capture's time was told have the change's instead: seconds later.
        yield return new BookEntry(
            BookEntryKind.Capture, payment.PaymentId.Value, payment.PaymentId, order, payment.Provider, captured, BookedState.Done,
            payment.CapturedAt ?? snapshot.UpdatedAt, snapshot.Version)
        {
            Reference = payment.ProviderReference,
        };
        foreach (var refund in payment.Refunds)
        {
            var state = StateOf(refund.Status);
            yield return new BookEntry(
                BookEntryKind.Refund, refund.RefundId, payment.PaymentId, order, refund.SettledOutside is null ? payment.Provider : BookEntry.Outside,
                captured with { Amount = refund.Amount }, state, state == BookedState.Requested ? refund.RequestedAt : snapshot.UpdatedAt, snapshot.Version)
            {
                Reference = refund.ProviderReference,
                Reason = refund.Reason.ToString(),
            };
        }
    }

    private static BookedState StateOf(RefundStatus status) => status switch
    {
        RefundStatus.Requested => BookedState.Requested,
        RefundStatus.Succeeded => BookedState.Done,
        RefundStatus.Failed => BookedState.Failed,
        RefundStatus.Pending => BookedState.Pending,
        _ => throw new InvalidOperationException($"No state of the books stands for {status}."),
    };
}
