using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <param name="Caller">The buyer; nobody else can pay.</param>
/// <param name="OrderId">Of their own order.</param>
/// <param name="IdempotencyKey">1 to 255 visible ASCII characters; the same key is the same attempt.</param>
/// <param name="Method">How they want to pay, as the provider calls it; null for the provider's choice. At most 50 characters.</param>
/// <param name="ExpectedVersion">Of <c>If-Match</c>: the order's version that the caller saw; null when they didn't say.</param>
public sealed record OpenPaymentCommand(Caller Caller, OrderId OrderId, string IdempotencyKey, string? Method, long? ExpectedVersion = null)
{
    /// <summary>The exchange whose difference is to be paid, as the client named it; null for the order itself.</summary>
    public string? CaseId { get; init; }
}

/// <summary>The body of a payment, as a client sends it.</summary>
/// <param name="CaseId">The exchange whose difference is to be paid; left out: the order.</param>
public sealed record OpenPaymentRequest(string? Method = null, string? CaseId = null);

/// <summary>An attempt as it stands.</summary>
public sealed record OpenedPayment(OrderRef Order, OrderPayment Payment);

/// <summary>
/// Opens an attempt to pay over exactly the order's total, or the difference of an exchange, and withdraws the former one. The attempt stands in the order and in the
/// payment index before the provider hears of it, so that no money can come for a payment that we don't know.
/// </summary>
public sealed class OpenPayment(
    OrderChanges changes, IPaymentIndex index, PaymentProviders providers, VoidOpenAttempts withdraw, TakeProviderWord take, TimeProvider clock)
{
    private const int MostMethodCharacters = 50;

    /// <exception cref="DependencyUnavailableException">Unknown whether the provider opened it: repeat with the same key.</exception>
    public async Task<Result<OpenedPayment>> RunAsync(OpenPaymentCommand command, CancellationToken cancellation)
    {
        if (command.Method is { Length: 0 or > MostMethodCharacters })
            return Refusal.Invalid.Field("method", $"1 to {MostMethodCharacters} characters");
        if (command.CaseId is not null && !CaseId.TryParse(command.CaseId, out _))
            return new Refusal.NotFound("after-sale case");

        // Looked for in the caller's own partition: another's order is not there.
        var order = new OrderRef(command.Caller.UserId, command.OrderId);
        var paymentId = PaymentId.Derive(command.OrderId, command.IdempotencyKey);
        var written = await changes.ChangeAsync(order, read => WriteDown(read, paymentId, command), cancellation).ConfigureAwait(false);
        if (written is not { } found)
            return new Refusal.NotFound("order");
        if (!found.Outcome.Succeeded || found.Outcome.Value.Status != PaymentStatus.Opening)
            return found.Outcome.Succeeded ? new OpenedPayment(order, found.Outcome.Value) : found.Outcome.Refusal;

        await index.AddAsync(paymentId, order, AskSchedule.First(found.Outcome.Value.OpenedAt), cancellation).ConfigureAwait(false);
        await withdraw.RunAsync(order, paymentId, cancellation).ConfigureAwait(false);
        return await AskAsync(order, found.Outcome.Value, cancellation).ConfigureAwait(false);
    }

    private async Task<Result<OpenedPayment>> AskAsync(OrderRef order, OrderPayment payment, CancellationToken cancellation)
    {
        var provider = providers[payment.Provider];
        var word = await provider.OpenAsync(payment.PaymentId, order.OrderId, payment.Amount, payment.Method, cancellation).ConfigureAwait(false);
        if (word.Status != ProviderPaymentStatus.Open)
            await take.RunAsync(order, payment.PaymentId, word, cancellation).ConfigureAwait(false);
        if (await changes.ChangeAsync(order, read => Open(read, payment.PaymentId, word), cancellation).ConfigureAwait(false) is not { } opened)
            return new Refusal.NotFound("order");
        if (opened.Outcome)
            return new OpenedPayment(order, opened.Order.FindPayment(payment.PaymentId)!);

        // The order moved on, or a newer attempt took over, while the provider was opening this one: nobody else will withdraw it.
        var ended = await provider.VoidAsync(new ProviderKey(payment.PaymentId, word.ProviderPaymentId), cancellation).ConfigureAwait(false);
        await take.RunAsync(order, payment.PaymentId, ended, cancellation).ConfigureAwait(false);
        return new Refusal.NotPayable(opened.Order.Status);
    }

    private Decision<Result<OrderPayment>> WriteDown(Order order, PaymentId paymentId, OpenPaymentCommand command)
    {
        var now = clock.GetUtcNow();
        if (order.FindPayment(paymentId) is { } existing)
            return new(existing.Method == command.Method && existing.ForCase?.Value == command.CaseId ? existing : new Refusal.OtherRequestWithKey());
        if (order.RefuseOtherVersion(command.ExpectedVersion) is { } otherVersion)
            return new(otherVersion);
        var due = Due(order, command.CaseId, now);
        if (!due.Succeeded)
            return new(due.Refusal);
        if (order.Payments.Count >= OrderLimits.MostPayments)
            return new(new Refusal.LimitReached("payments", OrderLimits.MostPayments));
        var payment = new OrderPayment(paymentId, order.Total with { Amount = due.Value }, providers.Default.Name, PaymentStatus.Opening, now)
        {
            Method = command.Method,
            ForCase = command.CaseId is { } caseId ? Id.Parse<CaseId>(caseId) : null,
        };
        return new(payment, order.Changed(now) with { Payments = [.. order.Payments, payment] }, EventTypes.PaymentRequested);
    }

    /// <summary>What is to be paid now, for the order or for one of its exchanges; or why nothing is.</summary>
    private static Result<long> Due(Order order, string? caseId, DateTimeOffset now)
    {
        if (caseId is null)
            return order.State is OrderState.PendingPayment pending && now < pending.PayBy ? order.Totals.Total : new Refusal.NotPayable(order.Status);
        if (order.FindCase(Id.Parse<CaseId>(caseId)) is not { } @case)
            return new Refusal.NotFound("after-sale case");
        return @case.State is CaseState.AwaitingPayment awaiting && now < awaiting.PayBy
            ? @case.DifferenceDue
            : new Refusal.IllegalInCase(@case.Status, "it does not wait for a payment");
    }

    /// <summary>False when the attempt must not stay open at the provider.</summary>
    private Decision<bool> Open(Order order, PaymentId paymentId, ProviderPayment word)
    {
        var payment = order.FindPayment(paymentId)!;
        if (word.Status != ProviderPaymentStatus.Open || payment.Status is PaymentStatus.Open or PaymentStatus.Settled)
            return new(Outcome: true);
        if (payment.Status != PaymentStatus.Opening || !order.Awaits(payment))
            return new(Outcome: false);
        return new(
            Outcome: true,
            order.Changed(clock.GetUtcNow()).With(payment with { Status = PaymentStatus.Open, PayUrl = word.PayUrl, ProviderPaymentId = word.ProviderPaymentId }),
            EventTypes.PaymentOpened);
    }
}
