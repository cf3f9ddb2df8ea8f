using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>A line of a provider's statement as it was read.</summary>
/// <param name="Provider">Whose statement.</param>
/// <param name="Period">Of which: a day (<see cref="StatementPeriods.Of"/>) or the last hours.</param>
/// <param name="Number">Its place there, from 0.</param>
public sealed record StoredLine(string Provider, string Period, long Number, StatementLine Line)
{
    /// <summary>Begins the key of a line that names no order of ours, and sorts behind all orders; a hash of its number follows.</summary>
    public const string NoOrder = "~";

    private const int OrderCharacters = 26;

    /// <summary>The payment, if the line names one that can be ours.</summary>
    public PaymentId? PaymentId => Domain.PaymentId.TryParse(Line.PaymentId, out var payment) ? payment : null;

    /// <summary>The order that the line names, or its payment's, as the key by which lines and differences are found.</summary>
    public string OrderKey =>
        OrderId.TryParse(Line.OrderId, out var named) ? named.Value
        : PaymentId is { } payment ? payment.Value[..OrderCharacters]
        : NoOrder + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Line.Reference)).AsSpan(0, 10));
}

/// <summary>Names of what is read of a statement at a time.</summary>
public static class StatementPeriods
{
    /// <summary>What the hourly run reads: the last hours, over and over.</summary>
    public const string Recent = "recent";

    /// <summary>A UTC day.</summary>
    public static string Of(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>
/// Providers' statements as they were read, line by line and period by period, so that a day can be compared again and an order's lines be
/// shown. Everything may be repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IStatements
{
    /// <summary>Orders whose lines are asked for at once.</summary>
    const int MostOrders = 100;

    /// <summary>Puts lines in their places, whatever stood there; those of a period all or none. At most <see cref="OrderLimits.MostStatementLines"/>.</summary>
    Task PutAsync(IReadOnlyList<StoredLine> lines, CancellationToken cancellation);

    /// <summary>The period has so many lines and has been read: what stands in later places, from an earlier reading, goes.</summary>
    Task CompleteAsync(string provider, string period, long count, CancellationToken cancellation);

    /// <summary>Whether it was completed.</summary>
    Task<bool> WasReadAsync(string provider, string period, CancellationToken cancellation);

    /// <summary>All lines of an order, of all periods, by time; the first 1,000.</summary>
    Task<IReadOnlyList<StoredLine>> FindAsync(string orderKey, CancellationToken cancellation);

    /// <summary>The same of many orders; of who has none there is none.</summary>
    /// <param name="orderKeys">At most <see cref="MostOrders"/>.</param>
    Task<ILookup<string, StoredLine>> FindManyAsync(IReadOnlyCollection<string> orderKeys, CancellationToken cancellation);

    /// <summary>The keys of orders with a line in the period, ascending, those after <paramref name="after"/> (null for all).</summary>
    /// <param name="limit">1 to 10,000.</param>
    Task<IReadOnlyList<string>> ListOrdersAsync(string period, string? after, int limit, CancellationToken cancellation);

    /// <summary>The sums of the period's lines over all providers, by direction and currency.</summary>
    Task<IReadOnlyList<MoneySum>> SumAsync(string period, CancellationToken cancellation);
}
