using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a quote and of an order, as a client sends it: nothing in it is checked yet.</summary>
/// <param name="ShippingAddressId">In place of an address: which of the buyer's book. Without both it is their default one.</param>
public sealed record BasketRequest(
    IReadOnlyList<LineRequest?>? Lines, AddressRequest? ShippingAddress = null, string? CouponCode = null, string? Note = null,
    string? ShippingAddressId = null);

/// <summary>A line of it.</summary>
public sealed record LineRequest(string? Sku, int? Quantity);

/// <summary>Its address. Personal data.</summary>
public sealed record AddressRequest(
    string? Name, string? Line1, string? Line2, string? City, string? Region, string? PostalCode, string? Country)
{
    public override string ToString() => "(address)";
}

/// <summary>A basket in which everything that can be known without asking anybody is right.</summary>
internal sealed record CheckedBasket(IReadOnlyList<WantedLine> Lines, Address? ShippingAddress, string? CouponCode, string? Note, string? ShippingAddressId)
{
    private const int MostCouponCharacters = 64;
    private const int MostAddressIdCharacters = 32;

    /// <summary>Whether an address is there is for the order to find: it may be in the buyer's book, and a quote needs none.</summary>
    public static Result<CheckedBasket> Check(BasketRequest request)
    {
        var form = new Form();
        var basket = new CheckedBasket(
            CheckLines(form, request.Lines),
            AddressForm.Check(form, "shippingAddress", request.ShippingAddress, required: false),
            form.Optional("couponCode", request.CouponCode, MostCouponCharacters),
            form.Optional("note", request.Note, OrderLimits.MostNoteCharacters, lines: true),
            form.Optional("shippingAddressId", request.ShippingAddressId, MostAddressIdCharacters));
        if (basket is { ShippingAddress: not null, ShippingAddressId: not null })
            form.Error("shippingAddressId", "and shippingAddress can't both be given");
        return form.Refusal is { } refusal ? refusal : basket;
    }

    private static IReadOnlyList<WantedLine> CheckLines(Form form, IReadOnlyList<LineRequest?>? lines)
    {
        if (lines is null || lines.Count is 0 or > OrderLimits.MostLines)
        {
            form.Error("lines", $"must be 1 to {OrderLimits.MostLines} lines");
            return [];
        }

        var wanted = new List<WantedLine>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!Sku.TryParse(lines[i]?.Sku, out var sku))
                form.Error($"lines/{i}/sku", "must be 1 to 64 letters, digits, _ and -");
            wanted.Add(new WantedLine(sku, (int)form.Number($"lines/{i}/quantity", lines[i]?.Quantity, 1, OrderLimits.MostUnitsPerLine)));
        }

        return wanted;
    }
}
