using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>Where an address stands in a request, and whether it is one.</summary>
internal static class AddressForm
{
    public static Address? Check(Form form, string field, AddressRequest? address, bool required)
    {
        if (address is null)
        {
            if (required)
                form.Error(field, "is missing");
            return null;
        }

        var country = form.Required($"{field}/country", address.Country, most: 2);
        if (country.Length > 0 && !IsoCodes.Countries.Contains(country))
            form.Error($"{field}/country", "is not an ISO 3166-1 alpha-2 code in capital letters");
        return new Address(
            form.Required($"{field}/name", address.Name, most: 200),
            form.Required($"{field}/line1", address.Line1, most: 200),
            form.Optional($"{field}/line2", address.Line2, most: 200),
            form.Required($"{field}/city", address.City, most: 100),
            form.Optional($"{field}/region", address.Region, most: 100),
            form.Required($"{field}/postalCode", address.PostalCode, most: 20),
            country);
    }
}
