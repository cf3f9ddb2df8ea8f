using Orders.Domain;

namespace Orders.Azure.Payments;

/// <summary>
/// Our minor units (ISO 4217) as Stripe counts them, and back. They differ for some currencies: an amount a hundred times too small is the price of
/// taking one table for the other. https://docs.stripe.com/currencies
/// </summary>
internal static class StripeUnits
{
    /// <summary>Without decimals by ISO 4217, but with two at Stripe, which must be 00.</summary>
    private static readonly HashSet<string> WholeAsHundredths = ["ISK", "UGX"];

    /// <summary>Two decimals by ISO 4217, none at Stripe.</summary>
    private static readonly HashSet<string> HundredthsAsWhole = ["MGA"];

    /// <summary>Three decimals for both, of which Stripe takes two: the last digit must be 0.</summary>
    private static readonly HashSet<string> Thousandths = ["BHD", "JOD", "KWD", "OMR", "TND"];

    /// <summary>Three decimals by ISO 4217, of which Stripe's page says nothing: not taken, rather than wrong by ten.</summary>
    private static readonly HashSet<string> Unknown = ["IQD", "LYD"];

    /// <summary>Null when Stripe has no such amount: it is never rounded.</summary>
    public static long? Of(Money money)
    {
        var (amount, currency) = (money.Amount, money.Currency.Value);
        if (amount <= 0 || Unknown.Contains(currency))
            return null;
        if (WholeAsHundredths.Contains(currency))
            return amount <= long.MaxValue / 100 ? amount * 100 : null;
        if (HundredthsAsWhole.Contains(currency))
            return amount % 100 == 0 ? amount / 100 : null;
        return Thousandths.Contains(currency) && amount % 10 != 0 ? null : amount;
    }

    /// <summary>Money that Stripe tells of; null when it is none that there can be.</summary>
    /// <param name="amount">As Stripe counts.</param>
    /// <param name="currency">Three letters, in small ones as Stripe writes them.</param>
    public static Money? Read(long amount, string? currency)
    {
        if (!Currency.TryParse(currency?.ToUpperInvariant(), out var known) || Unknown.Contains(known.Value))
            return null;
        if (WholeAsHundredths.Contains(known.Value))
            return amount % 100 == 0 ? new Money(amount / 100, known) : null;
        if (HundredthsAsWhole.Contains(known.Value))
            return amount <= long.MaxValue / 100 ? new Money(amount * 100, known) : null;
        return new Money(amount, known);
    }
}
