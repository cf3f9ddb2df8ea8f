using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>
/// The last events that were read: each comes once per subscription, and reading one costs more than most of what its consumers do with it. Found by
/// message id and the very same bytes, so another body is never taken for it; so many at most, a newer one in the place of an older.
/// </summary>
public sealed class RecentEvents
{
    private const int Most = 1024;

    private readonly Read?[] places = new Read?[Most];

    /// <exception cref="System.Text.Json.JsonException">Not an event.</exception>
    public OrderEventEnvelope Parse(string? messageId, ReadOnlyMemory<byte> body)
    {
        ref var place = ref places[(uint)StringComparer.Ordinal.GetHashCode(messageId ?? "") % Most];
        if (Volatile.Read(ref place) is { } known && known.Body.Span.SequenceEqual(body.Span))
            return known.Event;
        var parsed = OrderEventEnvelope.Parse(body.Span);
        Volatile.Write(ref place, new Read(body, parsed));
        return parsed;
    }

    private sealed record Read(ReadOnlyMemory<byte> Body, OrderEventEnvelope Event);
}
