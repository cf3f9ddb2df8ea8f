using Orders.Domain;

namespace Orders.Application.AfterSales;

/// <summary>An order of which a case was completed.</summary>
/// <param name="At">When its last one was.</param>
public sealed record CompletedOrder(OrderRef Order, DateTimeOffset At);

/// <summary>
/// Orders by the completion of their after-sale cases, kept by <see cref="Lifecycle.IOrderStore"/> in the save that completes one. What a completion
/// brings happens by its event; by this list a sweep finds what an event did not do.
/// </summary>
public interface ICompletedCases
{
    /// <summary>
    /// Orders whose last completed case was completed before that instant, the earliest first, those of one instant by order id; each once, at its last
    /// completion. Reads only; may be repeated.
    /// </summary>
    /// <param name="after">Where the page before ended; null for the beginning.</param>
    Task<IReadOnlyList<CompletedOrder>> FindAsync(CompletedOrder? after, DateTimeOffset before, int limit, CancellationToken cancellation);
}
