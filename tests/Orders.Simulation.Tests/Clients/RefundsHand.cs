using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What the provider does about money that is to go back: takes refunds and decides later, refuses them, finds an account closed that it had paid to; its
/// messages are lost, doubled, forged, or contradict what it said before.
/// </summary>
internal sealed class RefundsHand(Auditor auditor, ProvidersHand hand, SimulatedShop shop, Trace trace, Random chance)
{
    /// <summary>Until then the night has not yet looked for what a day's statement lacks.</summary>
    private const int LastHour = 20;

    private int numbers;

    /// <summary>From now on refunds of a payment are answered in another way.</summary>
    public Task ChangeAnswersAsync()
    {
        if (Draw(Captured) is not (_, { } payment))
            return Task.CompletedTask;
        var answer = chance.Next(6) switch { 0 => ProviderRefundStatus.Succeeded, 1 or 2 => ProviderRefundStatus.Failed, _ => ProviderRefundStatus.Pending };
        trace.Add($"  provider: refunds of {payment.PaymentId} are {answer}");
        return shop.Provider.AnswerRefundsAsync(payment.PaymentId.Value, answer);
    }

    /// <summary>A refund that was pending is decided; now and then one that had arrived comes back.</summary>
    public async Task DecideAsync()
    {
        if (DrawRefund() is not { } refund || shop.Provider.FindRefund(refund.RefundId) is not { } known)
            return;
        var mode = chance.Next(6) switch { 0 => WebhookMode.Duplicate, 1 => WebhookMode.Lose, _ => WebhookMode.Send };
        var decision = known.Status == ProviderRefundStatus.Pending
            ? chance.Next(3) == 0 ? ProviderRefundStatus.Failed : ProviderRefundStatus.Succeeded
            : ProviderRefundStatus.Failed;
        if (known.Status != ProviderRefundStatus.Pending && chance.Next(3) > 0)
            return;

        // A refund that comes back without a word is found by the statement of its day, if that is still to be read.
        if (known.Status == ProviderRefundStatus.Succeeded && (known.At.UtcDateTime.Date != shop.Now.UtcDateTime.Date || shop.Now.Hour > LastHour) && mode == WebhookMode.Lose)
            mode = WebhookMode.Send;
        trace.Add($"  provider: refund {refund.RefundId} {decision}, webhook {mode}");
        await shop.Provider.DecideRefundAsync(refund.RefundId, decision, mode);
    }

    /// <summary>
    /// A forged word on a refund; or a genuine one that contradicts what is known: that one arrived after all which had failed, or with another amount.
    /// </summary>
    public Task ForgeAsync()
    {
        if (Draw(payment => payment.Refunds.Count > 0) is not var (order, payment))
            return Task.CompletedTask;
        var refund = payment.Refunds[chance.Next(payment.Refunds.Count)];
        var currency = payment.Captured!.Value.Currency;
        var data = new ProviderMessageData(payment.PaymentId, order.OrderId, refund.Amount, currency, refund.RefundId);
        return chance.Next(4) switch
        {
            0 => hand.SendAsync($"forged-{numbers++}", isGenuine: false, ProviderMessageTypes.RefundFailed, data),
            1 => hand.SendAsync($"{refund.RefundId}-done", isGenuine: false, ProviderMessageTypes.RefundSucceeded, data with { Amount = refund.Amount + 1 }),
            2 when refund.Status == RefundStatus.Failed => hand.SendAsync($"late-{numbers++}", isGenuine: true, ProviderMessageTypes.RefundSucceeded, data),
            _ => hand.SendAsync($"other-{numbers++}", isGenuine: true, ProviderMessageTypes.RefundFailed, data with { Amount = OtherAmount(order, refund) }),
        };
    }

    /// <summary>Everything that is still pending is decided, by a word that mostly is lost.</summary>
    public async Task DecideAllAsync()
    {
        foreach (var payment in auditor.Books.Captures.Keys)
            await shop.Provider.AnswerRefundsAsync(payment, ProviderRefundStatus.Succeeded);
        var all = auditor.Books.Orders.SelectMany(order => order.Payments).SelectMany(payment => payment.Refunds).ToList();
        foreach (var refund in all.Where(refund => shop.Provider.FindRefund(refund.RefundId) is { Status: ProviderRefundStatus.Pending }))
        {
            await shop.Provider.DecideRefundAsync(
                refund.RefundId, chance.Next(2) == 0 ? ProviderRefundStatus.Failed : ProviderRefundStatus.Succeeded, chance.Next(3) > 0 ? WebhookMode.Lose : WebhookMode.Send);
        }
    }

    /// <summary>That of another refund, if there is one: the worst that a wrong amount can be.</summary>
    private static long OtherAmount(Order order, OrderRefund refund) => order.Payments.SelectMany(payment => payment.Refunds)
        .Select(other => other.Amount).FirstOrDefault(amount => amount != refund.Amount, refund.Amount + 1);

    private static bool Captured(OrderPayment payment) => payment.Captured is not null;

    private OrderRefund? DrawRefund()
    {
        var surprising = chance.Next(4) == 0;
        var fitting = auditor.Books.Orders.SelectMany(order => order.Payments).SelectMany(payment => payment.Refunds)
            .Where(refund => refund.Status == RefundStatus.Pending || (surprising && refund is { Status: RefundStatus.Succeeded, SettledOutside: null })).ToList();
        return fitting.Count == 0 ? null : fitting[chance.Next(fitting.Count)];
    }

    private (Order Order, OrderPayment Payment)? Draw(Func<OrderPayment, bool> wanted)
    {
        var fitting = auditor.Books.Orders.SelectMany(order => order.Payments.Where(wanted), (order, payment) => (order, payment)).ToList();
        return fitting.Count == 0 ? null : fitting[chance.Next(fitting.Count)];
    }
}
