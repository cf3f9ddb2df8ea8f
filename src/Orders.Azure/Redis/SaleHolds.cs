using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Azure.Redis;

/// <summary>Reservations of a sale as the scripts tell them, and the cursor of their list.</summary>
internal static class SaleHolds
{
    private const int Fields = 11;

    /// <summary>Null for nothing, and for another user's.</summary>
    public static SaleHold? Read(HoldKey key, string[] fields) => fields.Length == Fields && fields[0] == key.Order.UserId.Value
        ? new SaleHold(
            new SaleClaim(key, Id.Parse<Sku>(fields[1]), int.Parse(fields[2], CultureInfo.InvariantCulture), fields[3].Length == 0 ? null : fields[3], fields[4]),
            fields[5] switch
            {
                "held" => fields[8].Length > 0 ? SaleHoldState.Waiting : SaleHoldState.Kept,
                "sold" => SaleHoldState.Sold,
                _ => SaleHoldState.Released,
            },
            long.Parse(fields[6], CultureInfo.InvariantCulture), RedisTime.At(long.Parse(fields[7], CultureInfo.InvariantCulture)),
            fields[9].Length == 0 ? null : Enum.Parse<SaleEnd>(fields[9]), fields[10].Length == 0 ? null : fields[10])
        : null;

    public static string CursorOf(SaleId sale, string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{sale}\n{name}"));

    /// <exception cref="FormatException">It is not one of this sale's list.</exception>
    public static string AfterOf(SaleId sale, string? cursor)
    {
        if (cursor is null)
            return "";
        if (Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n') is [var of, var name] && of == sale.Value
            && name.Split(':', 3) is [var order, { Length: 10 }, { Length: > 0 }] && OrderId.TryParse(order, out _))
            return name;
        throw new FormatException("The cursor is not one of this list.");
    }
}
