namespace Orders.Application.Payments;

/// <summary>How days are reconciled (section <c>Reconciliation</c>).</summary>
public sealed record ReconciliationPolicy
{
    /// <summary>Whether what is safe is put right by itself; else it waits for approval like the rest. True.</summary>
    public bool ApplySafe { get; init; } = true;

    /// <summary>
    /// How long money may be on its way into the statement: what we know of since less is not missing there, and may stand on the next day's.
    /// Less than a day. 2 hours.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many orders are compared by one activity. 100.</summary>
    public int PartSize { get; init; } = 100;

    /// <summary>How many such activities run at once. 8.</summary>
    public int PartsAtOnce { get; init; } = 8;

    /// <summary>What the hourly run looks back over. 2 hours, so that each hour is looked at twice.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromHours(2);

    /// <summary>After how long people are told again of money that belongs to no payment of ours and waits for its order. 24 hours.</summary>
    public TimeSpan UnknownMoneyPatience { get; init; } = TimeSpan.FromHours(24);

    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public ReconciliationPolicy Checked() =>
        Grace < TimeSpan.Zero || Grace >= TimeSpan.FromDays(1) ? throw new InvalidOperationException("The setting Reconciliation:Grace must be 0 to less than a day.")
        : PartSize is < 1 or > 1_000 ? throw new InvalidOperationException("The setting Reconciliation:PartSize must be 1 to 1000.")
        : PartsAtOnce is < 1 or > 10 ? throw new InvalidOperationException("The setting Reconciliation:PartsAtOnce must be 1 to 10.")
        : LookBack < TimeSpan.FromHours(1) || LookBack > TimeSpan.FromDays(1) ? throw new InvalidOperationException("The setting Reconciliation:LookBack must be an hour to a day.")
        : UnknownMoneyPatience <= TimeSpan.Zero ? throw new InvalidOperationException("The setting Reconciliation:UnknownMoneyPatience must be above 0.")
        : this;
}
