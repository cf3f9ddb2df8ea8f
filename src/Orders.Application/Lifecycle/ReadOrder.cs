using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>One order as it is answered, for its buyer or staff. Another's is <see cref="Refusal.NotFound"/>, hot or not.</summary>
public sealed class ReadOrder(OrderAccess access, IHotOrders hot, ILogger<ReadOrder> log)
{
    private static readonly Refusal NotFound = new Refusal.NotFound("order");

    /// <summary>Done at once when the order is hot.</summary>
    public async ValueTask<Result<HotOrder>> RunAsync(Caller caller, OrderId orderId, CancellationToken cancellation)
    {
        var look = await LookAsync(orderId, cancellation).ConfigureAwait(false);
        if (look?.Order is { } kept)
            return caller.MaySee(kept.Order) ? kept : NotFound;
        if (await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is not { } order)
            return NotFound;
        var answer = new HotOrder(order.Ref, order.Version, JsonSerializer.SerializeToUtf8Bytes(OrderView.Of(order), ApiJson.Default.OrderView));
        if (look is { Ticket: var ticket })
            await KeepAsync(answer, ticket, cancellation).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Null when the cache is away: then the store is asked, and nothing kept.</summary>
    private async ValueTask<HotLook?> LookAsync(OrderId order, CancellationToken cancellation)
    {
        try
        {
            return await hot.FindAsync(order, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.HotOrdersAway(away);
            return null;
        }
    }

    private async ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation)
    {
        try
        {
            await hot.KeepAsync(answer, ticket, cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.HotOrdersAway(away);
        }
    }
}
