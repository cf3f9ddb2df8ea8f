using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>Which way money went.</summary>
[JsonConverter(typeof(CamelCaseNames<BookEntryKind>))]
public enum BookEntryKind
{
    /// <summary>To the shop.</summary>
    Capture,

    /// <summary>Back to the buyer.</summary>
    Refund,
}

/// <summary>Where the money of an entry is. A capture is booked when it is done; a refund before it is asked for. A persisted format: append.</summary>
public enum BookedState
{
    /// <summary>It moved.</summary>
    Done,

    /// <summary>Written down; the provider perhaps not asked yet.</summary>
    Requested,

    /// <summary>The provider has taken it on and not decided yet.</summary>
    Pending,

    /// <summary>It did not move.</summary>
    Failed,
}

/// <summary>One movement of money as we know it: one entry for each payment that captured something, and one for each refund.</summary>
/// <param name="Key">The payment id of a capture, the refund id of a refund. Unique within its order.</param>
/// <param name="PaymentId">Whose money.</param>
/// <param name="Order">Of which order.</param>
/// <param name="Provider">Who moves it; <see cref="Outside"/> for nobody.</param>
/// <param name="Money">How much, above 0.</param>
/// <param name="State">Where it is.</param>
/// <param name="At">Since when it is there: a capture's instant is the provider's own.</param>
/// <param name="Version">Of what tells of it, the order's version: a later one wins.</param>
public sealed record BookEntry(
    BookEntryKind Kind, string Key, PaymentId PaymentId, OrderRef Order, string Provider, Money Money, BookedState State, DateTimeOffset At, long Version)
{
    /// <summary>In place of a provider: what the shop's staff paid back past it, which no statement of a provider's has. No provider can have that name.</summary>
    public const string Outside = "(outside)";

    /// <summary>The provider's own number; null while it is not known.</summary>
    public string? Reference { get; init; }

    /// <summary>Why a refund goes back, in a word; null for a capture.</summary>
    public string? Reason { get; init; }
}

/// <summary>What moved in a time, in one currency and one direction.</summary>
/// <param name="Amount">Minor units.</param>
public sealed record MoneySum(BookEntryKind Kind, Currency Currency, long Count, long Amount);

/// <summary>
/// The books of money: what we believe that providers took and gave back, kept apart from the orders so that a day can be held against the
/// provider's statement. Fed by the subscription <c>finance</c>; what it missed is put in by the reconciliation, which reads the order.
/// Everything may be repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IPaymentBook
{
    /// <summary>
    /// Books entries of one order, all or none. Of each key the later version wins, whichever comes first; one whose state stays keeps the
    /// instant since when it has it.
    /// </summary>
    Task PutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation);

    /// <summary>All entries of an order, oldest first. Bounded as its payments and their refunds are.</summary>
    Task<IReadOnlyList<BookEntry>> FindAsync(OrderId order, CancellationToken cancellation);

    /// <summary>Orders with an entry of that time (<paramref name="until"/> is not in it), ascending by id, those after <paramref name="after"/>.</summary>
    /// <param name="limit">1 to 10,000.</param>
    Task<IReadOnlyList<OrderId>> ListOrdersAsync(
        DateTimeOffset from, DateTimeOffset until, OrderId? after, int limit, CancellationToken cancellation);

    /// <summary>The sums of that time over what is done, by direction and currency.</summary>
    Task<IReadOnlyList<MoneySum>> SumAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation);
}
