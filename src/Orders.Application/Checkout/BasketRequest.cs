using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a quote and of an order, as a client sends it: nothing in it is checked yet.</summary>
public sealed record BasketRequest(
    IReadOnlyList<LineRequest?>? Lines, AddressRequest? ShippingAddress = null, string? CouponCode = null, string? Note = null);

/// <summary>A line of it.</summary>
public sealed record LineRequest(string? Sku, int? Quantity);

/// <summary>Its address. Personal data.</summary>
public sealed record AddressRequest(
    string? Name, string? Line1, string? Line2, string? City, string? Region, string? PostalCode, string? Country)
{
    public override string ToString() => "(address)";
}

/// <summary>A basket in which everything that can be known without asking anybody is right.</summary>
internal sealed record CheckedBasket(IReadOnlyList<WantedLine> Lines, Address? ShippingAddress, string? CouponCode, string? Note)
{
    private const int MostCouponCharacters = 64;

    /// <param name="addressRequired">True for an order; a quote can be had before the buyer said where to.</param>
    public static Result<CheckedBasket> Check(BasketRequest request, bool addressRequired)
    {
        var form = new Form();
        var basket = new CheckedBasket(
            CheckLines(form, request.Lines),
            CheckAddress(form, request.ShippingAddress, addressRequired),
            form.Optional("couponCode", request.CouponCode, MostCouponCharacters),
            form.Optional("note", request.Note, OrderLimits.MostNoteCharacters, lines: true));
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

    internal static Address? CheckAddress(Form form, AddressRequest? address, bool required)
    {
        if (address is null)
        {
            if (required)
                form.Error("shippingAddress", "is missing");
            return null;
        }

        var country = form.Required("shippingAddress/country", address.Country, most: 2);
        if (country.Length > 0 && !IsoCodes.Countries.Contains(country))
            form.Error("shippingAddress/country", "is not an ISO 3166-1 alpha-2 code in capital letters");
        return new Address(
            form.Required("shippingAddress/name", address.Name, most: 200),
            form.Required("shippingAddress/line1", address.Line1, most: 200),
            form.Optional("shippingAddress/line2", address.Line2, most: 200),
            form.Required("shippingAddress/city", address.City, most: 100),
            form.Optional("shippingAddress/region", address.Region, most: 100),
            form.Required("shippingAddress/postalCode", address.PostalCode, most: 20),
            country);
    }
}
