using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// Stands before an order store and takes what it writes out of the hot orders: every save of this process goes through here, whoever asks for
/// it. A new order needs nothing: what is not there is not kept.
/// </summary>
/// <typeparam name="TStore">The adapter behind it.</typeparam>
public sealed class HotOrderStore<TStore>(TStore orders, IHotOrders hot, ILogger<HotOrderStore<TStore>> log) : IOrderStore
    where TStore : class, IOrderStore
{
    public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => orders.FindAsync(order, cancellation);

    public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => orders.LocateAsync(orderId, cancellation);

    public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) =>
        orders.CreateAsync(order, outboxItem, cancellation);

    public async Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        await TellAsync(order.OrderId, withdraw: true).ConfigureAwait(false);
        try
        {
            return await orders.SaveAsync(order, outboxItem, cancellation).ConfigureAwait(false);
        }
        finally
        {
            // Refused or lost, too: the answer may have been made of what another writer has replaced.
            await TellAsync(order.OrderId, withdraw: false).ConfigureAwait(false);
        }
    }

    public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
        orders.ListAsync(user, status, limit, cursor, cancellation);

    public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
        orders.FindOverdueAsync(before, limit, cursor, cancellation);

    public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) => orders.ListOpenAsync(limit, cursor, cancellation);

    public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
        orders.ListOfSaleAsync(sale, limit, cursor, cancellation);

    public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) => orders.ListAllAsync(limit, cursor, cancellation);

    /// <summary>A cache that is away stops nobody from writing: what it may still show is old for a few seconds (<see cref="IHotOrders.KeptFor"/>).</summary>
    private async ValueTask TellAsync(OrderId order, bool withdraw)
    {
        try
        {
            if (withdraw)
                await hot.WithdrawAsync(order, CancellationToken.None).ConfigureAwait(false);
            else
                await hot.ReadmitAsync(order, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            log.HotOrderNotTold(away, order.Value);
        }
    }
}
