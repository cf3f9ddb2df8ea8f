using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Shipping;

/// <summary>The body of a shipment, as a client sends it.</summary>
/// <param name="Lines">What is in the parcel; left out: all that is open.</param>
public sealed record ShipRequest(string? Carrier, string? TrackingNumber, IReadOnlyList<ShipLineRequest?>? Lines = null);

/// <summary>Units of a line, named by its SKU, or by its id where an order has a SKU twice.</summary>
public sealed record ShipLineRequest(string? Sku, int? Quantity, string? LineId = null);

/// <summary>A parcel whose form is right; whether the order has those lines is not known yet.</summary>
internal sealed record CheckedParcel(string Carrier, string TrackingNumber, IReadOnlyList<ShipLineRequest>? Lines, string Fingerprint)
{
    public static Result<CheckedParcel> Check(ShipRequest request)
    {
        var form = new Form();
        var (carrier, number) = ParcelForm.Check(form, request.Carrier, request.TrackingNumber);
        var parcel = new CheckedParcel(carrier, number, CheckLines(form, request.Lines), RequestFingerprint.Of(request));
        return form.Refusal is { } refusal ? refusal : parcel;
    }

    /// <summary>The units of this order that are meant. A SKU takes its lines in their order, each as far as it is open.</summary>
    public Result<Units> UnitsOf(Order order)
    {
        var open = OrderLifecycleTable.ShippableUnits(order.State);
        if (Lines is null)
            return open;
        var wanted = Units.None;
        for (var i = 0; i < Lines.Count; i++)
        {
            var line = Lines[i];
            var candidates = order.Lines.Where(l => line.LineId is { } id ? l.LineId == id : l.Sku.Value == line.Sku).ToList();
            if (candidates.Count == 0)
                return Refusal.Invalid.Field(line.LineId is null ? $"lines/{i}/sku" : $"lines/{i}/lineId", "is not in this order");
            wanted = wanted.Plus(Spread(line.Quantity!.Value, candidates, open.Minus(wanted)));
        }

        return wanted;
    }

    private static IReadOnlyList<ShipLineRequest>? CheckLines(Form form, IReadOnlyList<ShipLineRequest?>? lines)
    {
        if (lines is null)
            return null;
        if (lines.Count is 0 or > OrderLimits.MostLines)
            form.Error("lines", $"must be 1 to {OrderLimits.MostLines} lines, or left out for all that is open");
        var given = new List<ShipLineRequest>(lines.Count);
        for (var i = 0; i < Math.Min(lines.Count, OrderLimits.MostLines); i++)
        {
            if (lines[i] is null || lines[i]!.Sku is null == lines[i]!.LineId is null)
                form.Error($"lines/{i}", "must name a sku or a lineId, one of the two");
            form.Number($"lines/{i}/quantity", lines[i]?.Quantity, 1, OrderLimits.MostUnitsPerLine);
            given.Add(lines[i] ?? new ShipLineRequest(Sku: null, Quantity: null));
        }

        return given;
    }

    /// <summary>What exceeds the open units stays on the last line, where the lifecycle refuses it.</summary>
    private static Units Spread(int quantity, IReadOnlyList<OrderLine> lines, Units open)
    {
        var entries = new List<KeyValuePair<string, int>>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var taken = i == lines.Count - 1 ? quantity : Math.Min(quantity, open[lines[i].LineId]);
            entries.Add(new(lines[i].LineId, taken));
            quantity -= taken;
        }

        return Units.Of(entries);
    }
}
