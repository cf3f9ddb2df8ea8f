using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>The active query: asks providers about attempts that may have been paid without our hearing of it, and applies what they say.</summary>
public sealed class AskProvider(IOrderStore orders, PaymentProviders providers, TakeProviderWord take)
{
    /// <summary>
    /// Asks about every attempt of which no final word is known, withdrawn ones included: their money may have been faster. An attempt that
    /// the provider never heard of stays as it is, for whoever is opening it.
    /// </summary>
    public async Task RunAsync(OrderRef order, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
            return;
        foreach (var payment in read.Payments.Where(payment => payment.IsUnresolved() || payment.Status == PaymentStatus.Voided))
        {
            if (await providers[payment.Provider].FindAsync(payment.PaymentId, cancellation).ConfigureAwait(false) is { } word)
                await take.RunAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        }
    }
}
