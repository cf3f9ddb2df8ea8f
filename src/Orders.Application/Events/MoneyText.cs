using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>Amounts as people read them: minor units by the currency's number of decimals (ISO 4217).</summary>
public static class MoneyText
{
    private static readonly HashSet<string> NoDecimals =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];

    private static readonly HashSet<string> ThreeDecimals = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    public static string Of(Money money)
    {
        var decimals = NoDecimals.Contains(money.Currency.Value) ? 0 : ThreeDecimals.Contains(money.Currency.Value) ? 3 : 2;
        var unit = decimals switch { 0 => 1m, 3 => 1_000m, _ => 100m };
        var amount = (money.Amount / unit).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return $"{amount} {money.Currency}";
    }
}
