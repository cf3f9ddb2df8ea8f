namespace Orders.Domain.Lifecycle;

/// <summary>What an event does to a state. With at-least-once delivery "already there" is as common as "moved".</summary>
public abstract record Transition
{
    private Transition()
    {
    }

    /// <summary>The order is in another state, or in the same with other data.</summary>
    public sealed record Moved(OrderState To) : Transition;

    /// <summary>The very same fact was applied before: success, unchanged.</summary>
    public sealed record AlreadyApplied : Transition;

    /// <summary>Not a row of the table, or a different fact of the same kind: refused, never ignored.</summary>
    public sealed record Illegal(string Because) : Transition;
}
