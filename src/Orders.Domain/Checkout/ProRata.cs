namespace Orders.Domain.Checkout;

/// <summary>Spreads an amount over parts by their weight, in whole minor units, to the last of them.</summary>
public static class ProRata
{
    /// <summary>
    /// Each part gets its exact share rounded down; the units that are left go one each to the parts that lost most by rounding, and among equals to the
    /// earlier one (largest remainder). The shares add up to the amount, and none exceeds its weight as long as the amount doesn't exceed their sum.
    /// </summary>
    /// <param name="amount">0 to the sum of the weights.</param>
    /// <param name="weights">None below 0.</param>
    public static IReadOnlyList<long> Spread(long amount, IReadOnlyList<long> weights)
    {
        var sum = weights.Aggregate(0L, (total, weight) => checked(total + weight));
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, sum);
        if (sum == 0)
            return new long[weights.Count];

        // The product of two amounts outgrows 64 bits.
        var shares = weights.Select(weight => (long)((Int128)amount * weight / sum)).ToArray();
        var left = amount - shares.Sum();
        foreach (var part in Enumerable.Range(0, shares.Length).OrderByDescending(i => (Int128)amount * weights[i] % sum).ThenBy(i => i).Take((int)left))
            shares[part]++;
        return shares;
    }
}
