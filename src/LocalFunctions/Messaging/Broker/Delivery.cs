namespace LocalFunctions.Messaging.Broker;

/// <summary>What one run of a function gets: a message, or a batch, with what each of them is held by.</summary>
internal sealed class Delivery(IReadOnlyList<StoredMessage> messages)
{
    // One for each message and one for the run itself: whoever ends the last of them gives the session free.
    private int open = messages.Count + 1;

    public IReadOnlyList<StoredMessage> Messages { get; } = messages;

    public List<Held> Holds { get; } = new(messages.Count);

    public string? Session => Messages[0].Session;

    /// <summary>A message was settled or given back, or the run ended; true when that was the last of it.</summary>
    public bool EndOne() => Interlocked.Decrement(ref open) == 0;
}

/// <summary>One delivery of one message: who has it, and until when.</summary>
internal sealed class Held(Delivery delivery, StoredMessage message, DateTimeOffset until)
{
    public Delivery Delivery { get; } = delivery;

    public StoredMessage Message { get; } = message;

    /// <summary>Names this delivery. Made of the message's number and its delivery, so that a repeated run has the same tokens.</summary>
    public Guid Token { get; } = new(message.Deliveries, 0, 0, BitConverter.GetBytes(message.Sequence));

    /// <summary>When the lock ends unless it is renewed. Guarded by <see cref="HeldMessages"/>.</summary>
    public DateTimeOffset Until { get; set; } = until;
}
