namespace Orders.Azure.Cosmos;

/// <summary>
/// Instants of writing, each later than the one before it within this process: never two in one instant, and none before what is in a list already. Of writes at once the
/// later stamp may still be stored first, and between hosts they are as good as their clocks: a list of all is read again, or fed by events besides, where a few
/// seconds matter.
/// </summary>
public sealed class MadeStamps(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long last;

    public DateTimeOffset Next()
    {
        lock (gate)
        {
            last = Math.Max(clock.GetUtcNow().UtcTicks, last + 1);
            return new DateTimeOffset(last, TimeSpan.Zero);
        }
    }
}
