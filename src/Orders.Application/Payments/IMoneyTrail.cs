using System.Globalization;
using System.Text.Json.Serialization;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>What asked a provider. A persisted format: append.</summary>
public enum QueriedBy
{
    /// <summary>Nothing had been heard of the attempt by its deadline.</summary>
    Deadline,

    /// <summary>The schedule of attempts and refunds that are undecided.</summary>
    Schedule,

    /// <summary>The reconciliation.</summary>
    Reconciliation,
}

/// <summary>One question to a provider about a payment or a refund, and what it said.</summary>
/// <param name="PaymentId">Of which payment.</param>
/// <param name="RefundId">Of which of its refunds; null for the payment itself.</param>
/// <param name="Said">In words: <see cref="WordsFor(ProviderPayment?)"/>.</param>
public sealed record ProviderQuery(OrderRef Order, PaymentId PaymentId, string? RefundId, QueriedBy By, DateTimeOffset At, string Said)
{
    public static ProviderQuery Of(OrderRef order, PaymentId paymentId, QueriedBy by, ProviderPayment? word, DateTimeOffset at) =>
        new(order, paymentId, RefundId: null, by, at, WordsFor(word));

    public static ProviderQuery Of(OrderRef order, PaymentId paymentId, string refundId, QueriedBy by, ProviderRefund? word, DateTimeOffset at) =>
        new(order, paymentId, refundId, by, at, WordsFor(word));

    public static string WordsFor(ProviderPayment? word) => word switch
    {
        null => "it never heard of it",
        { Status: ProviderPaymentStatus.Succeeded, Captured: { } captured } => CapturedWords(captured),
        { Status: var status } => $"it is {Lower(status.ToString())}",
    };

    /// <summary>What a provider says that has the money.</summary>
    public static string CapturedWords(Money captured) => $"it captured {MoneyText.Of(captured)}";

    public static string WordsFor(ProviderRefund? word) => word is null ? "it never heard of it" : $"it is {Lower(word.Status.ToString())}";

    private static string Lower(string word) => word.ToLower(CultureInfo.InvariantCulture);
}

/// <summary>
/// The questions that providers were asked, for who wants to know where the money is. A trace and no more: nothing is decided by it. Notes may be
/// repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IMoneyTrail
{
    /// <summary>So many are kept of a payment: the last ones.</summary>
    const int MostPerPayment = 20;

    /// <summary>Notes a question. One of the same instant about the same is the same.</summary>
    Task NoteAsync(ProviderQuery query, CancellationToken cancellation);

    /// <summary>The questions about an order's payments, oldest first.</summary>
    Task<IReadOnlyList<ProviderQuery>> FindAsync(OrderId order, CancellationToken cancellation);
}
