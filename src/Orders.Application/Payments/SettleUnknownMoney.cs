using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>
/// Takes held money one step further: into its order if that is there now, or back if somebody decided so. Repeating is harmless: it is claimed before
/// it is applied, the settlement is the payment's own, and a refund has its key.
/// </summary>
public sealed class SettleUnknownMoney(
    IUnknownMoney unknown, IPaymentIndex index, IOrderStore orders, ApplySettlement settlement, HoldUnknownMoney hold, IProviderMessages messages,
    PaymentProviders providers, ILogger<SettleUnknownMoney> log)
{
    /// <returns>As it stands afterwards.</returns>
    /// <exception cref="DependencyUnavailableException">Unknown whether it happened: repeat.</exception>
    public Task<UnknownMoney> RunAsync(UnknownMoney money, CancellationToken cancellation) => money.State switch
    {
        UnknownMoneyState.Held or UnknownMoneyState.Applying => ApplyAsync(money, cancellation),
        UnknownMoneyState.Refunding => SendBackAsync(money, cancellation),
        _ => Task.FromResult(money),
    };

    private async Task<UnknownMoney> ApplyAsync(UnknownMoney money, CancellationToken cancellation)
    {
        if (await KnownByAsync(money, cancellation).ConfigureAwait(false) is not { } place)
            return money.State == UnknownMoneyState.Held ? money : await SaveAsync(money, money.Next(UnknownMoneyState.Held, outcome: null), cancellation).ConfigureAwait(false);
        if (money.State == UnknownMoneyState.Held)
        {
            money = await SaveAsync(money, money.Next(UnknownMoneyState.Applying, outcome: null), cancellation).ConfigureAwait(false);
            if (money.State != UnknownMoneyState.Applying)
                return money;
        }

        var decided = await settlement.RunAsync(place, money.PaymentId, HoldUnknownMoney.CaptureOf(money), cancellation).ConfigureAwait(false);
        if (decided is null or SettlementDecision.UnknownPayment or SettlementDecision.Contradicts)
        {
            var because = decided is SettlementDecision.Contradicts contradicts ? $"Its order does not take it: {contradicts.Because}." : null;
            return await SaveAsync(money, money.Next(UnknownMoneyState.Held, because), cancellation).ConfigureAwait(false);
        }

        await messages.SetStateAsync(
            money.Provider, money.MessageId, ProviderMessageState.Applied, $"held as {money.Id} until its order was there", cancellation).ConfigureAwait(false);
        log.UnknownMoneyApplied(money.Id, money.OrderId.Value);
        return await SaveAsync(money, money.Next(UnknownMoneyState.Applied, "Its order has it."), cancellation).ConfigureAwait(false);
    }

    /// <summary>Where the order lives that has this payment; null while there is none.</summary>
    private async Task<OrderRef?> KnownByAsync(UnknownMoney money, CancellationToken cancellation)
    {
        var place = await index.FindAsync(money.OrderId, money.PaymentId, cancellation).ConfigureAwait(false)
            ?? await orders.LocateAsync(money.OrderId, cancellation).ConfigureAwait(false);
        return place is { } order && (await orders.FindAsync(order, cancellation).ConfigureAwait(false))?.FindPayment(money.PaymentId) is not null ? place : null;
    }

    /// <summary>Asked for under its key until the provider has answered; then only asked about.</summary>
    private async Task<UnknownMoney> SendBackAsync(UnknownMoney money, CancellationToken cancellation)
    {
        var provider = providers[money.Provider];
        var word = money.Outcome is null
            ? await provider.RefundAsync(money.RefundKey, money.Payment, money.Money, cancellation).ConfigureAwait(false)
            : await provider.FindRefundAsync(money.RefundKey, money.Payment, reference: null, cancellation).ConfigureAwait(false);
        return word switch
        {
            null => money,
            { Status: not ProviderRefundStatus.Pending } =>
                await hold.RecordAsync(money, word.Status == ProviderRefundStatus.Succeeded, word.Because, cancellation).ConfigureAwait(false),
            _ when money.Outcome is null =>
                await SaveAsync(money, money.Next(UnknownMoneyState.Refunding, $"It is on its way back as {money.RefundKey}."), cancellation).ConfigureAwait(false),
            _ => money,
        };
    }

    /// <summary>The one that is kept afterwards: this, or what another made of it.</summary>
    private async Task<UnknownMoney> SaveAsync(UnknownMoney before, UnknownMoney changed, CancellationToken cancellation) =>
        await unknown.SaveAsync(changed, cancellation).ConfigureAwait(false)
            ? changed
            : await unknown.FindAsync(before.Id, cancellation).ConfigureAwait(false) ?? throw new InvalidOperationException($"Money {before.Id} is held no more.");
}
