using Orders.Application.Lifecycle;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>The active query: asks providers about attempts that may have been paid without our hearing of it, and applies what they say.</summary>
public sealed class AskProvider(IOrderStore orders, PaymentProviders providers, TakeProviderWord take)
{
    /// <summary>
    /// Asks about every attempt without money, withdrawn and failed ones included: the money may have been faster, or the buyer may have tried
    /// the declined one again. An attempt that the provider never heard of stays as it is, for whoever is opening it.
    /// </summary>
    public async Task RunAsync(OrderRef order, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
            return;
        foreach (var payment in read.Payments.Where(payment => payment.Captured is null))
        {
            if (await providers[payment.Provider].FindAsync(ProviderKey.Of(payment), cancellation).ConfigureAwait(false) is { } word)
                await take.RunAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        }
    }
}
