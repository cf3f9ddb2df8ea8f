using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Lifecycle;

/// <summary>What every cache of hot orders must do, alone and between readers and writers.</summary>
public abstract class HotOrdersContract(Subject subject) : ContractTests(subject)
{
    private IHotOrders Hot => Subject.Port<IHotOrders>();

    private IOrderStore Orders => Subject.Port<IOrderStore>();

    [Fact]
    public async Task Keep_ThenFind_IsThatAnswer()
    {
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await KeepAsync(Ref(1), version: 3);
        var kept = (await Hot.FindAsync(Ref(1).OrderId, None)).Order!;
        Assert.Equal((Ref(1), 3, "\"3\"", "{3}"), (kept.Order, kept.Version, kept.Tag, System.Text.Encoding.UTF8.GetString(kept.Body)));
        Assert.Null((await Hot.FindAsync(Ref(2).OrderId, None)).Order);
    }

    [Fact]
    public async Task Keep_AfterAWriteCameBetween_IsPassedOver()
    {
        var look = await Hot.FindAsync(Ref(1).OrderId, None);
        await Hot.WithdrawAsync(Ref(1).OrderId, None);
        await Hot.ReadmitAsync(Ref(1).OrderId, None);
        await Hot.KeepAsync(Answer(Ref(1), version: 1), look.Ticket, None);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
    }

    [Fact]
    public async Task Keep_WhileAWriteGoesOn_IsPassedOver()
    {
        var before = await Hot.FindAsync(Ref(1).OrderId, None);
        await Hot.WithdrawAsync(Ref(1).OrderId, None);
        var within = await Hot.FindAsync(Ref(1).OrderId, None);
        await Hot.KeepAsync(Answer(Ref(1), version: 1), before.Ticket, None);
        await Hot.KeepAsync(Answer(Ref(1), version: 1), within.Ticket, None);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await Hot.ReadmitAsync(Ref(1).OrderId, None);
        await Hot.KeepAsync(Answer(Ref(1), version: 1), within.Ticket, None);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
    }

    [Fact]
    public async Task Withdraw_TakesItOut_UntilTheLastWriterIsDone()
    {
        await KeepAsync(Ref(1), version: 1);
        await KeepAsync(Ref(2), version: 1);
        await Hot.WithdrawAsync(Ref(1).OrderId, None);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await Hot.WithdrawAsync(Ref(1).OrderId, None);
        await Hot.ReadmitAsync(Ref(1).OrderId, None);
        await KeepAsync(Ref(1), version: 2);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await Hot.ReadmitAsync(Ref(1).OrderId, None);
        await KeepAsync(Ref(1), version: 2);
        Assert.Equal(2, (await Hot.FindAsync(Ref(1).OrderId, None)).Order!.Version);
        Assert.Equal(1, (await Hot.FindAsync(Ref(2).OrderId, None)).Order!.Version);
    }

    [Fact]
    public async Task Kept_IsShownForSomeSecondsOnly()
    {
        await KeepAsync(Ref(1), version: 1);
        Subject.Clock.MoveTo(Subject.Start + IHotOrders.KeptFor - TimeSpan.FromTicks(1));
        Assert.NotNull((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        Subject.Clock.MoveTo(Subject.Start + IHotOrders.KeptFor);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await KeepAsync(Ref(1), version: 1);
        Assert.NotNull((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
    }

    [Fact]
    public async Task Read_AfterASave_IsWhatWasSaved()
    {
        var order = Order(Alice, "a");
        await Orders.CreateAsync(order, Event(order), None);
        Assert.Equal([1L, 1L], [await ReadAsync(order), await ReadAsync(order)]);
        var next = order.Changed(Subject.Start);
        Assert.True(await Orders.SaveAsync(next, Event(next), None));
        Assert.Equal([2L, 2L], [await ReadAsync(order), await ReadAsync(order)]);
        Assert.NotNull((await Hot.FindAsync(order.OrderId, None)).Order);
    }

    [Fact]
    public async Task Read_ThatASaveComesInto_IsNotShownAgain()
    {
        var order = Order(Alice, "a");
        await Orders.CreateAsync(order, Event(order), None);
        var look = await Hot.FindAsync(order.OrderId, None);
        var read = await Orders.FindAsync(order.Ref, None);
        var next = order.Changed(Subject.Start);
        Assert.True(await Orders.SaveAsync(next, Event(next), None));
        await Hot.KeepAsync(Answer(order.Ref, read!.Version), look.Ticket, None);
        Assert.Equal(2, await ReadAsync(order));
    }

    [Fact]
    public async Task Read_ByAnother_IsNothing_HotOrNot()
    {
        var order = Order(Alice, "a");
        await Orders.CreateAsync(order, Event(order), None);
        Assert.Null(await ReadAsync(order, Bob));
        Assert.NotNull(await ReadAsync(order));
        Assert.Null(await ReadAsync(order, Bob));
        Assert.Equal(1, await ReadAsync(order, Bob, Role.Support));
    }

    [Fact]
    public async Task Read_ByManyWhileOneSaves_IsNeverOlderThanWhatWasSaved()
    {
        var order = Order(Alice, "a");
        await Orders.CreateAsync(order, Event(order), None);
        var saved = 1L;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref saved) is var least and < 100)
                Assert.InRange((await ReadAsync(order))!.Value, least, least + 100);
        })).ToList();
        for (var last = order; last.Version < 100;)
        {
            last = last.Changed(Subject.Start);
            Assert.True(await Orders.SaveAsync(last, Event(last), None));
            Volatile.Write(ref saved, last.Version);
        }

        await Task.WhenAll(readers);
    }

    private async Task<long?> ReadAsync(Order order, UserId? user = null, Role role = Role.Customer)
    {
        var read = new ReadOrder(new OrderAccess(Orders), Hot, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReadOrder>.Instance);
        return (await read.RunAsync(new Caller(user ?? Alice, new HashSet<Role> { role }), order.OrderId, None)).Value?.Version;
    }

    private async Task KeepAsync(OrderRef order, long version) =>
        await Hot.KeepAsync(Answer(order, version), (await Hot.FindAsync(order.OrderId, None)).Ticket, None);

    private static HotOrder Answer(OrderRef order, long version) => new(order, version, System.Text.Encoding.UTF8.GetBytes($"{{{version}}}"));
}

public sealed class HotOrdersInMemory() : HotOrdersContract(Subject.OnMemory());

public sealed class HotOrdersBeforeAFile() : HotOrdersContract(Subject.OnFile());
