using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>
/// What could be given back of an order, and what a case about these lines would give. The dry run of <see cref="OpenCase"/>: the same rules, the same sums,
/// and nothing is written.
/// </summary>
public sealed class PreviewAfterSale(OrderAccess access, ICatalogue catalogue, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="request">May be empty: then only what is left is told. The reason counts for nothing.</param>
    public async Task<Result<AfterSalePreview>> RunAsync(Caller caller, OrderId orderId, CaseRequest request, CancellationToken cancellation)
    {
        var wanted = CheckedCase.CheckPreview(request);
        if (!wanted.Succeeded)
            return wanted.Refusal;
        if (await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is not { } order)
            return new Refusal.NotFound("order");
        if (CaseTaking.RefusalFor(order, clock.GetUtcNow()) is { } impossible)
            return impossible;
        var preview = AfterSalePreview.Of(order, policy.AfterSales);
        if (request.Lines is null && request.Type is null)
            return preview;
        var items = await catalogue.FindAsync(wanted.Value.Replacements, cancellation).ConfigureAwait(false);
        var lines = CaseTaking.LinesFor(order, wanted.Value, items, policy.AfterSales);
        if (!lines.Succeeded)
            return lines.Refusal;
        return CaseTaking.RefusalByBounds(order, wanted.Value.Type, lines.Value.Count) is { } tooMuch
            ? tooMuch
            : preview with { Wanted = PreviewedCase.Of(order, wanted.Value.Type, lines.Value) };
    }
}

/// <summary>What could be given back of an order now. Amounts in minor units of its currency.</summary>
/// <param name="MaximumRefundable">Σ of the lines'.</param>
/// <param name="Wanted">What the case would give that was asked about; null when none was.</param>
public sealed record AfterSalePreview(
    OrderId OrderId, long Version, Currency Currency, IReadOnlyList<PreviewedLine> Lines, long MaximumRefundable, PreviewedCase? Wanted = null)
{
    public static AfterSalePreview Of(Order order, AfterSalePolicy policy)
    {
        var lines = Refundable.Of(order).Select(line => PreviewedLine.Of(order, line, policy)).ToList();
        return new(order.OrderId, order.Version, order.Currency, lines, lines.Aggregate(0L, (sum, line) => checked(sum + line.MaximumRefundable)));
    }
}

/// <summary>
/// A line of the order, or goods that came in an exchange. <c>Paid = Refunded + InOpenCases + Exchanged + what is left for the goods</c>, to the minor unit.
/// </summary>
/// <param name="Paid">What was paid for it after discount.</param>
/// <param name="Refunded">What went back for its goods by cases that are completed.</param>
/// <param name="InOpenCases">What its units in open cases are worth.</param>
/// <param name="Exchanged">What went over to other goods.</param>
/// <param name="UnitsLeft">Units in no case.</param>
/// <param name="UnitsReturnable">How many of them were shipped, so that they can come back.</param>
/// <param name="ShippingShare">The share of the shipping fee of the units that are left; part of what is refundable if the shop gives it back.</param>
/// <param name="MaximumRefundable">What a case about all units that are left would give.</param>
public sealed record PreviewedLine(
    string LineId, Sku Sku, string Name, int Quantity, long Paid, long Refunded, long InOpenCases, long Exchanged, int UnitsLeft, int UnitsReturnable,
    long ShippingShare, long MaximumRefundable)
{
    public static PreviewedLine Of(Order order, RefundableLine line, AfterSalePolicy policy)
    {
        var taken = order.Cases.Where(c => c.Counts).SelectMany(c => c.Lines, (c, of) => (Case: c, Line: of)).Where(t => t.Line.LineId == line.Line.LineId).ToList();
        return new(
            line.Line.LineId, line.Line.Sku, line.Line.Name, line.Line.Quantity, line.Line.Total, line.Line.Refunded,
            taken.Where(t => t.Case.IsOpen).Aggregate(0L, (sum, t) => checked(sum + t.Line.SettledAmount)),
            taken.Where(t => !t.Case.IsOpen).Aggregate(0L, (sum, t) => checked(sum + t.Line.SettledAmount - t.Case.RefundOf(t.Line))),
            line.Units,
            line.Units - line.Unshipped,
            line.Shipping,
            checked(line.Amount + (policy.RefundShipping ? line.Shipping : 0)));
    }
}

/// <summary>What a case would give.</summary>
/// <param name="Refund">What would go back to the buyer.</param>
/// <param name="Difference">What the buyer would have to pay before the replacement is sent.</param>
public sealed record PreviewedCase(CaseType Type, IReadOnlyList<CaseLineView> Lines, long Refund, long Difference)
{
    public static PreviewedCase Of(Order order, CaseType type, IReadOnlyList<CaseLine> lines)
    {
        var at = order.UpdatedAt;
        var preview = new AfterSaleCase { CaseId = CaseId.Derive(order.OrderId, ""), Type = type, Reason = "", Fingerprint = "", OpenedAt = at, Lines = lines };
        return new(type, [.. lines.Select(line => CaseLineView.Of(order, preview, line))], preview.RefundDue, preview.DifferenceDue);
    }
}
