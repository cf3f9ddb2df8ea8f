namespace Orders.Domain.Checkout;

/// <summary>Where parcels go. Personal data: it stays in the order and the search index.</summary>
/// <param name="Name">Recipient, 1–200 characters.</param>
/// <param name="Line1">Street and number, 1–200 characters.</param>
/// <param name="Line2">More of it, at most 200 characters.</param>
/// <param name="City">1–100 characters.</param>
/// <param name="Region">State, province or canton, at most 100 characters.</param>
/// <param name="PostalCode">1–20 characters.</param>
/// <param name="Country">ISO 3166-1 alpha-2, two capital letters.</param>
public sealed record Address(string Name, string Line1, string? Line2, string City, string? Region, string PostalCode, string Country)
{
    /// <summary>The address without the person: of it the country stays, for the books are kept by it.</summary>
    public Address WithoutThePerson() => new("", "", Line2: null, "", Region: null, "", Country);

    /// <summary>Never an address in a log by accident.</summary>
    public override string ToString() => $"(address in {Country})";
}
