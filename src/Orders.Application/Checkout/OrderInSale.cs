using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a sale's order, as a client sends it.</summary>
/// <param name="Proof">The answer to the admission's challenge, if it had one.</param>
public sealed record SaleOrderRequest(
    string? Admission = null, string? Proof = null, string? Sku = null, int? Quantity = null, AddressRequest? ShippingAddress = null)
{
    public override string ToString() => "(order of a sale)";
}

/// <summary>A buyer's request for a place in a sale.</summary>
/// <param name="IdempotencyKey">1 to 255 visible ASCII characters, checked by the caller.</param>
public sealed record SaleOrderCommand(UserId Buyer, SaleId Sale, string IdempotencyKey, SaleOrderRequest Request)
{
    /// <summary>The place that this buyer and this key have in this sale, whether or not it exists yet.</summary>
    public TicketId Ticket { get; } = TicketId.Derive(Buyer, Sale, IdempotencyKey);

    public OrderRef Order => Ticket.OrderOf(Buyer);
}

/// <summary>
/// Gives a buyer a place in the queue of a sale: admission, then units, buyer's mark and the admission's use in one call, then the message. Two awaited
/// commits; a request that is refused costs at most the first, and mostly none. The undo of the reservation is the sweep, which finds every one without an
/// order; it is there before the reservation is. A repetition with the same key finds its own place, also when the sale is over by then.
/// </summary>
public sealed class OrderInSale(
    SaleGate gate, SaleAdmissions admissions, ISaleUnits units, ISaleQueue queue, FlashSalePolicy policy, TimeProvider clock)
{
    /// <returns>
    /// The ticket; or <see cref="Refusal.NotFound"/>, <see cref="Refusal.Invalid"/>, <see cref="Refusal.SaleNotStarted"/>, <see cref="Refusal.SaleEnded"/>,
    /// <see cref="Refusal.AdmissionNotValid"/>, <see cref="Refusal.AdmissionUsed"/>, <see cref="Refusal.ProofNotValid"/>, <see cref="Refusal.SoldOut"/>,
    /// <see cref="Refusal.SaleLimitReached"/>, <see cref="Refusal.OtherRequestWithKey"/>.
    /// </returns>
    /// <exception cref="DependencyUnavailableException">It is unknown whether there is a place: repeat with the same key.</exception>
    public async Task<Result<TicketId>> RunAsync(SaleOrderCommand command, CancellationToken cancellation)
    {
        if (await gate.FindAsync(command.Sale, cancellation).ConfigureAwait(false) is not { } sale)
            return new Refusal.NotFound("sale");
        var request = command.Request;
        var (line, invalid) = Check(sale, request);
        if (invalid is not null)
            return invalid;
        if (admissions.Read(request.Admission, sale.SaleId, command.Buyer) is not { } admission)
            return new Refusal.AdmissionNotValid(AdmissionProblem.NotOurs);

        var message = new SaleOrderMessage(
            sale.SaleId, command.Ticket, command.Buyer, new BasketRequest([new LineRequest(line.Sku.Value, line.Quantity)], request.ShippingAddress))
        {
            Admission = admission.Id,
            Fingerprint = RequestFingerprint.Of(request),
        };
        var claim = message.Claim with { AdmittedAt = admission.ExpiresAt - policy.AdmissionLifetime };
        var now = clock.GetUtcNow();
        var refused = SaleTimes.RefuseAt(sale, now, policy)
            ?? (now >= admission.ExpiresAt ? (Refusal)new Refusal.AdmissionNotValid(AdmissionProblem.Expired) : null)
            ?? (gate.ShortOf(sale.SaleId, line.Sku, line.Quantity) is { } left ? new Refusal.SoldOut(left) : null);
        if (refused is not null)
            return await RepeatAsync(claim, message, cancellation).ConfigureAwait(false) ?? refused;
        return admission.IsProvenBy(request.Proof)
            ? await ReserveAsync(sale, claim, message, cancellation).ConfigureAwait(false)
            : new Refusal.ProofNotValid(admission.Difficulty);
    }

    private async Task<Result<TicketId>> ReserveAsync(FlashSale sale, SaleClaim claim, SaleOrderMessage message, CancellationToken cancellation)
    {
        switch (await units.ReserveAsync(sale.SaleId, claim, cancellation).ConfigureAwait(false))
        {
            case SaleClaimResult.Reserved:
                await queue.EnqueueAsync(message, cancellation).ConfigureAwait(false);
                return message.Ticket;
            case SaleClaimResult.Ended:
                return message.Ticket;
            case SaleClaimResult.SoldOut { Left: var left }:
                if (left == 0)
                    await gate.CloseAsync(sale.SaleId, cancellation).ConfigureAwait(false);
                return new Refusal.SoldOut(left);
            case SaleClaimResult.BuyerLimit { Left: var left }:
                return new Refusal.SaleLimitReached(sale.PerUser, left);
            case SaleClaimResult.AdmissionUsed:
                return new Refusal.AdmissionUsed();
            case SaleClaimResult.OtherClaim:
                return new Refusal.OtherRequestWithKey();
            default:
                // Terms without counters: they are not set yet, or no more.
                throw new DependencyUnavailableException($"The units of sale {sale.SaleId}");
        }
    }

    /// <summary>Too late for a new place; but a request that has one gets it again. Null when it has none.</summary>
    private async Task<Result<TicketId>?> RepeatAsync(SaleClaim claim, SaleOrderMessage message, CancellationToken cancellation)
    {
        if (await units.FindHoldAsync(message.Sale, claim.Key, cancellation).ConfigureAwait(false) is not { } hold)
            return null;
        if (!hold.Claim.IsAlso(claim))
            return new Refusal.OtherRequestWithKey();
        // Its first try may have died before the message.
        if (hold.State == SaleHoldState.Waiting)
            await queue.EnqueueAsync(message, cancellation).ConfigureAwait(false);
        return message.Ticket;
    }

    private static (StockLine Line, Refusal.Invalid? Invalid) Check(FlashSale sale, SaleOrderRequest request)
    {
        var form = new Form();
        if (!Sku.TryParse(request.Sku, out var sku) || !sale.Skus.Contains(sku))
            form.Error("sku", "is not one of this sale");
        var quantity = (int)form.Number("quantity", request.Quantity, 1, sale.PerUser);
        AddressForm.Check(form, "shippingAddress", request.ShippingAddress, required: true);
        return (new StockLine(sku, quantity), form.Refusal);
    }
}
