using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>An order in a list that goes round many, with what says whether it must be read at all. As it was when it was listed, perhaps some seconds ago.</summary>
public sealed record ListedOrder(OrderRef Ref, long Version, OrderStatus Status);

/// <summary>
/// Orders, each with its outbox item in one atomic batch in the buyer's partition. Saves are conditional on the version that was read.
/// Everything may be repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IOrderStore
{
    /// <summary>The order, or null. Reads its own writes.</summary>
    /// <exception cref="UnreadableOrderException">What is stored is no order; people must look at it.</exception>
    Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Where an order of which only the number is known lives; null when there is none. Costs a look across partitions.</summary>
    Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation);

    /// <summary>Stores a new order (version 1) and its first event, both or neither. Null on success, else the order that has this id already.</summary>
    Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation);

    /// <summary>
    /// Replaces the order if version <c>order.Version − 1</c> is stored, and adds the event, both or neither. False when another version is stored:
    /// read again, decide again.
    /// </summary>
    Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation);

    /// <summary>The buyer's orders, newest first, perhaps of one status.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>
    /// Orders whose <see cref="Order.Deadline"/> is before that instant, the oldest deadline first, page by page: one that can't be helped
    /// must not hide those behind it.
    /// </summary>
    Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>All orders of a flash sale, whatever became of them, in a fixed order of the store's, page by page. Costs a look across partitions.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>All orders that are not closed, in a fixed order of the store's, page by page: the sweep goes round and round with the cursor.</summary>
    Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>
    /// All orders, in a fixed order of the store's, page by page; one that is placed meanwhile comes too. Costs a look across partitions: for what is built
    /// anew from all of them.
    /// </summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation);
}
