namespace Orders.Application.Access;

/// <summary>
/// Whether the last try at something failed. A failure is remembered for a minute: after that nobody knows, and who is asked no more because of it would never be well again.
/// Safe to call from all threads.
/// </summary>
public sealed class LastTry(TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private long failedAt;

    public bool HasFailed => Volatile.Read(ref failedAt) is > 0 and var at && clock.GetUtcNow().UtcTicks - at < Remembered.Ticks;

    public void Failed() => Volatile.Write(ref failedAt, clock.GetUtcNow().UtcTicks);

    public void Succeeded()
    {
        // Nearly always there is nothing to forget, and then nothing is written that other threads read.
        if (Volatile.Read(ref failedAt) != 0)
            Volatile.Write(ref failedAt, 0);
    }
}
