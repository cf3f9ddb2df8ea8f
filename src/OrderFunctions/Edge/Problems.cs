using System.Globalization;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace OrderFunctions.Edge;

/// <summary>Every kind of problem that the API answers with, and which one a refusal is: the only place that says so. The contract lists the same.</summary>
public static class Problems
{
    public static readonly Problem MalformedJson = new("malformed-json", 400, "The body is not JSON");
    public static readonly Problem InvalidRequest = new("invalid-request", 400, "The request breaks a rule of its form");
    public static readonly Problem KeyMissing = new("idempotency-key-missing", 400, "The Idempotency-Key header is required");
    public static readonly Problem KeyInvalid = new("idempotency-key-invalid", 400, "The Idempotency-Key is not 1 to 255 visible ASCII characters");
    public static readonly Problem Unauthenticated = new("unauthenticated", 401, "A valid bearer token is required");
    public static readonly Problem InvalidSignature = new("invalid-signature", 401, "The webhook's signature or age does not hold");
    public static readonly Problem Forbidden = new("forbidden", 403, "The caller's role does not allow this");
    public static readonly Problem NotFound = new("not-found", 404, "There is no such thing for this caller");
    public static readonly Problem UnknownRoute = new("unknown-route", 404, "The API has no such route");
    public static readonly Problem MethodNotAllowed = new("method-not-allowed", 405, "The route does not take this method");
    public static readonly Problem VersionMismatch = new("version-mismatch", 412, "It has changed meanwhile");
    public static readonly Problem BodyTooLarge = new("body-too-large", 413, "The body is larger than 256 KB");
    public static readonly Problem UnsupportedMediaType = new("unsupported-media-type", 415, "The body must be application/json in UTF-8");
    public static readonly Problem RequestInProgress = new("request-in-progress", 409, "The first request with this key is still running");
    public static readonly Problem MessageReused = new("message-id-reused", 409, "A message with this id came before with other content");
    public static readonly Problem KeyReused = new("idempotency-key-reused", 422, "The key was used for another request");
    public static readonly Problem ListTooDeep = new("list-too-deep", 422, "The list goes on, but is not given further");

    public static readonly Problem OutOfStock = new("out-of-stock", 409, "There is not enough stock") { IsFinal = true };
    public static readonly Problem HoldLimit = new("hold-limit", 409, "The buyer holds as much of the item as may be held unpaid") { IsFinal = true };
    public static readonly Problem BuyerLimit = new("buyer-limit", 409, "The buyer has as much as they may") { IsFinal = true };
    public static readonly Problem UnknownSku = new("unknown-sku", 422, "The catalogue has no such item") { IsFinal = true };
    public static readonly Problem MixedCurrencies = new("mixed-currencies", 422, "An order has one currency") { IsFinal = true };
    public static readonly Problem CouponNotApplicable = new("coupon-not-applicable", 422, "The coupon can't be used here") { IsFinal = true };
    public static readonly Problem NotCancellable = new("not-cancellable", 409, "Only an unpaid order can be cancelled") { IsFinal = true };
    public static readonly Problem IllegalInState = new("illegal-in-state", 409, "The order's state does not allow this") { IsFinal = true };
    public static readonly Problem NotPayable = new("not-payable", 409, "The order does not wait for payment") { IsFinal = true };
    public static readonly Problem LimitReached = new("limit-reached", 409, "A limit of the order is reached") { IsFinal = true };
    public static readonly Problem UnknownMoneySettled = new("unknown-money-settled", 409, "The money goes into its order") { IsFinal = true };
    public static readonly Problem DifferenceDecided = new("difference-decided", 409, "The difference does not wait for a decision") { IsFinal = true };
    public static readonly Problem StockBelowCommitted = new("stock-below-committed", 409, "The stock can't be less than what is held and sold") { IsFinal = true };

    public static readonly Problem OrdersOpen = new("orders-open", 409, "The user has orders that are not over");
    public static readonly Problem WebhookLimit = new("webhook-limit", 409, "There are as many as there may be");
    public static readonly Problem WebhookDisabled = new("webhook-disabled", 409, "Nothing is sent to a disabled webhook");

    // Of after-sale cases none is final: units come back when a case is rejected, and what is shipped tomorrow can be returned.
    public static readonly Problem AfterSaleWindowOver = new("after-sale-window-over", 409, "The time for after-sale cases is over");
    public static readonly Problem NotEnoughLeft = new("not-enough-left", 409, "Of the line not so much is left");
    public static readonly Problem NotShipped = new("not-shipped", 409, "Only what was shipped can come back");
    public static readonly Problem RefundNotFailed = new("refund-not-failed", 409, "Only a refund that failed can be sent again or settled");
    public static readonly Problem IllegalInCase = new("illegal-in-case", 409, "The after-sale case does not allow this now");

    public static readonly Problem ReportNotDue = new("report-not-due", 409, "The day is not over yet");

    // Of a sale none is final: who asks again may come in time, or find that units came back.
    public static readonly Problem SaleNotStarted = new("sale-not-started", 409, "The sale has not begun yet");
    public static readonly Problem SaleEnded = new("sale-ended", 409, "The sale is over");
    public static readonly Problem SoldOut = new("sold-out", 409, "The sale has not so many units left");
    public static readonly Problem SaleLimitReached = new("sale-limit-reached", 409, "A buyer can't have so many units of the sale");
    public static readonly Problem AdmissionUsed = new("admission-used", 409, "The admission was used for another order");
    public static readonly Problem AdmissionNotValid = new("admission-not-valid", 422, "The admission does not let this buyer into this sale now");
    public static readonly Problem ProofNotValid = new("proof-not-valid", 422, "The proof does not answer the admission's challenge");
    public static readonly Problem SaleNotChangeable = new("sale-not-changeable", 409, "The sale can't be changed so any more");
    public static readonly Problem SaleBelowTaken = new("sale-below-taken", 409, "The sale can't have fewer units than are taken");

    public static readonly Problem RateLimited = new("rate-limited", 429, "Too many requests");
    public static readonly Problem Internal = new("internal-error", 500, "Something went wrong here");
    public static readonly Problem Overloaded = new("overloaded", 503, "More requests are under way than can be served");
    public static readonly Problem Unavailable = new("unavailable", 503, "A part that this needs does not answer");

    /// <summary>Made once: what is refused because there is too much of it must cost nothing.</summary>
    internal static readonly Answer OverloadedAnswer = Overloaded.With("Nothing was done. Ask again, with the same key if there was one.");

    /// <summary>The answer of that limit, to be made once; the headers say how long to wait.</summary>
    internal static Answer TooManyRequests(string policy) => RateLimited.With($"The limit \"{policy}\" is used up. Retry-After says when to ask again.");

    /// <summary>Seconds after which a caller may ask again when something is busy or down.</summary>
    public const int RetryAfterSeconds = 1;

    /// <summary>The answer to a refused request.</summary>
    public static Answer Of(Refusal refusal) => refusal switch
    {
        Refusal.Invalid invalid => InvalidRequest.With("See errors: one entry for each field that is wrong.", errors: invalid.Errors),
        Refusal.NotFound { What: var what } => NotFound.With($"There is no such {what}."),
        Refusal.UnknownSku { Sku: var sku } => UnknownSku.With($"'{sku}' is not in the catalogue."),
        Refusal.MixedCurrencies => MixedCurrencies.With("The items are sold in different currencies."),
        Refusal.OutOfStock { Sku: var sku, Available: var left } => OutOfStock.With(Invariant($"Of '{sku}' {left} can be had.")),
        Refusal.HoldLimit { Sku: var sku, Cap: var cap } => HoldLimit.With(Invariant($"At most {cap} of '{sku}' can be held at a time; what is paid doesn't count.")),
        Refusal.BuyerLimit { What: var what, Limit: var limit } => BuyerLimit.With(Invariant($"At most {limit} {what}.")),
        Refusal.CouponNotApplicable { Code: var code, Because: var because } => CouponNotApplicable.With($"'{code}' {WordsFor(because)}."),
        Refusal.OtherRequestWithKey => KeyReused.With("Use a new key for a new request."),
        Refusal.NotCancellable { Status: var status } => NotCancellable.With(CancelAdvice(status)),
        Refusal.IllegalInState { Status: var status, Because: var because } => IllegalInState.With($"The order is {status}: {because}"),
        Refusal.NotPayable { Status: var status } => NotPayable.With($"The order is {status}."),
        Refusal.VersionMismatch { Current: var version } => VersionMismatch.With(Invariant($"It is at version {version}.")),
        Refusal.LimitReached { What: var what, Limit: var limit } => LimitReached.With(Invariant($"At most {limit} {what}.")),
        Refusal.DifferenceDecided { State: var state } => DifferenceDecided.With($"It is {state.ToString().ToLowerInvariant()}."),
        Refusal.UnknownMoneySettled => UnknownMoneySettled.With("Its order is there: see GET /api/orders/{orderId}/money."),
        Refusal.StockBelowCommitted { Sku: var sku } => StockBelowCommitted.With($"More of '{sku}' is held or sold than that."),
        Refusal.SaleNotStarted { StartsAt: var at, Wait: var wait } =>
            SaleNotStarted.With($"It begins at {Time(at)}.").WithHeader("Retry-After", Seconds(wait)),
        Refusal.SaleEnded { EndedAt: var at } => SaleEnded.With($"It ended at {Time(at)}."),
        Refusal.SoldOut { Left: 0 } => AllSold,
        Refusal.SoldOut { Left: var left } => SoldOut.With(Invariant($"{left} can be had.")),
        Refusal.SaleLimitReached { PerUser: var most, Left: var left } => SaleLimitReached.With(Invariant($"At most {most}; {left} more can be had.")),
        Refusal.AdmissionUsed => AdmissionUsed.With("Ask for another admission."),
        Refusal.AdmissionNotValid { Because: AdmissionProblem.Expired } => AdmissionNotValid.With("It has expired. Ask for another."),
        Refusal.AdmissionNotValid => AdmissionNotValid.With("It is not one that this buyer was given for this sale."),
        Refusal.ProofNotValid { Difficulty: var bits } => ProofNotValid.With(
            Invariant($"SHA-256 over admission, a full stop and proof must begin with {bits} zero bits.")),
        Refusal.SaleNotChangeable { Because: var because } => SaleNotChangeable.With(WordsFor(because)),
        Refusal.SaleBelowTaken { Taken: var taken } => SaleBelowTaken.With(Invariant($"{taken} are taken.")),
        Refusal.WebhookLimit { What: var what, Limit: var limit } => WebhookLimit.With(Invariant($"At most {limit} {what}.")),
        Refusal.WebhookIsDisabled => WebhookDisabled.With("POST …/enable first."),
        Refusal.AfterSaleWindowOver { Until: var until } => AfterSaleWindowOver.With($"It ended at {Time(until)}."),
        Refusal.LineNotEligible { Because: LineProblem.NotShipped } line => NotShipped.With(
            Invariant($"Of line {line.LineId} ({line.Sku}) {line.Eligible} can come back. What is not shipped yet can be refunded.")),
        Refusal.LineNotEligible line => NotEnoughLeft.With(Invariant($"Of line {line.LineId} ({line.Sku}) {line.Eligible} can be taken.")),
        Refusal.RefundNotFailed { Status: var status } => RefundNotFailed.With($"It is {status}, or was sent again."),
        Refusal.IllegalInCase { Status: var status, Because: var because } => IllegalInCase.With($"The case is {status}: {because}."),
        Refusal.ReportNotDue { Date: var date, From: var from } => ReportNotDue.With($"The report of {date} can be made from {Time(from)}; until then there is GET /api/stats/live."),
        Refusal.OrdersOpen { Count: var open } => OrdersOpen.With(Invariant($"{open} or more are not over. Finish or cancel them, and wait until nothing can happen to them.")),
        Refusal.ListTooDeep { MostItems: var most } => ListTooDeep.With(Invariant($"A list is given for {most} items. Ask for a part of it: by status, say.")),
        _ => throw new InvalidOperationException($"No problem stands for {refusal.GetType().Name}."),
    };

    /// <summary>What the many get who come too late for a sale: made once, because it has to cost nothing.</summary>
    public static Answer AllSold { get; } = SoldOut.With("Nothing is left; units come back when orders stay unpaid.");

    /// <summary>Whole seconds to wait, rounded up: who waits so long is not too early.</summary>
    public static string Seconds(TimeSpan wait) => ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Every kind, for the contract's test.</summary>
    public static IReadOnlyList<Problem> All { get; } =
    [
        MalformedJson, InvalidRequest, KeyMissing, KeyInvalid, Unauthenticated, InvalidSignature, Forbidden, NotFound, UnknownRoute, ListTooDeep,
        MethodNotAllowed, VersionMismatch, BodyTooLarge, UnsupportedMediaType, RequestInProgress, MessageReused, KeyReused, OutOfStock, HoldLimit, BuyerLimit,
        UnknownSku,
        MixedCurrencies, CouponNotApplicable, NotCancellable, IllegalInState, NotPayable, LimitReached, DifferenceDecided, UnknownMoneySettled, StockBelowCommitted, AfterSaleWindowOver, NotEnoughLeft,
        NotShipped, IllegalInCase, RefundNotFailed, SaleNotStarted, SaleEnded,
        SoldOut, SaleLimitReached, AdmissionUsed, AdmissionNotValid, ProofNotValid, SaleNotChangeable, SaleBelowTaken, WebhookLimit, WebhookDisabled, ReportNotDue, RateLimited, Internal, Overloaded,
        Unavailable, OrdersOpen,
    ];

    private static string WordsFor(CouponProblem problem) => problem switch
    {
        CouponProblem.Unknown => "is no coupon of this shop",
        CouponProblem.NotYetValid => "is not valid yet",
        CouponProblem.Expired => "has expired",
        CouponProblem.OtherCurrency => "is in another currency than the items",
        CouponProblem.BelowMinimum => "asks for items that cost more",
        CouponProblem.NothingOff => "takes nothing off so small an order",
        CouponProblem.NothingToPay => "would leave nothing to pay, and an order costs at least one minor unit",
        CouponProblem.UsedUp => "has been used as often as it may be",
        CouponProblem.UsedUpByBuyer => "has been used by this buyer as often as it may be",
        _ => throw new InvalidOperationException($"No words stand for {problem}."),
    };

    private static string WordsFor(SaleChangeProblem problem) => problem switch
    {
        SaleChangeProblem.Ended => "It is over.",
        SaleChangeProblem.SkusAreFixed => "It has begun: its SKUs stay.",
        SaleChangeProblem.StartIsFixed => "It has begun: its start stays.",
        _ => throw new InvalidOperationException($"No words stand for {problem}."),
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string CancelAdvice(OrderStatus status) =>
        $"The order is {status}. What is paid can be returned or refunded: POST /api/orders/{{orderId}}/after-sales.";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
