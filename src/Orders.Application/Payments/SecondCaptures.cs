using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// Refunds of captures that an order doesn't know of, because its payment had been captured before: they stand in the books alone. How far one is
/// takes the place of the order's version, so what the provider decided is never overwritten by what was asked.
/// </summary>
public sealed class SecondCaptures(IPaymentBook book, PaymentProviders providers, TimeProvider clock)
{
    /// <summary>Sends it back, once per difference: written down under its key before the provider is asked with that.</summary>
    /// <returns>The provider's word.</returns>
    public async Task<ProviderRefund> SendBackAsync(Difference difference, ProviderKey payment, CancellationToken cancellation)
    {
        var (order, money) = (difference.Order!.Value, difference.Theirs!.Value);
        var entry = new BookEntry(
            BookEntryKind.Refund, difference.RefundKey, payment.PaymentId, order, difference.Provider, money, BookedState.Requested, clock.GetUtcNow(),
            VersionOf(BookedState.Requested))
        {
            Reason = nameof(DifferenceClass.Duplicate),
        };
        await book.PutAsync([entry], cancellation).ConfigureAwait(false);
        var word = await providers[difference.Provider].RefundAsync(entry.Key, payment, money, cancellation).ConfigureAwait(false);
        var state = word.Status switch
        {
            ProviderRefundStatus.Succeeded => BookedState.Done,
            ProviderRefundStatus.Failed => BookedState.Failed,
            _ => BookedState.Pending,
        };
        await PutAsync(entry with { Reference = word.Reference }, state, cancellation).ConfigureAwait(false);
        return word;
    }

    /// <summary>Records the provider's message on how one ended. False when there is none of that id.</summary>
    public async Task<bool> RecordAsync(OrderRef order, string refundId, RefundStatus status, CancellationToken cancellation)
    {
        var entries = await book.FindAsync(order.OrderId, cancellation).ConfigureAwait(false);
        if (entries.FirstOrDefault(entry => entry.Key == refundId) is not { } entry)
            return false;
        await PutAsync(entry, status == RefundStatus.Succeeded ? BookedState.Done : BookedState.Failed, cancellation).ConfigureAwait(false);
        return true;
    }

    private Task PutAsync(BookEntry entry, BookedState state, CancellationToken cancellation) =>
        book.PutAsync([entry with { State = state, At = clock.GetUtcNow(), Version = VersionOf(state) }], cancellation);

    /// <summary>It can still fail after it seemed to have arrived (a closed account), so that comes last.</summary>
    private static long VersionOf(BookedState state) => state switch
    {
        BookedState.Requested => 1,
        BookedState.Pending => 2,
        BookedState.Done => 3,
        _ => 4,
    };
}
