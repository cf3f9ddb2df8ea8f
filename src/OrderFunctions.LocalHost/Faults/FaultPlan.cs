namespace OrderFunctions.LocalHost.Faults;

/// <summary>How a call of a port goes wrong.</summary>
public enum FaultMode
{
    /// <summary>It never reaches the other side.</summary>
    Fail,

    /// <summary>It is answered by nothing for <see cref="FaultPlan.HangTime"/>, then fails; it had no effect.</summary>
    Hang,

    /// <summary>It has its effect and the answer is lost.</summary>
    LoseAnswer,

    /// <summary>It reaches the other side twice.</summary>
    AnswerTwice,

    /// <summary>The event that it carries is cut off in its middle: what a broken publisher does, and no consumer can read. Port <c>events</c> only.</summary>
    Garble,
}

/// <summary>One planned fault.</summary>
/// <param name="Port">A name of <see cref="FaultyPorts.Names"/>.</param>
/// <param name="Operation">A method of that port, without <c>Async</c>, ignoring case; null for all.</param>
/// <param name="Mode">What goes wrong.</param>
/// <param name="Times">How often at most; null for no end.</param>
/// <param name="Rate">Share of the calls, above 0 and up to 1; null for all.</param>
/// <param name="Seed">Seed of the draw for <paramref name="Rate"/>; 0 when null.</param>
public sealed record Fault(string Port, string? Operation, FaultMode Mode, int? Times = null, double? Rate = null, int? Seed = null);

/// <summary>The faults that are planned now. Replaced as a whole; an empty list clears them.</summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private volatile Planned[] planned = [];

    /// <summary>How long a hanging call hangs: 15 seconds of the host's time, longer than every pipeline's time-out of one try.</summary>
    public TimeSpan HangTime { get; set; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<Fault> Faults => [.. planned.Select(one => one.Fault)];

    /// <summary>Whether nothing is planned: read before every call of a port.</summary>
    public bool IsEmpty => planned.Length == 0;

    public void Replace(IEnumerable<Fault> faults)
    {
        lock (gate)
            planned = [.. faults.Select(fault => new Planned(fault))];
    }

    /// <summary>What happens to this call; null for nothing. The first fault that wants it takes it.</summary>
    public FaultMode? Draw(string port, string operation)
    {
        if (IsEmpty)
            return null;
        lock (gate)
        {
            foreach (var one in planned)
            {
                if (one.Takes(port, operation))
                    return one.Fault.Mode;
            }
        }

        return null;
    }

    private sealed class Planned(Fault fault)
    {
        private readonly Random chance = new(fault.Seed ?? 0);
        private int left = fault.Times ?? int.MaxValue;

        public Fault Fault { get; } = fault;

        public bool Takes(string port, string operation)
        {
            if (left == 0
                || !string.Equals(port, Fault.Port, StringComparison.OrdinalIgnoreCase)
                || (Fault.Operation is { } named && !string.Equals(operation, named, StringComparison.OrdinalIgnoreCase))
                || (Fault.Rate is { } rate && chance.NextDouble() >= rate))
            {
                return false;
            }

            if (Fault.Times is not null)
                left--;
            return true;
        }
    }
}
