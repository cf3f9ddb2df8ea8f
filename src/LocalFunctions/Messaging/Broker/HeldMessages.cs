namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// The locks of one listener, in memory: after a crash nobody holds anything. Whoever removes a message from here settles it or gives it
/// back, and nobody else does.
/// </summary>
internal sealed class HeldMessages
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Held> bySequence = [];

    /// <summary>The earliest end of a lock.</summary>
    public DateTimeOffset? FirstEnd
    {
        get
        {
            lock (gate)
                return bySequence.Count == 0 ? null : bySequence.Values.Min(held => held.Until);
        }
    }

    public void Add(Held held)
    {
        lock (gate)
            bySequence.Add(held.Message.Sequence, held);
    }

    /// <summary>False when somebody else removed it before.</summary>
    public bool Remove(Held held)
    {
        lock (gate)
            return bySequence.TryGetValue(held.Message.Sequence, out var current) && current == held && bySequence.Remove(held.Message.Sequence);
    }

    /// <summary>Null when this delivery is settled or its lock was lost.</summary>
    public Held? Remove(long sequence, Guid token)
    {
        lock (gate)
            return bySequence.TryGetValue(sequence, out var held) && held.Token == token && bySequence.Remove(sequence) ? held : null;
    }

    public bool Renew(long sequence, Guid token, DateTimeOffset until)
    {
        lock (gate)
        {
            if (!bySequence.TryGetValue(sequence, out var held) || held.Token != token)
                return false;
            held.Until = held.Until > until ? held.Until : until;
            return true;
        }
    }

    /// <summary>The function has returned without settling: nobody renews the lock any more.</summary>
    public void StopRenewing(Held held, DateTimeOffset until)
    {
        lock (gate)
            held.Until = until;
    }

    public bool AnyEnded(DateTimeOffset now)
    {
        lock (gate)
            return bySequence.Count > 0 && bySequence.Values.Any(held => held.Until <= now);
    }

    /// <summary>Removes those whose lock has ended.</summary>
    public IReadOnlyList<Held> RemoveEnded(DateTimeOffset now)
    {
        lock (gate)
        {
            if (bySequence.Count == 0)
                return [];
            Held[] ended = [.. bySequence.Values.Where(held => held.Until <= now).OrderBy(held => held.Message.Sequence)];
            foreach (var held in ended)
                bySequence.Remove(held.Message.Sequence);
            return ended;
        }
    }
}
