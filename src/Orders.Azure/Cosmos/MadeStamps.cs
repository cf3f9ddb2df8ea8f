namespace Orders.Azure.Cosmos;

/// <summary>
/// Instants of writing that grow within this process, so that what is written later is found later in a list that is read meanwhile. Between hosts they are as good as
/// their clocks: a list of all is read again, or fed by events besides, where a few seconds matter.
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
