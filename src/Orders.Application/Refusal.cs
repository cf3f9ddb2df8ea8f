using System.Diagnostics.CodeAnalysis;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application;

/// <summary>
/// Why a caller does not get what was asked for: a closed list, mapped to problem documents in one file. A refusal is a value; only a world
/// that is down is an exception.
/// </summary>
public abstract record Refusal
{
    private Refusal()
    {
    }

    /// <summary>The request breaks a rule of its form; by field in JSON Pointer style (<c>lines/0/quantity</c>).</summary>
    public sealed record Invalid(IReadOnlyDictionary<string, string> Errors) : Refusal
    {
        public static Invalid Field(string field, string error) => new(new Dictionary<string, string> { [field] = error });
    }

    /// <summary>There is no such order, payment, shipment or item, or it is another's.</summary>
    public sealed record NotFound(string What) : Refusal;

    public sealed record UnknownSku(Sku Sku) : Refusal;

    public sealed record MixedCurrencies : Refusal;

    public sealed record OutOfStock(Sku Sku, long Available) : Refusal;

    /// <summary>With these units the buyer would hold more of the SKU unpaid than its cap.</summary>
    public sealed record HoldLimit(Sku Sku, int Cap) : Refusal;

    /// <summary>A limit of the buyer, or of their tier, is reached.</summary>
    public sealed record BuyerLimit(string What, long Limit) : Refusal;

    /// <summary>The coupon can't be used for this basket, now, by this buyer.</summary>
    public sealed record CouponNotApplicable(string Code, CouponProblem Because) : Refusal;

    /// <summary>The sale begins at that instant; ask again after <paramref name="Wait"/>.</summary>
    public sealed record SaleNotStarted(DateTimeOffset StartsAt, TimeSpan Wait) : Refusal;

    public sealed record SaleEnded(DateTimeOffset EndedAt) : Refusal;

    /// <summary>Of the sale only so many units are left, for now.</summary>
    public sealed record SoldOut(long Left) : Refusal;

    /// <summary>The sale gives one buyer so many units, and this one can have so many more.</summary>
    public sealed record SaleLimitReached(int PerUser, int Left) : Refusal;

    /// <summary>The text is no admission for this buyer to this sale now.</summary>
    public sealed record AdmissionNotValid(AdmissionProblem Because) : Refusal;

    /// <summary>The admission was used for another order.</summary>
    public sealed record AdmissionUsed : Refusal;

    /// <summary>The proof doesn't show so many zero bits.</summary>
    public sealed record ProofNotValid(int Difficulty) : Refusal;

    /// <summary>A sale that runs or is over doesn't change so.</summary>
    public sealed record SaleNotChangeable(SaleChangeProblem Because) : Refusal;

    /// <summary>The sale would have fewer units than are taken.</summary>
    public sealed record SaleBelowTaken(long Taken) : Refusal;

    /// <summary>The idempotency key was used for another request.</summary>
    public sealed record OtherRequestWithKey : Refusal;

    /// <summary>Cancelling is possible before payment only; afterwards there are after-sales.</summary>
    public sealed record NotCancellable(OrderStatus Status) : Refusal;

    /// <summary>The lifecycle table has no such row.</summary>
    public sealed record IllegalInState(OrderStatus Status, string Because) : Refusal;

    /// <summary>The order is not waiting for money (any more).</summary>
    public sealed record NotPayable(OrderStatus Status) : Refusal;

    /// <summary>The <c>If-Match</c> names another version than <paramref name="Current"/>.</summary>
    public sealed record VersionMismatch(long Current) : Refusal;

    /// <summary>A bound of <c>OrderLimits</c> is reached.</summary>
    public sealed record LimitReached(string What, long Limit) : Refusal;

    /// <summary>There are as many endpoints, or secrets of one, as there may be.</summary>
    public sealed record WebhookLimit(string What, int Limit) : Refusal;

    /// <summary>Nothing is sent to a disabled endpoint: enable it first.</summary>
    public sealed record WebhookIsDisabled : Refusal;

    /// <summary>After-sale cases could be opened until then.</summary>
    public sealed record AfterSaleWindowOver(DateTimeOffset Until) : Refusal;

    /// <summary>Of this line only so many units can be in such a case now.</summary>
    public sealed record LineNotEligible(string LineId, Sku Sku, int Eligible, LineProblem Because) : Refusal;

    /// <summary>The case's table has no such row.</summary>
    public sealed record IllegalInCase(CaseStatus Status, string Because) : Refusal;

    /// <summary>The difference was put right, decided otherwise, or is gone.</summary>
    public sealed record DifferenceDecided(DifferenceState State) : Refusal;

    /// <summary>Only a refund that failed, and was not sent anew, has a way on.</summary>
    public sealed record RefundNotFailed(RefundStatus Status) : Refusal;

    /// <summary>A user with orders that are not over can't be erased: their address is still needed.</summary>
    public sealed record OrdersOpen(int Count) : Refusal;

    /// <summary>Held money goes, or went, into its order.</summary>
    public sealed record UnknownMoneySettled(UnknownMoneyState State) : Refusal;

    /// <summary>A chain of pages has reached its end; there may be more in the list.</summary>
    public sealed record ListTooDeep(int MostItems) : Refusal;

    /// <summary>The day is not closed: its report can be made from then on.</summary>
    public sealed record ReportNotDue(string Date, DateTimeOffset From) : Refusal;

    /// <summary>The change would make the stock with its backorder smaller than what is held and sold.</summary>
    public sealed record StockBelowCommitted(Sku Sku) : Refusal;
}

/// <summary>A value, or the refusal to give it.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

    public static implicit operator Result<T>(T value) => new(value, refusal: null);

    public static implicit operator Result<T>(Refusal refusal) => new(value: default, refusal);
}
