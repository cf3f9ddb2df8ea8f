using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>Where money that belongs to no payment of ours stands. A persisted format: append.</summary>
[JsonConverter(typeof(CamelCaseNames<UnknownMoneyState>))]
public enum UnknownMoneyState
{
    /// <summary>Waits for its order, or for people.</summary>
    Held,

    /// <summary>Its order is there: it is being taken over, and can't be sent back meanwhile.</summary>
    Applying,

    /// <summary>Its order has it.</summary>
    Applied,

    /// <summary>Somebody has it sent back; the provider has not decided yet.</summary>
    Refunding,

    Refunded,

    /// <summary>The provider did not send it back; it can be asked again, under a new key.</summary>
    RefundFailed,
}

/// <summary>
/// Money that a provider says it captured for a payment that we don't know: one record per capture, however many messages tell of it. It goes one way only,
/// into its order or back, because every step is saved on condition of the version that was read before anything is done.
/// </summary>
/// <param name="Id">20 hexadecimal digits, derived of provider, payment and capture.</param>
/// <param name="MessageId">The first message that told of it.</param>
/// <param name="OrderId">As the message says.</param>
/// <param name="PaymentId">As the message says.</param>
/// <param name="Reference">The provider's number of the capture.</param>
public sealed record UnknownMoney(
    string Id, string Provider, string MessageId, OrderId OrderId, PaymentId PaymentId, Money Money, string Reference, DateTimeOffset CapturedAt, DateTimeOffset HeldSince)
{
    public UnknownMoneyState State { get; init; }

    /// <summary>1 when it is held, one more with each change.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The provider's number of the attempt, of one that goes by its own.</summary>
    public string? ProviderPaymentId { get; init; }

    /// <summary>How often somebody had it sent back: a refusal is final for its key.</summary>
    public int Refunds { get; init; }

    /// <summary>Who had it sent back last, why and when; null while nobody did.</summary>
    public string? DecidedBy { get; init; }

    public string? DecidedBecause { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When people were told again, because it had been held for long.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>What became of it, in words without personal data.</summary>
    public string? Outcome { get; init; }

    /// <summary>The key under which the provider hears of the refund.</summary>
    [JsonIgnore]
    public string RefundKey => $"{PaymentId}{RefundMark}{Refunds}";

    [JsonIgnore]
    public ProviderKey Payment => new(PaymentId, ProviderPaymentId);

    /// <summary>Whether something can still happen to it by itself.</summary>
    [JsonIgnore]
    public bool IsUnsettled => State is UnknownMoneyState.Held or UnknownMoneyState.Applying or UnknownMoneyState.Refunding;

    private const string RefundMark = "-held";

    /// <summary>Whether a refund's key is of such money.</summary>
    public static bool IsRefund(string refundId) => refundId.Contains(RefundMark, StringComparison.Ordinal);

    public static string IdOf(string provider, PaymentId payment, string reference) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"unknown money\n{provider}\n{payment}\n{reference}")))[..20];

    /// <summary>The next version.</summary>
    public UnknownMoney Next(UnknownMoneyState state, string? outcome) => this with { State = state, Outcome = outcome, Version = Version + 1 };
}

/// <summary>
/// Money that belongs to no payment of ours. Everything may be repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IUnknownMoney
{
    /// <summary>Keeps it if none of its id is kept. Returns the one that is kept afterwards, as it stands.</summary>
    Task<UnknownMoney> HoldAsync(UnknownMoney money, CancellationToken cancellation);

    Task<UnknownMoney?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>Replaces it if version <c>Version − 1</c> is kept. False when another is: read again.</summary>
    Task<bool> SaveAsync(UnknownMoney changed, CancellationToken cancellation);

    /// <summary>What is held, perhaps of one state, the longest held first.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<UnknownMoney>> ListAsync(UnknownMoneyState? state, int limit, string? cursor, CancellationToken cancellation);
}
