using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>The body of an inspection, as a client sends it.</summary>
/// <param name="Lines">What came; left out: all of it, in a state to be sold again.</param>
public sealed record ReceiveGoodsRequest(IReadOnlyList<ReceivedLineRequest?>? Lines = null);

/// <summary>Units of a line that came, named by its SKU, or by its id where a case has a SKU twice. A line that isn't named came in full.</summary>
/// <param name="Accepted">How many came in an acceptable state; the others stay the buyer's.</param>
/// <param name="WrittenOff">How many of those can't be sold again; 0 when left out.</param>
public sealed record ReceivedLineRequest(string? Sku, int? Accepted, int? WrittenOff = null, string? LineId = null);

/// <summary>
/// The shop has looked at the goods that came back: what is accepted is settled, what can be sold again goes back on sale when the case is completed. The
/// same again is success, unchanged; other numbers are refused.
/// </summary>
public sealed class ReceiveGoods(OrderAccess access, OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<CaseInOrder>> RunAsync(
        Caller caller, OrderId orderId, CaseId caseId, ReceiveGoodsRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        if (CheckForm(request) is { } refusal)
            return refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Merchant, Role.Support], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        return await changes.RunAsync(
            place, caseId, order => Decide(order, caseId, request, caller.ActsAs(place)).IfVersionIs(order, expectedVersion), cancellation).ConfigureAwait(false);
    }

    private Decision<Refusal?> Decide(Order order, CaseId caseId, ReceiveGoodsRequest request, string by)
    {
        if (order.FindCase(caseId) is not { } @case)
            return new(CaseDecisions.NoSuchCase);
        var (accepted, writtenOff) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var lines = request.Lines ?? [];
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i]!;
            var named = @case.Lines.Where(of => line.LineId is { } id ? of.LineId == id : order.FindLine(of.LineId).Sku.Value == line.Sku).ToList();
            var field = line.LineId is null ? $"lines/{i}/sku" : $"lines/{i}/lineId";
            if (named.Count != 1)
                return new(Refusal.Invalid.Field(field, named.Count == 0 ? "is not in this case" : "is twice in this case: name the lineId"));
            if (!accepted.TryAdd(named[0].LineId, line.Accepted!.Value))
                return new(Refusal.Invalid.Field(field, "is named twice"));
            writtenOff[named[0].LineId] = line.WrittenOff ?? 0;
        }

        return order.DecideCase(caseId, Received(accepted, Units.Of(writtenOff)), by, note: null, EventTypes.CaseGoodsReceived, policy);
    }

    private CaseEvent.GoodsReceived Received(IReadOnlyDictionary<string, int> accepted, Units writtenOff)
    {
        var at = clock.GetUtcNow();
        return new(
            at, accepted, writtenOff, Deadlines.After(at, policy.AfterSales.DifferenceWindow), Deadlines.After(at, policy.AfterSales.ReplacementWindow), ByDeadline: false);
    }

    private static Refusal? CheckForm(ReceiveGoodsRequest request)
    {
        var form = new Form();
        var lines = request.Lines ?? [];
        if (request.Lines is { Count: 0 or > OrderLimits.MostLines })
            form.Error("lines", $"must be 1 to {OrderLimits.MostLines} lines, or left out when all came");
        for (var i = 0; i < Math.Min(lines.Count, OrderLimits.MostLines); i++)
        {
            if (lines[i] is null || lines[i]!.Sku is null == lines[i]!.LineId is null)
                form.Error($"lines/{i}", "must name a sku or a lineId, one of the two");
            form.Number($"lines/{i}/accepted", lines[i]?.Accepted, 0, OrderLimits.MostUnitsPerLine);
            if (lines[i]?.WrittenOff is { } writtenOff)
                form.Number($"lines/{i}/writtenOff", writtenOff, 0, OrderLimits.MostUnitsPerLine);
        }

        return form.Refusal;
    }
}
