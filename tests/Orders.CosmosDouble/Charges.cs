namespace Orders.CosmosDouble;

/// <summary>
/// Request units, roughly: a document of 1 KB costs 1 to read and 5.5 to write, and each further KB adds to it. Good for "this got twice as dear", not for
/// a bill: the service's figures depend on the index and the consistency.
/// </summary>
internal static class Charges
{
    /// <summary>A patch costs a little more than the replace that it spares.</summary>
    public const double PatchFactor = 1.1;

    /// <summary>For what leads to no document.</summary>
    public const double Nothing = 1;

    private const double QueryBase = 2.3;

    public static double Read(int bytes) => 1 + (0.3 * (Kilobytes(bytes) - 1));

    public static double Write(int bytes) => 5.5 + (1.9 * (Kilobytes(bytes) - 1));

    /// <param name="loaded">What the index led to, whether it met the rest of the condition or not.</param>
    public static double Query(IEnumerable<Item> loaded) => QueryBase + loaded.Sum(item => 0.25 * Read(item.Size));

    private static double Kilobytes(int bytes) => Math.Max(1, bytes / 1024.0);
}
