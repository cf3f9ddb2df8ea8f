using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>Why a line can't be in a case. Stable for callers by its problem.</summary>
public enum LineProblem
{
    /// <summary>Not so many units are left of it: refunded, returned, exchanged, or in another case.</summary>
    NotEnoughLeft,

    /// <summary>Only what was shipped can come back.</summary>
    NotShipped,
}

/// <summary>
/// Takes the wanted units out of what is left of an order, with what they are worth. Pure: it is asked again whenever another write came between, so
/// two cases at once never take the same units.
/// </summary>
internal static class CaseTaking
{
    /// <summary>Why no case can be opened for this order now, whatever its lines; null when one can.</summary>
    public static Refusal? RefusalFor(Order order, DateTimeOffset now) => OrderLifecycleTable.SettledPart(order.State) switch
    {
        null => new Refusal.IllegalInState(order.Status, "only what is paid can be given back"),
        _ when order.State is OrderState.AfterSaleCompleted => new Refusal.IllegalInState(order.Status, "nothing is left of it"),
        OrderState.Completed { AfterSaleUntil: var until } when now > until => new Refusal.AfterSaleWindowOver(until),
        _ => null,
    };

    /// <summary>What a bound says to another case of the order; null for nothing.</summary>
    public static Refusal? RefusalByBounds(Order order, CaseType type, int lines)
    {
        if (order.Cases.Count >= OrderLimits.MostCases)
            return new Refusal.LimitReached("after-sale cases", OrderLimits.MostCases);
        var exchanged = order.Replacements.Count + order.Cases.Where(c => c.IsOpen && c.Type == CaseType.Exchange).Sum(c => c.Lines.Count);
        return type == CaseType.Exchange && exchanged + lines > OrderLimits.MostExchangedLines
            ? new Refusal.LimitReached("exchanged lines", OrderLimits.MostExchangedLines)
            : null;
    }

    /// <summary>How many units of a line a case of this type can take.</summary>
    public static int TakableUnits(CaseType type, RefundableLine line) => type == CaseType.Refund ? line.Units : line.Units - line.Unshipped;

    /// <param name="items">The catalogue's items of the replacements that are named.</param>
    public static Result<IReadOnlyList<CaseLine>> LinesFor(
        Order order, CheckedCase wanted, IReadOnlyDictionary<Sku, CatalogueItem> items, AfterSalePolicy policy)
    {
        var left = Refundable.Of(order);
        var units = wanted.Lines is { } named ? Spread(named, wanted.Type, left) : AllOf(wanted.Type, left);
        if (!units.Succeeded)
            return units.Refusal;
        var lines = new List<CaseLine>();
        foreach (var (line, (quantity, replacement)) in left.Where(line => units.Value.ContainsKey(line.Line.LineId)).Select(line => (line, units.Value[line.Line.LineId])))
        {
            if (quantity > TakableUnits(wanted.Type, line))
                return NotEligible(wanted.Type, line, quantity);
            var taken = line.Take(quantity);
            if (wanted.Type == CaseType.Exchange)
            {
                if (RefusalOf(order, line.Line, replacement, items) is { } refusal)
                    return refusal;
                taken = taken with { Replacement = ReplacementOf(line.Line, replacement, items) };
            }

            lines.Add(policy.RefundShipping ? taken : taken with { Shipping = 0 });
        }

        return lines;
    }

    private static Result<IReadOnlyDictionary<string, (int Quantity, string? Replacement)>> AllOf(CaseType type, IReadOnlyList<RefundableLine> left)
    {
        var all = left.Where(line => TakableUnits(type, line) > 0).ToDictionary(line => line.Line.LineId, line => (TakableUnits(type, line), (string?)null));
        return all.Count > 0 ? all : NotEligible(type, left.FirstOrDefault(line => line.Units > 0) ?? left[0], quantity: 1);
    }

    /// <summary>A SKU takes its lines in their order, each as far as something is left; what exceeds that stays on the last, where it is refused.</summary>
    private static Result<IReadOnlyDictionary<string, (int Quantity, string? Replacement)>> Spread(
        IReadOnlyList<CaseLineRequest> named, CaseType type, IReadOnlyList<RefundableLine> left)
    {
        var wanted = new Dictionary<string, (int Quantity, string? Replacement)>(StringComparer.Ordinal);
        for (var i = 0; i < named.Count; i++)
        {
            var request = named[i];
            var lines = left.Where(line => request.LineId is { } id ? line.Line.LineId == id : line.Line.Sku.Value == request.Sku).ToList();
            if (lines.Count == 0)
                return Refusal.Invalid.Field(request.LineId is null ? $"lines/{i}/sku" : $"lines/{i}/lineId", "is not in this order");
            var open = request.Quantity!.Value;
            foreach (var line in lines)
            {
                var before = wanted.GetValueOrDefault(line.Line.LineId);
                var taken = line == lines[^1] ? open : Math.Min(open, TakableUnits(type, line) - before.Quantity);
                if (taken <= 0)
                    continue;
                if (before.Quantity > 0 && before.Replacement != request.ReplacementSku)
                    return Refusal.Invalid.Field($"lines/{i}/replacementSku", "is another one for the same line: open a second case");
                wanted[line.Line.LineId] = (before.Quantity + taken, request.ReplacementSku);
                open -= taken;
            }
        }

        return wanted;
    }

    private static Refusal.LineNotEligible NotEligible(CaseType type, RefundableLine line, int quantity) => new(
        line.Line.LineId, line.Line.Sku, TakableUnits(type, line), quantity <= line.Units ? LineProblem.NotShipped : LineProblem.NotEnoughLeft);

    private static bool IsSame(OrderLine line, string? sku) => sku is null || sku == line.Sku.Value;

    private static Refusal? RefusalOf(Order order, OrderLine line, string? sku, IReadOnlyDictionary<Sku, CatalogueItem> items) =>
        IsSame(line, sku) ? null
        : !items.TryGetValue(Id.Parse<Sku>(sku!), out var item) ? new Refusal.UnknownSku(Id.Parse<Sku>(sku!))
        : item.Currency != order.Currency ? new Refusal.MixedCurrencies()
        : null;

    /// <summary>The same is worth what was paid for it, another what it costs now.</summary>
    private static ReplacementItem ReplacementOf(OrderLine line, string? sku, IReadOnlyDictionary<Sku, CatalogueItem> items)
    {
        if (IsSame(line, sku))
            return new ReplacementItem(line.Sku, line.Name, line.UnitPrice, IsSame: true);
        var item = items[Id.Parse<Sku>(sku!)];
        return new ReplacementItem(item.Sku, item.Name, item.UnitPrice, IsSame: false);
    }
}
