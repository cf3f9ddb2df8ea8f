using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>How our books and a provider's statement differ. A persisted format: append.</summary>
[JsonConverter(typeof(CamelCaseNames<DifferenceClass>))]
public enum DifferenceClass
{
    /// <summary>The statement has money that we don't.</summary>
    MissingHere,

    /// <summary>We have money that the statement hasn't.</summary>
    MissingThere,

    /// <summary>Both have it, not with one amount.</summary>
    Amount,

    /// <summary>Both have it, not in one currency.</summary>
    Currency,

    /// <summary>The statement has it more than once.</summary>
    Duplicate,

    /// <summary>The statement has money that we don't, of an order that was cancelled.</summary>
    Late,
}

/// <summary>What would put a difference right. A persisted format: append.</summary>
[JsonConverter(typeof(CamelCaseNames<DifferenceProposal>))]
public enum DifferenceProposal
{
    /// <summary>Take the capture over into its order, by the rules that hold for a webhook: it pays, revives, or goes back.</summary>
    ApplyCapture,

    /// <summary>Record that the refund arrived.</summary>
    MarkRefunded,

    /// <summary>Ask the provider whether it has what its statement lacks.</summary>
    AskProvider,

    /// <summary>Send the second capture back.</summary>
    RefundDuplicate,

    /// <summary>Nothing that could be done by itself: people look into it, and say that they did.</summary>
    Investigate,
}

/// <summary>Where a difference stands. A persisted format: append.</summary>
[JsonConverter(typeof(CamelCaseNames<DifferenceState>))]
public enum DifferenceState
{
    /// <summary>Waits: for approval, or for a dependency that was away.</summary>
    Open,

    /// <summary>Put right by itself.</summary>
    Applied,

    /// <summary>Somebody approved what is proposed.</summary>
    Approved,

    /// <summary>Somebody decided that nothing is to be done.</summary>
    Dismissed,

    /// <summary>A later run of the same day found it no more.</summary>
    Gone,
}

/// <summary>
/// One difference between our books and a provider's statement, and what became of it. Found again by its id, which is made of what differs: the
/// same difference found twice is one.
/// </summary>
/// <param name="Id">20 hexadecimal digits, derived (<see cref="IdOf"/>).</param>
/// <param name="Date">The UTC day of the statement that shows it, or lacks it.</param>
/// <param name="OrderKey">The order, or what stands for one where the statement names none of ours.</param>
/// <param name="Reference">The provider's number; of what the statement lacks ours.</param>
/// <param name="Text">One sentence for people, without personal data.</param>
public sealed record Difference(
    string Id, DateOnly Date, string Provider, DifferenceClass Class, BookEntryKind Kind, string OrderKey, string Reference, DifferenceProposal Proposal, string Text)
{
    /// <summary>The order, if it is one of ours.</summary>
    public OrderRef? Order { get; init; }

    /// <summary>The payment, if it is one of that order's.</summary>
    public PaymentId? PaymentId { get; init; }

    /// <summary>Our refund, if there is one.</summary>
    public string? RefundId { get; init; }

    /// <summary>What we have; null for nothing.</summary>
    public Money? Ours { get; init; }

    /// <summary>What the statement has; null for nothing.</summary>
    public Money? Theirs { get; init; }

    /// <summary>When the money moved, as the statement says, or we where it lacks it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the provider's own word about our own payment justifies the proposal by the rules that hold anyway.</summary>
    public bool IsSafe { get; init; }

    public DifferenceState State { get; init; }

    /// <summary>1 when found; one more with each save, which is conditional on it.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Whether a run was about to carry the proposal out: perhaps it did, and died before it could say so.</summary>
    public bool IsUnderWay { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    /// <summary>Who approved or dismissed it; null for nobody.</summary>
    public string? DecidedBy { get; init; }

    public string? DecidedBecause { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What came of the proposal, in words; null while it was not carried out.</summary>
    public string? Outcome { get; init; }

    /// <summary>The key of the refund that sends a second capture back: the same however often it is approved.</summary>
    public string RefundKey => $"{PaymentId}{ReconciliationRefunds.Mark}{Id}";

    /// <param name="copy">0, 1, …: which of several that differ in nothing else.</param>
    public static string IdOf(
        DateOnly date, string provider, DifferenceClass @class, BookEntryKind kind, string reference, string orderKey, int copy)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}\n{provider}\n{@class}\n{kind}\n{reference}\n{orderKey}\n{copy}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 10));
    }
}

/// <summary>
/// Refunds of second captures: the order does not know of the second capture, so such a refund stands in the books alone, under a key that tells
/// it from the order's own.
/// </summary>
public static class ReconciliationRefunds
{
    /// <summary>Between payment id and difference id.</summary>
    public const string Mark = "-recon-";

    public static bool IsOne(string refundId) => refundId.Contains(Mark, StringComparison.Ordinal);
}
