using System.Globalization;
using Orders.Domain;

namespace Orders.Application.Lifecycle;

/// <summary>An order's answer as it is sent, with what it takes to know whether it may be.</summary>
/// <param name="Order">Whose it is: asked again at every reading.</param>
/// <param name="Version">The order's version.</param>
/// <param name="Body">The whole JSON; nobody changes it.</param>
public sealed record HotOrder(OrderRef Order, long Version, byte[] Body)
{
    /// <summary>The entity tag of that version, in its quotes.</summary>
    public string Tag { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{Version}\"");
}

/// <summary>What a look into the cache gave.</summary>
/// <param name="Order">The answer; null when it is to be read and made anew.</param>
/// <param name="Ticket">Says under which the answer may then be kept, if no write came between.</param>
public readonly record struct HotLook(HotOrder? Order, long Ticket);

/// <summary>
/// The answers of orders that are read again and again. A write withdraws the order before and lets it in again after, so a reader never sees
/// an order older than what was answered by who shares this cache: what was read before the write ended is not kept. It is a cache: bounded, emptied at
/// any time, and what is in it is at most <see cref="KeptFor"/> old, which is how late a write by somebody who does not share it is seen.
/// </summary>
public interface IHotOrders
{
    /// <summary>How long an answer is shown at most, however hot.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    /// <summary>The order's answer, whosever it is: the caller checks the owner.</summary>
    ValueTask<HotLook> FindAsync(OrderId order, CancellationToken cancellation);

    /// <summary>Keeps an answer whose order was read after the look that gave the ticket; passes over it when a write has begun since.</summary>
    ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation);

    /// <summary>Somebody is about to write the order: until as many <see cref="ReadmitAsync"/> have come, nothing of it is found or kept.</summary>
    ValueTask WithdrawAsync(OrderId order, CancellationToken cancellation);

    /// <summary>The write is over, whatever became of it.</summary>
    ValueTask ReadmitAsync(OrderId order, CancellationToken cancellation);
}
