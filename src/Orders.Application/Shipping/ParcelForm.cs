namespace Orders.Application.Shipping;

/// <summary>The form of what a parcel is known by, whichever way it goes.</summary>
internal static class ParcelForm
{
    public static (string Carrier, string TrackingNumber) Check(Form form, string? carrier, string? trackingNumber) => (
        form.Required("carrier", carrier, most: 50),
        form.Required(
            "trackingNumber", trackingNumber, most: 100, c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '_' or '/' or '-',
            "letters, digits, space and . _ / -"));
}
