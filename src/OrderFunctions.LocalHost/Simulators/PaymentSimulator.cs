using System.Globalization;
using System.Text;
using System.Text.Json;
using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>What a settlement or failure is told to be.</summary>
/// <param name="Captured">What arrives; null for a failure.</param>
/// <param name="Mode">What becomes of the message.</param>
public sealed record SimulatedAct(Money? Captured, WebhookMode Mode);

/// <summary>
/// A payment provider that does as it is told. Every change of its books, and the message that tells of it, is one write, so a kill leaves both
/// or neither. Money of a withdrawn attempt can still arrive: that is what it is there to try.
/// </summary>
public sealed class PaymentSimulator
{
    private readonly LocalStore store;
    private readonly TimeProvider clock;

    public PaymentSimulator(LocalStore store, TimeProvider clock)
    {
        (this.store, this.clock) = (store, clock);
        store.Migrate("PaymentSimulator", SimulatorTables.Steps);
    }

    /// <summary>Called after a message was put into the queue of outgoing ones.</summary>
    internal Action Queued { get; set; } = () => { };

    /// <summary>Opens a payment, once per id. Null when the id stands for another amount or order.</summary>
    public Task<SimulatedPayment?> OpenAsync(string paymentId, string orderId, Money amount, string? method) => store.WriteAsync(transaction =>
    {
        if (SimulatorTables.Find(transaction, paymentId) is { } known)
            return known.Amount == amount && known.OrderId == orderId ? known : null;
        var payment = new SimulatedPayment(paymentId, orderId, amount, method, ProviderPaymentStatus.Open, Captured: null, CapturedAt: null, Reference: null, Acts: 0);
        SimulatorTables.Put(transaction, payment);
        return payment;
    });

    public SimulatedPayment? Find(string paymentId) => store.Read(session => SimulatorTables.Find(session, paymentId));

    /// <summary>Withdraws a payment that is open. The answer is how it stands: perhaps money was faster.</summary>
    public Task<SimulatedPayment?> VoidAsync(string paymentId) => store.WriteAsync(transaction =>
    {
        if (SimulatorTables.Find(transaction, paymentId) is not { Status: ProviderPaymentStatus.Open } open)
            return SimulatorTables.Find(transaction, paymentId);
        var voided = open with { Status = ProviderPaymentStatus.Voided };
        SimulatorTables.Put(transaction, voided);
        return voided;
    });

    /// <summary>Lets money arrive, or the payment fail, now or at <paramref name="at"/>. Null when there is no such payment.</summary>
    /// <param name="paymentId">Which payment.</param>
    /// <param name="act">What happens.</param>
    /// <param name="at">When; now when null or past.</param>
    /// <param name="onlyIfOpen">A buyer's click: nothing happens to a payment that has ended, however often the page is sent.</param>
    public Task<SimulatedPayment?> ActAsync(string paymentId, SimulatedAct act, DateTimeOffset? at, bool onlyIfOpen = false) => store.WriteAsync(transaction =>
    {
        if (SimulatorTables.Find(transaction, paymentId) is not { } payment)
            return null;
        if (onlyIfOpen && payment.Status != ProviderPaymentStatus.Open)
            return payment;
        if (at is not { } later || later <= clock.GetUtcNow())
            return Apply(transaction, payment, act);
        SimulatorTables.Queue(transaction, "act", paymentId, JsonSerializer.Serialize(act), later);
        transaction.AfterCommit(Queued);
        return payment;
    });

    /// <summary>Sends money back, once per id, or does with it as was said. Null when there is not so much of it.</summary>
    public Task<SimulatedRefund?> RefundAsync(string refundId, string paymentId, Money amount) => store.WriteAsync(transaction =>
    {
        if (SimulatorTables.FindRefund(transaction, refundId) is { } known)
            return known.Amount == amount && known.PaymentId == paymentId ? known : null;
        if (SimulatorTables.Find(transaction, paymentId) is not { Captured: { } captured } payment
            || captured.Currency != amount.Currency
            || amount.Amount <= 0
            || amount.Amount > captured.Amount - SimulatorTables.RefundedOf(transaction, paymentId))
        {
            return null;
        }

        var refund = new SimulatedRefund(refundId, paymentId, amount, clock.GetUtcNow(), ProviderRefundStatus.Pending);
        return Decide(transaction, payment, refund, SimulatorTables.AnswerOf(transaction, paymentId), WebhookMode.Send);
    });

    public SimulatedRefund? FindRefund(string refundId) => store.Read(session => SimulatorTables.FindRefund(session, refundId));

    /// <summary>
    /// Lets a pending refund succeed or fail; one that succeeded can fail too, as one to a closed account does. Null when there is no such refund,
    /// else how it stands: a failed one stays failed.
    /// </summary>
    public Task<SimulatedRefund?> DecideRefundAsync(string refundId, ProviderRefundStatus decision, WebhookMode mode) => store.WriteAsync(transaction =>
        SimulatorTables.FindRefund(transaction, refundId) is not { } refund ? null
        : refund.Status == decision || refund.Status == ProviderRefundStatus.Failed ? refund
        : Decide(transaction, SimulatorTables.Find(transaction, refund.PaymentId)!, refund, decision, mode));

    /// <summary>Says how refunds of a payment are answered from now on. False when there is no such payment.</summary>
    public Task<bool> AnswerRefundsAsync(string paymentId, ProviderRefundStatus answer) => store.WriteAsync(transaction =>
    {
        if (SimulatorTables.Find(transaction, paymentId) is null)
            return false;
        SimulatorTables.PutAnswer(transaction, paymentId, answer);
        return true;
    });

    /// <summary>The day's captures and refunds (UTC), or what was put in their place.</summary>
    public IReadOnlyList<SimulatedLine> Statement(DateOnly date) => store.Read(session => SimulatorStatements.OfDay(session, date));

    /// <summary>What moved from an instant until before another, with what was put in the place of whole days.</summary>
    public IReadOnlyList<SimulatedLine> Statement(DateTimeOffset from, DateTimeOffset until) =>
        store.Read(session => SimulatorStatements.Between(session, from, until));

    /// <summary>Says other things about a day than what happened: a statement can be wrong too.</summary>
    public Task ReplaceStatementAsync(DateOnly date, IReadOnlyList<SimulatedLine> lines) =>
        store.WriteAsync(transaction => SimulatorStatements.Replace(transaction, date, lines));

    /// <summary>An act whose time has come: it happens and leaves the queue in one write.</summary>
    internal Task RunActAsync(Outgoing due) => store.WriteAsync(transaction =>
    {
        if (transaction.Execute("DELETE FROM simulator_outgoing WHERE seq = $1", due.Seq) == 1)
            Apply(transaction, SimulatorTables.Find(transaction, due.MessageId)!, JsonSerializer.Deserialize<SimulatedAct>(due.Body)!);
    });

    private SimulatedPayment Apply(WriteTransaction transaction, SimulatedPayment payment, SimulatedAct act)
    {
        var now = clock.GetUtcNow();
        var number = payment.Acts + 1;
        var reference = $"cap-{payment.PaymentId}";
        var after = (act.Captured, payment.Captured) switch
        {
            // The provider knows one capture per payment; being told of another only makes it send another message.
            ({ }, { }) or (null, { }) => payment with { Acts = number },
            ({ } captured, null) => payment with { Acts = number, Status = ProviderPaymentStatus.Succeeded, Captured = captured, CapturedAt = now, Reference = reference },
            (null, null) when payment.Status == ProviderPaymentStatus.Voided => payment with { Acts = number },
            (null, null) => payment with { Acts = number, Status = ProviderPaymentStatus.Failed },
        };
        SimulatorTables.Put(transaction, after);
        var (type, word) = act.Captured is null ? (ProviderMessageTypes.PaymentFailed, "failed") : (ProviderMessageTypes.PaymentSucceeded, "paid");
        Tell(transaction, payment, type, string.Create(CultureInfo.InvariantCulture, $"{payment.PaymentId}-{word}-{number}"), act.Captured ?? payment.Amount, reference, act.Mode);
        return after;
    }

    private SimulatedRefund Decide(
        WriteTransaction transaction, SimulatedPayment payment, SimulatedRefund refund, ProviderRefundStatus decision, WebhookMode mode)
    {
        var after = refund with { Status = decision, At = decision == ProviderRefundStatus.Succeeded ? clock.GetUtcNow() : refund.At };
        SimulatorTables.Put(transaction, after);
        if (decision == ProviderRefundStatus.Succeeded)
            Tell(transaction, payment, ProviderMessageTypes.RefundSucceeded, $"{refund.RefundId}-done", refund.Amount, refund.RefundId, mode);
        if (decision == ProviderRefundStatus.Failed)
            Tell(transaction, payment, ProviderMessageTypes.RefundFailed, $"{refund.RefundId}-failed", refund.Amount, refund.RefundId, mode);
        return after;
    }

    private void Tell(WriteTransaction transaction, SimulatedPayment payment, string type, string messageId, Money amount, string reference, WebhookMode mode)
    {
        if (mode == WebhookMode.Lose)
            return;
        var body = Encoding.UTF8.GetString(new ProviderMessageBody(type, clock.GetUtcNow(), new ProviderMessageData(
            Id.Parse<PaymentId>(payment.PaymentId), Id.Parse<OrderId>(payment.OrderId), amount.Amount, amount.Currency, reference)).Write());
        for (var copies = mode == WebhookMode.Duplicate ? 2 : 1; copies > 0; copies--)
            SimulatorTables.Queue(transaction, "webhook", messageId, body, clock.GetUtcNow());
        transaction.AfterCommit(Queued);
    }
}
