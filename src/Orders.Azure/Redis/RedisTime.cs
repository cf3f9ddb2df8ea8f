namespace Orders.Azure.Redis;

/// <summary>
/// Instants as scripts count them: microseconds since 1970, which a Lua number holds exactly (ticks it would not). Rounded down; a bound of "before"
/// is rounded up, so that nothing which is before it is missed.
/// </summary>
internal static class RedisTime
{
    public static long Of(DateTimeOffset at) => Math.DivRem(at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond).Quotient;

    public static long Before(DateTimeOffset bound) =>
        (bound.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset At(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
