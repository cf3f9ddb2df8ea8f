using OrderFunctions.LocalHost.Faults;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class FaultGateTests
{
    private readonly FaultPlan plan = new();

    [Fact]
    public async Task WithNothingPlanned_TheAdapterAnswers_ElseThePlan()
    {
        var port = FaultyPort<IWatermarks>.Wrap(new Marks(), "watermarks", plan, TimeProvider.System);

        Assert.Equal("mark a", await port.FindAsync("a", default));
        plan.Replace([new Fault("watermarks", "Find", FaultMode.Fail)]);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => port.FindAsync("a", default));
        await port.SetAsync("a", "b", default);
        plan.Replace([]);
        Assert.Equal("mark b", await port.FindAsync("b", default));
    }

    [Fact]
    public async Task ValueTasks_GoWrongAsPlanned()
    {
        var looks = new Looks();
        var port = FaultyPort<IHotOrders>.Wrap(looks, "hotOrders", plan, TimeProvider.System);
        plan.Replace([new Fault("hotOrders", "Find", FaultMode.AnswerTwice), new Fault("hotOrders", "Withdraw", FaultMode.LoseAnswer)]);

        Assert.Equal(2, (await port.FindAsync(default, default)).Ticket);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => port.WithdrawAsync(default, default).AsTask());
        Assert.Equal(1, looks.Withdrawn);
    }

    /// <summary>A planned exception of the adapter comes out as it is, through the gate and through the plan.</summary>
    [Fact]
    public async Task AnExceptionOfTheAdapter_StaysWhatItIs()
    {
        var port = FaultyPort<IWatermarks>.Wrap(new Marks(), "watermarks", plan, TimeProvider.System);
        await Assert.ThrowsAsync<FormatException>(() => port.SetAsync("a", value: null, default));
        plan.Replace([new Fault("watermarks", "Find", FaultMode.Fail)]);
        await Assert.ThrowsAsync<FormatException>(() => port.SetAsync("a", value: null, default));
    }

    private sealed class Marks : IWatermarks
    {
        public Task<string?> FindAsync(string name, CancellationToken cancellation) => Task.FromResult<string?>("mark " + name);

        public Task SetAsync(string name, string? value, CancellationToken cancellation) => value is null ? throw new FormatException() : Task.CompletedTask;
    }

    private sealed class Looks : IHotOrders
    {
        private long looks;

        public int Withdrawn { get; private set; }

        public ValueTask<HotLook> FindAsync(OrderId order, CancellationToken cancellation) => new(new HotLook(null, ++looks));

        public ValueTask KeepAsync(HotOrder answer, long ticket, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask WithdrawAsync(OrderId order, CancellationToken cancellation)
        {
            Withdrawn++;
            return ValueTask.CompletedTask;
        }

        public ValueTask ReadmitAsync(OrderId order, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
