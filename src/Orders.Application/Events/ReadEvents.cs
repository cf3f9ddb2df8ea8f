using System.Globalization;
using System.Text.Json;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>An order's event as it was, or will be, published.</summary>
/// <param name="Version">The order's after the change.</param>
/// <param name="Event">The CloudEvent itself.</param>
public sealed record OrderEventView(long Version, string Type, DateTime At, JsonElement Event);

/// <summary>The events of an order, the first ones first within the page; the next page has those before.</summary>
public sealed record OrderEventsView(string OrderId, IReadOnlyList<OrderEventView> Items, string? NextCursor);

/// <summary>An order's events for support and operators: the newest page first, within it in their order.</summary>
public sealed class ReadEvents(IOrderStore orders, IEventLog log, PageCursors cursors)
{
    public async Task<Result<OrderEventsView>> RunAsync(OrderId orderId, string? limit, string? cursor, CancellationToken cancellation)
    {
        var form = new Form();
        var most = Paging.Limit(form, limit);
        if (form.Refusal is { } refusal)
            return refusal;
        if (await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var page = await cursors.ReadAsync(cursor, inner => ReadAsync(place, most, inner, cancellation)).ConfigureAwait(false);
        return page.Succeeded ? new OrderEventsView(orderId.Value, page.Value.Items, page.Value.NextCursor) : page.Refusal;
    }

    private async Task<Page<OrderEventView>> ReadAsync(OrderRef order, int limit, string? inner, CancellationToken cancellation)
    {
        var found = await log.ListAsync(order, BeforeOf(order, inner), limit, cancellation).ConfigureAwait(false);
        var next = found.Count == limit && found[^1].Sequence > 1 ? string.Create(CultureInfo.InvariantCulture, $"{order.OrderId}:{found[^1].Sequence}") : null;
        return new Page<OrderEventView>([.. found.Reverse().Select(Show)], next);
    }

    /// <exception cref="FormatException">It is another order's.</exception>
    private static long? BeforeOf(OrderRef order, string? inner)
    {
        if (inner is null)
            return null;
        var prefix = order.OrderId.Value + ":";
        return inner.StartsWith(prefix, StringComparison.Ordinal)
            ? long.Parse(inner.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
            : throw new FormatException("The cursor is of another order.");
    }

    private static OrderEventView Show(OutboxItem item)
    {
        using var json = JsonDocument.Parse(item.Body);
        return new OrderEventView(item.Sequence, item.Type, item.At.UtcDateTime, json.RootElement.Clone());
    }
}
