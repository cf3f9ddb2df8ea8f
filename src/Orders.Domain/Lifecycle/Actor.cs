namespace Orders.Domain.Lifecycle;

/// <summary>Who moved an order, as its timeline shows it: <c>customer</c>, <c>merchant</c>, <c>support</c>, <c>ops</c>, <c>carrier</c>, <c>provider</c> or <c>system</c>.</summary>
public static class Actor
{
    public const string Customer = "customer";
    public const string Provider = "provider";
    public const string System = "system";
}

/// <summary>One state change. The first has no <paramref name="From"/>.</summary>
/// <param name="At">When.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="By">A word of <see cref="Actor"/> or a role.</param>
/// <param name="Reason">In words, for people.</param>
public sealed record TimelineEntry(DateTimeOffset At, OrderStatus? From, OrderStatus To, string By, string Reason);
