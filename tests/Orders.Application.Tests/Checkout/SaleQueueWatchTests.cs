using LocalFunctions.Time;
using Orders.Application.Checkout;

namespace Orders.Application.Tests.Checkout;

/// <summary>What waiting buyers are told.</summary>
public sealed class SaleQueueWatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly LocalClock clock = new(Start, frozen: true);
    private readonly Queue queue = new();
    private readonly SaleQueueWatch watch;

    public SaleQueueWatchTests() => watch = new SaleQueueWatch(queue, new FlashSalePolicy { OrdersAtOnce = 4 }, clock);

    [Fact]
    public async Task NothingWaits_ASecond() => Assert.Equal(1, await WaitAsync(Start));

    [Fact]
    public async Task NothingMeasuredYet_AGuessFromWhatIsHandledAtOnce()
    {
        queue.Backlog = new SaleBacklog(400, Start.AddSeconds(-10));
        Assert.Equal(10, await WaitAsync(Start));
    }

    [Fact]
    public async Task Backlog_IsDividedByTheMeasuredRate_AndByThePlaceInIt()
    {
        for (var second = 0; second < 10; second++)
        {
            clock.MoveTo(Start.AddSeconds(second));
            for (var order = 0; order < 5; order++)
                watch.Handled();
        }

        queue.Backlog = new SaleBacklog(200, Start.AddSeconds(-1));
        Assert.Equal(40, await WaitAsync(Start.AddSeconds(9)));
        Assert.Equal(20, await WaitAsync(Start.AddSeconds(4)));
        Assert.Equal(1, await WaitAsync(Start.AddSeconds(-1)));
    }

    [Fact]
    public async Task Wait_IsAMinuteAtMost()
    {
        queue.Backlog = new SaleBacklog(1_000_000, Start.AddHours(-1));
        Assert.Equal(60, await WaitAsync(Start));
    }

    [Fact]
    public async Task Queue_IsLookedAtOnceASecond()
    {
        for (var i = 0; i < 50; i++)
            await WaitAsync(Start);
        Assert.Equal(1, queue.Looks);
        clock.MoveTo(Start.AddSeconds(1));
        await WaitAsync(Start);
        Assert.Equal(2, queue.Looks);
    }

    private async Task<double> WaitAsync(DateTimeOffset reservedAt) => (await watch.WaitOfAsync(reservedAt, default)).TotalSeconds;

    private sealed class Queue : ISaleQueue
    {
        public SaleBacklog Backlog { get; set; }

        public int Looks { get; private set; }

        public Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<SaleBacklog> LookAsync(CancellationToken cancellation)
        {
            Looks++;
            return Task.FromResult(Backlog);
        }
    }
}
