namespace OrderFunctions.Access;

/// <summary>
/// So many requests at once, and none that waits for a slot: who waits costs memory and is answered late, while one that is told so at once
/// can come back. Whoever entered must leave.
/// </summary>
internal sealed class Slots(int most)
{
    private int taken;

    /// <summary>Slots that are taken now.</summary>
    public int Taken => Volatile.Read(ref taken);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref taken) <= most)
            return true;
        Interlocked.Decrement(ref taken);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref taken);
}
