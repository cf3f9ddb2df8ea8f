using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// Withdraws an order's unresolved attempts at the provider. If the money was faster it is settled instead: the caller looks at the
/// order afterwards.
/// </summary>
public sealed class VoidOpenAttempts(IOrderStore orders, PaymentProviders providers, TakeProviderWord take)
{
    public Task RunAsync(OrderRef order, CancellationToken cancellation) => RunAsync(order, except: null, cancellation);

    /// <param name="except">The newest attempt, which replaces the others.</param>
    /// <exception cref="DependencyUnavailableException">Unknown whether they are withdrawn, or the provider left one open: repeat.</exception>
    public async Task RunAsync(OrderRef order, PaymentId? except, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
            return;
        foreach (var payment in ToWithdraw(read, except))
        {
            var word = await providers[payment.Provider].VoidAsync(ProviderKey.Of(payment), cancellation).ConfigureAwait(false);
            if (word?.Status == ProviderPaymentStatus.Open)
                throw new DependencyUnavailableException($"the payment provider '{payment.Provider}', which left attempt {payment.PaymentId} open,");
            await take.RunAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>An attempt for a case that waits for it is nobody else's business: only a newer one for the same case takes its place.</summary>
    private static IEnumerable<OrderPayment> ToWithdraw(Order order, PaymentId? except)
    {
        var newest = except is { } id ? order.FindPayment(id) : null;
        return order.Payments
            .TakeWhile(payment => payment.PaymentId != except)
            .Where(payment => payment.IsUnresolved())
            .Where(payment => payment.ForCase is null || payment.ForCase == newest?.ForCase || !order.Awaits(payment));
    }
}
