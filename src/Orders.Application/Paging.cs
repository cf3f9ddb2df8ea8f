using System.Globalization;

namespace Orders.Application;

/// <summary>The parameters that all lists have: <c>limit</c> 1 to 100, 20 if left out, and an opaque <c>cursor</c>.</summary>
internal static class Paging
{
    private const int DefaultLimit = 20;
    private const int MostItems = 100;

    public static readonly Refusal ForeignCursor = Refusal.Invalid.Field("cursor", "is not a cursor of this list");

    public static int Limit(Form form, string? limit)
    {
        if (string.IsNullOrEmpty(limit))
            return DefaultLimit;
        if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostItems)
            return number;
        form.Error("limit", $"must be 1 to {MostItems}");
        return DefaultLimit;
    }
}
