using System.Globalization;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Domain.AfterSales;

/// <summary>
/// How cases change their order, as pure functions: opening one puts the after-sale layer over the order, its end takes it away and writes down
/// what came of it. Each makes the next version of the order, or says why not.
/// </summary>
public static class OrderCases
{
    /// <summary>Opens a case in review. Its lines must be takable now (<see cref="Refundable"/>): the caller made them of the same order.</summary>
    /// <param name="order">As it was read.</param>
    /// <param name="opened">Without a state; it gets <see cref="CaseState.InReview"/>.</param>
    /// <param name="reviewBy">When a rule decides.</param>
    /// <param name="by">Who: a word of <see cref="Actor"/> or a role.</param>
    public static (Transition Transition, Order Order) OpenCase(this Order order, AfterSaleCase opened, DateTimeOffset reviewBy, string by)
    {
        var (transition, changed) = order.Apply(new OrderEvent.CaseOpened(opened.OpenedAt, opened.CaseId, opened.Units), by, WordsFor(opened.Type));
        if (transition is not Transition.Moved)
            return (transition, order);
        var @case = opened with
        {
            State = new CaseState.InReview(reviewBy),
            WithoutStock = opened.WithoutStock || (order.Cases.Any(other => other.WithoutStock) && TakesUnshipped(order, opened)),
            Steps = [new CaseStep(changed.UpdatedAt, "Opened", by, Note: null)],
        };
        return (transition, changed with { Cases = [.. order.Cases, @case] });
    }

    /// <summary>
    /// The order whose units could not be had after all: nothing of its open cases about units that have not left comes back on sale, nor of those opened
    /// later, and their money goes back whatever anybody says. What left, or comes back as goods, was had. The same order when there is none to mark; not a new
    /// version yet.
    /// </summary>
    public static Order WithoutStock(this Order order) => order.Cases.Any(@case => IsToMark(order, @case))
        ? order with { Cases = [.. order.Cases.Select(@case => IsToMark(order, @case) ? @case with { WithoutStock = true } : @case)] }
        : order;

    /// <summary>The refunds that stand for a case: those that were sent anew count by their successors.</summary>
    public static IReadOnlyList<OrderRefund> RefundsFor(this Order order, CaseId caseId) =>
        [.. order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.ForCase == caseId && refund.RetriedBy is null)];

    /// <summary>When the last of its cases was completed; null when none was. The sweep of what a completion brings goes by it.</summary>
    public static DateTimeOffset? LastCompletion(this Order order) =>
        order.Cases.Max(@case => @case.State is CaseState.Closed { End: CaseEnd.Completed, At: var at } ? at : (DateTimeOffset?)null);

    private static bool IsToMark(Order order, AfterSaleCase @case) => @case is { IsOpen: true, WithoutStock: false } && TakesUnshipped(order, @case);

    private static bool TakesUnshipped(Order order, AfterSaleCase @case) => UnshippedOf(order, @case).Lines.Any();

    /// <summary>A line of the order, or of its replacements.</summary>
    /// <exception cref="InvalidOperationException">It has none of that id: a case is about lines of its own order.</exception>
    public static OrderLine FindLine(this Order order, string lineId) =>
        order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line)).First(line => line.LineId == lineId);

    public static AfterSaleCase? FindCase(this Order order, CaseId caseId) => order.Cases.FirstOrDefault(c => c.CaseId == caseId);

    /// <summary>
    /// What the fact makes of the case and of the order. A case that ends leaves the order's state, too; a completed one writes what it gave back into
    /// the lines.
    /// </summary>
    /// <param name="order">As it was read; it has the case.</param>
    /// <param name="caseId">Which case.</param>
    /// <param name="event">The fact.</param>
    /// <param name="by">Who: a word of <see cref="Actor"/> or a role.</param>
    /// <param name="note">In words, for the buyer; null when the step's name says it.</param>
    /// <param name="receiptBy">When the order counts as received, should its last open line go.</param>
    /// <param name="staffNote">In words, for staff alone.</param>
    public static (CaseTransition Transition, Order Order) ApplyToCase(
        this Order order, CaseId caseId, CaseEvent @event, string by, string? note, DateTimeOffset receiptBy, string? staffNote = null)
    {
        var before = order.FindCase(caseId) ?? throw new InvalidOperationException($"Order {order.OrderId} has no case {caseId}.");
        var transition = CaseTable.Next(before, @event);
        if (transition is not CaseTransition.Moved { To: var to })
            return (transition, order);
        to = WithStep(to, new CaseStep(@event.At > order.UpdatedAt ? @event.At : order.UpdatedAt, @event.GetType().Name, by, note) { StaffNote = staffNote });
        var changed = to.State is CaseState.Closed { End: var end }
            ? Close(order, to, end, new OrderEvent.CaseClosed(@event.At, caseId, Units.None, NothingLeft: false, receiptBy), by)
            : order.Changed(@event.At).With(to);
        return (transition, changed);
    }

    /// <summary>The order with this case in place of the one with its id. Not a new version yet.</summary>
    private static Order With(this Order order, AfterSaleCase @case) => order with
    {
        Cases = [.. order.Cases.Select(other => other.CaseId == @case.CaseId ? @case : other)],
    };

    private static AfterSaleCase WithStep(AfterSaleCase @case, CaseStep step) =>
        // Only refunds that are refused and sent again can fill it; then the newest step takes the place of the one before.
        @case with { Steps = [.. @case.Steps.Take(OrderLimits.MostCaseSteps - 1), step] };

    private static Order Close(Order order, AfterSaleCase @case, CaseEnd end, OrderEvent.CaseClosed closed, string by)
    {
        var done = end == CaseEnd.Completed ? Complete(order, @case, UnshippedOf(order, @case)) : order.With(@case);
        var fact = end == CaseEnd.Completed
            ? closed with { NoLongerToShip = UnshippedOf(order, @case), NothingLeft = Refundable.IsNothingLeft(CompletedOnly(done)) }
            : closed;
        var (transition, moved) = done.Apply(fact, by, $"After-sale case {WordsFor(end)}");
        return transition is Transition.Moved
            ? moved
            : throw new InvalidOperationException($"Order {order.OrderId} in {order.Status} did not take the end of case {@case.CaseId}: {transition}.");
    }

    /// <summary>What a case of money only takes from what is still to be shipped: nobody ships a line in a case, so this stood since its opening.</summary>
    private static Units UnshippedOf(Order order, AfterSaleCase @case)
    {
        var open = @case.Type == CaseType.Refund ? Refundable.OpenUnits(order) : Units.None;
        return Units.Of(@case.Lines.Select(line => KeyValuePair.Create(line.LineId, Math.Min(line.Settled, open[line.LineId]))));
    }

    private static Order Complete(Order order, AfterSaleCase @case, Units unshipped)
    {
        var whole = Units.Of(@case.Lines.Where(line => line.Received is not null).Select(line => KeyValuePair.Create(line.LineId, line.Settled - line.WrittenOff)));
        var replacements = @case.Replaces ? Replacements(order, @case) : [];
        var changed = order.With(@case with { BackOnSale = @case.WithoutStock ? Units.None : unshipped.Plus(whole) });
        return changed with
        {
            Lines = [.. changed.Lines.Select(line => After(@case, line))],
            Replacements = [.. changed.Replacements.Select(r => r with { Line = After(@case, r.Line) }), .. replacements],
        };
    }

    private static OrderLine After(AfterSaleCase @case, OrderLine line) => @case.Lines.FirstOrDefault(taken => taken.LineId == line.LineId) is not { } taken
        ? line
        : line with
        {
            Refunded = checked(line.Refunded + @case.RefundOf(taken)),
            ReturnedQuantity = line.ReturnedQuantity + (taken.Received ?? 0),
        };

    private static IEnumerable<ReplacementLine> Replacements(Order order, AfterSaleCase @case)
    {
        var number = order.Replacements.Count;
        foreach (var line in @case.Lines.Where(line => line is { Replacement: not null, Settled: > 0 }))
        {
            var item = line.Replacement!;
            var id = string.Create(CultureInfo.InvariantCulture, $"r{++number}");
            var discount = checked(item.UnitPrice * line.Settled - line.ReplacementTotal);
            yield return new ReplacementLine(new OrderLine(id, item.Sku, item.Name, line.Settled, item.UnitPrice, discount), @case.CaseId, line.SettledShipping);
        }
    }

    /// <summary>As if the open cases were not there: whether something is left is told by what is done.</summary>
    private static Order CompletedOnly(Order order) => order with { Cases = [.. order.Cases.Where(c => !c.IsOpen)] };

    private static string WordsFor(CaseType type) => type switch
    {
        CaseType.Refund => "Refund asked for",
        CaseType.Return => "Return asked for",
        _ => "Exchange asked for",
    };

    private static string WordsFor(CaseEnd end) => end switch
    {
        CaseEnd.Completed => "completed",
        CaseEnd.Rejected => "rejected",
        CaseEnd.Withdrawn => "withdrawn",
        _ => "lapsed",
    };
}
