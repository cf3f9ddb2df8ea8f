namespace Orders.Domain.Lifecycle;

/// <summary>Deadlines are whole seconds, rounded up, so that timers, sweeps and what the buyer reads mean the same instant.</summary>
public static class Deadlines
{
    /// <summary>The first whole second at least <paramref name="window"/> after <paramref name="at"/>, in UTC.</summary>
    public static DateTimeOffset After(DateTimeOffset at, TimeSpan window)
    {
        var ticks = checked(at.UtcTicks + window.Ticks);
        var rest = ticks % TimeSpan.TicksPerSecond;
        return new DateTimeOffset(rest == 0 ? ticks : ticks + TimeSpan.TicksPerSecond - rest, TimeSpan.Zero);
    }
}
