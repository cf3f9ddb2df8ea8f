using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Contracts.Tests.Lifecycle;

/// <summary>Stores that overwrite, double or show too much are found.</summary>
public sealed class OrderStoreNegativeControls
{
    [Theory]
    [InlineData(nameof(OrderStoreContract.Save_OnAnotherVersion_ChangesNothingAndAddsNoEvent))]
    [InlineData(nameof(OrderStoreContract.Save_ByManyAtOnce_HasOneWinner))]
    [InlineData(nameof(OrderStoreContract.Create_OfAnIdThatIsThere_AnswersWithThatOrderAndAddsNoEvent))]
    [InlineData(nameof(OrderStoreContract.Create_ByManyAtOnce_HasOneWinner))]
    [InlineData(nameof(OrderStoreContract.Find_UnderAnotherUser_IsNothing))]
    [InlineData(nameof(OrderStoreContract.List_InPages_ShowsEachOfTheBuyersOrdersOnceNewestFirst))]
    [InlineData(nameof(OrderStoreContract.List_WithACursorThatIsNotItsOwn_IsRefused))]
    [InlineData(nameof(OrderStoreContract.ListOfSale_InPages_ShowsAllOfThatSaleWhateverBecameOfThem))]
    [InlineData(nameof(OrderStoreContract.Lists_SayVersionAndStatus_AsTheLastSaveLeftThem))]
    [InlineData(nameof(OrderStoreContract.ListAll_InPages_ShowsEachOnceWhateverBecameOfItAlsoWhileOrdersCome))]
    public async Task ACarelessStore_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<IOrderStore>((inner, _) => new CarelessStore(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(OrderStoreContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : OrderStoreContract(subject);

    /// <summary>Saves whatever is stored, creates over what is there, finds by number alone, and begins anew at a bad cursor.</summary>
    private sealed class CarelessStore(IOrderStore inner) : IOrderStore
    {
        public async Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) =>
            await inner.LocateAsync(order.OrderId, cancellation) is { } found ? await inner.FindAsync(found, cancellation) : null;

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => inner.LocateAsync(orderId, cancellation);

        public async Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
        {
            if (await inner.CreateAsync(order, outboxItem, cancellation) is { } there)
                await SaveAsync(order with { Version = there.Version + 1 }, outboxItem with { Sequence = there.Version + 1 }, cancellation);
            return null;
        }

        public async Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
        {
            while (await inner.FindAsync(order.Ref, cancellation) is { } stored)
            {
                var next = stored.Version + 1;
                if (await inner.SaveAsync(order with { Version = next }, outboxItem with { Sequence = next }, cancellation))
                    return true;
            }

            return false;
        }

        public async Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation)
        {
            try
            {
                var page = await inner.ListAsync(user, status, limit, cursor, cancellation);
                return page with { Items = [.. page.Items.Skip(cursor is null ? 0 : 1)] };
            }
            catch (FormatException)
            {
                return await inner.ListAsync(user, status, limit, cursor: null, cancellation);
            }
        }

        public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
            inner.FindOverdueAsync(before, limit, cursor, cancellation);

        public async Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
            new([.. (await inner.ListOpenAsync(limit, cursor: null, cancellation)).Items.Select(order => order.Ref)], NextCursor: null);

        public async Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
            (await inner.ListOpenAsync(limit, cursor: null, cancellation)) with { NextCursor = null };

        public async Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation)
        {
            var page = await inner.ListOpenAsync(limit, cursor, cancellation);
            return page with { Items = [.. page.Items.Select(order => order with { Version = 1 })] };
        }
    }
}
