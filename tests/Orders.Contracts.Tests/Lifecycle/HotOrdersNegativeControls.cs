using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Embedded.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Lifecycle;

/// <summary>Caches that show what is old, or another's, are found; and the one of a process keeps within its bound.</summary>
public sealed class HotOrdersNegativeControls
{
    [Theory]
    [InlineData(nameof(HotOrdersContract.Keep_WhileAWriteGoesOn_IsPassedOver))]
    [InlineData(nameof(HotOrdersContract.Withdraw_TakesItOut_UntilTheLastWriterIsDone))]
    [InlineData(nameof(HotOrdersContract.Read_AfterASave_IsWhatWasSaved))]
    public Task ACacheThatIsNotTold_IsFound(string guard) => IsFoundAsync(guard, inner => new Careless(inner) { PassesWritesOn = false });

    [Theory]
    [InlineData(nameof(HotOrdersContract.Keep_AfterAWriteCameBetween_IsPassedOver))]
    [InlineData(nameof(HotOrdersContract.Keep_WhileAWriteGoesOn_IsPassedOver))]
    [InlineData(nameof(HotOrdersContract.Read_ThatASaveComesInto_IsNotShownAgain))]
    public Task ACacheThatKeepsWithoutATicket_IsFound(string guard) => IsFoundAsync(guard, inner => new Careless(inner) { AsksForTickets = false });

    [Fact]
    public Task ACacheThatForgetsWhoseItIs_IsFound() =>
        IsFoundAsync(nameof(HotOrdersContract.Read_ByAnother_IsNothing_HotOrNot), inner => new Careless(inner) { Owner = Bob });

    [Fact]
    public async Task Memory_IsBounded_AndWhatIsReadStays()
    {
        using var subject = Subject.OnMemory();
        var hot = new MemoryHotOrders(subject.Clock);
        for (var number = 0; number < 20_000; number++)
        {
            await KeepAsync(hot, Ref(number), bytes: 10_000);
            Assert.True(number == 0 || (await hot.FindAsync(Ref(0).OrderId, default)).Order is not null, $"The hottest was dropped at {number}.");
        }

        Assert.InRange(hot.Bytes, MemoryHotOrders.MostBytes / 3, MemoryHotOrders.MostBytes);
        await KeepAsync(hot, Ref(-1), bytes: 1_000_000);
        Assert.Null((await hot.FindAsync(Ref(-1).OrderId, default)).Order);
    }

    private static async Task KeepAsync(MemoryHotOrders hot, OrderRef order, int bytes)
    {
        if (await hot.FindAsync(order.OrderId, default) is { Order: null, Ticket: var ticket })
            await hot.KeepAsync(new HotOrder(order, 1, new byte[bytes]), ticket, default);
    }

    private static async Task IsFoundAsync(string guard, Func<IHotOrders, IHotOrders> around)
    {
        using var suite = new Suite(Subject.OnMemory().With<IHotOrders>((inner, _) => around(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(HotOrdersContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : HotOrdersContract(subject);

    private sealed class Careless(IHotOrders inner) : IHotOrders
    {
        public bool PassesWritesOn { get; init; } = true;

        public bool AsksForTickets { get; init; } = true;

        public UserId? Owner { get; init; }

        public async ValueTask<HotLook> FindAsync(OrderId order, CancellationToken cancellation)
        {
            var look = await inner.FindAsync(order, cancellation);
            return look.Order is { } kept && Owner is { } owner ? look with { Order = kept with { Order = new OrderRef(owner, order) } } : look;
        }

        public async ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation)
        {
            if (!AsksForTickets)
            {
                await inner.ReadmitAsync(answer.Order.OrderId, cancellation);
                ticket = (await inner.FindAsync(answer.Order.OrderId, cancellation)).Ticket;
            }

            await inner.KeepAsync(answer, ticket, cancellation);
        }

        public ValueTask WithdrawAsync(OrderId order, CancellationToken cancellation) =>
            PassesWritesOn ? inner.WithdrawAsync(order, cancellation) : ValueTask.CompletedTask;

        public ValueTask ReadmitAsync(OrderId order, CancellationToken cancellation) =>
            PassesWritesOn ? inner.ReadmitAsync(order, cancellation) : ValueTask.CompletedTask;
    }
}
