using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Application.Checkout;

/// <summary>Counters of a flash sale in units, over all its SKUs: <c>Left + Held + Sold = Quantity</c>, always, and none is below 0.</summary>
/// <param name="Held">Taken by orders that are not paid yet, and by requests that wait to become one.</param>
/// <param name="Sold">Taken by paid orders, for good.</param>
public sealed record SaleCount(SaleId Sale, long Quantity, long Held, long Sold)
{
    public long Left => Quantity - Held - Sold;

    public long Taken => Held + Sold;
}

/// <summary>What a buyer's request asks of a sale.</summary>
/// <param name="Key">The hold of the order that it may become.</param>
/// <param name="Admission">The admission that it uses up; null when a cancelled order is revived, which needs none.</param>
/// <param name="Fingerprint">The request's hash.</param>
public sealed record SaleClaim(HoldKey Key, Sku Sku, int Quantity, string? Admission, string Fingerprint)
{
    /// <summary>When the admission was given. It says no more of the request than the admission does, and is not kept.</summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>
    /// Whether the later one may be the same request. Of a reservation without a fingerprint only its order is known (it was sold without one, or its counters
    /// were lost): then the units decide.
    /// </summary>
    public bool IsAlso(SaleClaim later) =>
        Key == later.Key && Sku == later.Sku && Quantity == later.Quantity
        && (Fingerprint.Length == 0 || (Fingerprint == later.Fingerprint && Admission == later.Admission));
}

/// <summary>What became of a claim.</summary>
public abstract record SaleClaimResult
{
    /// <summary>The units are held, the buyer is marked and the admission is used; also when they were by this key before.</summary>
    /// <param name="Generation">Names this reservation in a release.</param>
    /// <param name="ReservedAt">When it was made first: its place in the queue.</param>
    public sealed record Reserved(long Generation, DateTimeOffset ReservedAt) : SaleClaimResult;

    /// <summary>Nothing is held: only so many units are left.</summary>
    public sealed record SoldOut(long Left) : SaleClaimResult;

    /// <summary>Nothing is held: this buyer may take only so many more.</summary>
    public sealed record BuyerLimit(int Left) : SaleClaimResult;

    /// <summary>Nothing is held: the admission was used for another order, or was given before counters were lost that would know of it.</summary>
    public sealed record AdmissionUsed : SaleClaimResult;

    /// <summary>This key has other units or another request, and nothing changed.</summary>
    public sealed record OtherClaim : SaleClaimResult;

    /// <summary>This key's units are sold or were given back: its story is over, and nothing changed.</summary>
    public sealed record Ended : SaleClaimResult;

    /// <summary>Nothing is held: the sale's units were never set.</summary>
    public sealed record NoSuchSale : SaleClaimResult;
}

/// <summary>Where a reservation is.</summary>
public enum SaleHoldState
{
    /// <summary>Held; whether an order came of it is not known yet.</summary>
    Waiting,

    /// <summary>Held by an order that is not paid yet.</summary>
    Kept,

    /// <summary>Taken for good by a paid order.</summary>
    Sold,

    /// <summary>Given back.</summary>
    Released,
}

/// <summary>Why units were given back.</summary>
public enum SaleEnd
{
    /// <summary>No order came of them: the stock was gone.</summary>
    OutOfStock,

    /// <summary>No order came of them for another reason.</summary>
    Failed,

    /// <summary>The order was cancelled.</summary>
    Cancelled,
}

/// <summary>A reservation as it is now.</summary>
/// <param name="End">Not null once it is <see cref="SaleHoldState.Released"/>.</param>
/// <param name="Reason">In words for the buyer; null for none.</param>
public sealed record SaleHold(SaleClaim Claim, SaleHoldState State, long Generation, DateTimeOffset ReservedAt, SaleEnd? End, string? Reason);

/// <summary>A reservation as the sweep finds it.</summary>
/// <param name="Since">When it was made or last renewed.</param>
public sealed record AgedSaleHold(SaleId Sale, HoldKey Key, long Generation, DateTimeOffset Since);

/// <summary>
/// The units of flash sales: a fast counter in front of the stock, which is held besides as for any order. Every call is atomic over counter, reservation,
/// buyer's mark and admission, and may be repeated. Keeps three invariants: never more units taken than the sale has, never more by one
/// buyer than the sale allows, and every reservation ends in sold or given back. Counters that have lost what they counted refuse every call
/// (<see cref="DependencyUnavailableException"/>) until they have been built anew (<see cref="ISaleBooks"/>).
/// </summary>
public interface ISaleUnits
{
    /// <summary>The largest quantity of a sale: so many reservations can be listed while it runs.</summary>
    const int MostUnits = 1_000_000;

    /// <summary>The most characters of <see cref="SaleHold.Reason"/>.</summary>
    const int MostReasonCharacters = 200;

    /// <summary>
    /// Sets how many units a sale has and how many one buyer may take; what is taken goes on counting. Null when the quantity is less than is taken:
    /// nothing changed.
    /// </summary>
    /// <param name="fence">The token of the sale's lease.</param>
    /// <exception cref="DependencyUnavailableException">
    /// Unknown whether it happened; or a greater token has set the sale: whoever has that one decides.
    /// </exception>
    Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation);

    /// <summary>The counters; null for a sale whose units were never set.</summary>
    Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation);

    /// <summary>
    /// Holds the units for an order-to-be, within both limits. A repetition by the same key with the same request is the same reservation, asks no
    /// limit and makes it younger; a kept one stays kept. What was given back is not held again under its key.
    /// </summary>
    Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation);

    /// <summary>One reservation; null when the key has none.</summary>
    Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation);

    /// <summary>
    /// Makes a waiting reservation younger, in a new generation, so that the sweep leaves it alone while its order is placed. Returns it as it is now,
    /// whatever its state; null when the key has none.
    /// </summary>
    Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation);

    /// <summary>
    /// The turn of a request that was given its place: as <see cref="RenewAsync"/>. Where nothing is known of the place it was lost with counters that were
    /// built anew since: its units are held anew, whenever its admission was given; or, if too few are left, or the buyer has as many as allowed by
    /// now, or has used the admission for another order, it is written down as given back (<see cref="SaleEnd.OutOfStock"/>, else
    /// <see cref="SaleEnd.Failed"/>). Null for a sale whose units were never set.
    /// </summary>
    Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation);

    /// <summary>The order exists: from now on the reservation lives as long as the order. False when nothing is held or sold: given back, or never there.</summary>
    Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation);

    /// <summary>
    /// Held → sold: the order is paid. A reservation that was given back or was never there is taken from what is left, if that suffices (the buyer's
    /// limit is not asked any more); else <see cref="HoldOutcome.NothingHeld"/>, and nothing changed.
    /// </summary>
    /// <param name="sku">The order's, as its <paramref name="quantity"/>; counts only when nothing is held.</param>
    Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation);

    /// <summary>Held → given back, with what the ticket says of it. The buyer's mark goes too; the admission stays used.</summary>
    /// <param name="generation">Not null: only if the reservation is still of this generation.</param>
    Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation);

    /// <summary>Waiting reservations of all sales made or renewed before that instant, oldest first.</summary>
    Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>All reservations of a sale, given back or not, page by page in a fixed order.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation);
}
