using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Polly;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <content>What the tests share: opening, buying, losing, looking.</content>
public sealed partial class SaleFailoverTests : IDisposable
{
    private const int Quantity = 40;
    private const long Fence = 1;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");
    private static readonly Sku Thing = Id.Parse<Sku>("SKU-1");

    private readonly RedisServer server = new();
    private readonly Subject subject = Subject.OnMemory();
    private RedisConnection connection = null!;
    private FlashSale terms = null!;
    private int buyers;

    private ISaleUnits Units { get; set; } = null!;

    private ISaleEpochs Epochs => subject.Port<ISaleEpochs>();

    public void Dispose()
    {
        connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        subject.Dispose();
        server.Dispose();
    }

    private async Task OpenAsync(RedisScript? instead = null, int perBuyer = 1)
    {
        connection = new RedisConnection(server.Options(), ResiliencePipeline.Empty) { Instead = instead };
        Units = new RedisSaleUnits(connection, Epochs, subject.Clock);
        terms = new FlashSale
        {
            SaleId = Friday,
            Version = 1,
            Skus = [Thing],
            Quantity = Quantity,
            StartsAt = Subject.Start,
            EndsAt = Subject.Start.AddDays(1),
            PerUser = perBuyer,
            Difficulty = 0,
        };
        await subject.Port<ISales>().PutAsync(terms, None);
        await Units.PutAsync(Friday, Quantity, perBuyer, Fence, None);
    }

    private static RedisScript Without(string line, string instead = "")
    {
        var text = RedisScript.Load("sale-reserve").Text;
        Assert.Contains(line, text, StringComparison.Ordinal);
        return RedisScript.Of("sale-reserve", text.Replace(line, instead, StringComparison.Ordinal));
    }

    private void Flush()
    {
        using (var admin = server.Admin())
            admin.GetServers()[0].FlushAllDatabases();
        Move();
    }

    /// <summary>A second and more, so that adapters ask for the epoch again.</summary>
    private void Move() => subject.Clock.MoveTo(subject.Clock.GetUtcNow().AddSeconds(2));

    private RebuildSaleUnits Rebuilding(ISaleBooks? books) => new(
        books ?? Books, subject.Port<IOrderStore>(), new SaleGate(subject.Port<ISales>(), Units, new FlashSalePolicy(), subject.Clock),
        NullLogger<RebuildSaleUnits>.Instance);

    private RedisSaleBooks Books => new(connection, Epochs, subject.Clock);

    /// <summary>The timer's run.</summary>
    private async Task<int> SyncAsync(ISaleBooks? books = null)
    {
        var gate = new SaleGate(subject.Port<ISales>(), Units, new FlashSalePolicy(), subject.Clock);
        var sync = new SyncSaleUnits(
            subject.Port<ISales>(), new RedisSaleUnits(connection, Epochs, subject.Clock), books ?? Books, Rebuilding(books), subject.Port<ILeases>(), gate,
            new FlashSalePolicy(), subject.Clock, NullLogger<SyncSaleUnits>.Instance);
        var mended = await sync.RunAsync(None);
        Move();
        return mended;
    }

    /// <summary>A build under a lease that ends at once; between its orders and its end something happens.</summary>
    private async Task<bool> RebuildAsync(Func<Task> meanwhile, long? fence = null)
    {
        var lease = (await subject.Port<ILeases>().TryTakeAsync(PutFlashSale.LeaseOf(Friday), TimeSpan.FromSeconds(1), None))!;
        await subject.Port<ILeases>().ReleaseAsync(lease, None);
        return await Books.RebuildAsync(Friday, Quantity, terms.PerUser, PlacedAsync, fence ?? lease.FencingToken, () => Task.FromResult(true), None);

        async IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>> PlacedAsync()
        {
            var orders = await subject.Port<IOrderStore>().ListOfSaleAsync(Friday, 100, cursor: null, None);
            yield return [.. orders.Items.Select(order => new PlacedSaleHold(new HoldKey(order, 0), Thing, 1, SaleHoldState.Kept, Subject.Start))];
            await meanwhile();
            yield return [];
        }
    }

    private HoldKey NewKey() => new(Ref(Id.Parse<UserId>($"buyer-{++buyers}"), "1"), 0);

    private SaleClaim ClaimOf(HoldKey key) =>
        new(key, Thing, 1, $"admission-{key.Order.UserId}", "f") { AdmittedAt = subject.Clock.GetUtcNow() };

    /// <summary>The buyer of an order wants another one.</summary>
    private SaleClaim Again(Order order) => ClaimOf(new HoldKey(Ref(order.UserId, "2"), 0)) with { Admission = "another" };

    /// <summary>The orders that came of so many buyers' requests; who is told to come again later does not.</summary>
    private async Task<List<Order>> BuyAsync(int requests)
    {
        var placed = new List<Order>();
        for (var n = 0; n < requests; n++)
        {
            var key = NewKey();
            try
            {
                if (await Units.ReserveAsync(Friday, ClaimOf(key), None) is not SaleClaimResult.Reserved)
                    continue;
            }
            catch (DependencyUnavailableException)
            {
                continue;
            }

            var order = Order(key.Order.UserId, "1", subject.Clock.GetUtcNow(), lines: 1);
            order = order with { SaleId = Friday, Lines = [order.Lines[0] with { Quantity = 1 }] };
            await subject.Port<IOrderStore>().CreateAsync(order, Event(order), None);
            placed.Add(order);
        }

        return placed;
    }

    private async Task SaveAsync(Order order) => Assert.True(await subject.Port<IOrderStore>().SaveAsync(order, Event(order), None));

    private Order Paid(Order order)
    {
        var (transition, next) = order.Apply(
            new OrderEvent.PaymentSettled(subject.Clock.GetUtcNow(), PaymentId.Derive(order.OrderId, "p")), Actor.Provider, "so it was");
        Assert.IsType<Transition.Moved>(transition);
        return next;
    }

    private static HoldKey Key(Order order) => new(order.Ref, order.Hold);

    private async Task AssertRefusedAsync()
    {
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.ReserveAsync(Friday, ClaimOf(NewKey()), None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.FindAsync(Friday, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.SettleAsync(Friday, NewKey(), Thing, 1, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.PutAsync(Friday, Quantity, 1, Fence, None));
    }

    private async Task<SaleCount?> CountOrNothingAsync()
    {
        try
        {
            return await new RedisSaleUnits(connection, Epochs, subject.Clock).FindAsync(Friday, None);
        }
        catch (DependencyUnavailableException)
        {
            return null;
        }
    }

    private async Task EventuallyConnectedAsync()
    {
        for (var look = 0; look < 200; look++)
        {
            if (await Record.ExceptionAsync(() => connection.RunAsync(RedisScript.Load("sale-built"), ["{x}:units"], [], None)) is null)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("the connection did not come back");
    }

    private async Task AssertAllCanBePaidAsync(IReadOnlyList<Order> orders)
    {
        foreach (var order in orders)
            Assert.Equal(HoldOutcome.Done, await Units.SettleAsync(Friday, Key(order), Thing, 1, None));
        Assert.Equal(new SaleCount(Friday, Quantity, 0, Quantity), await Units.FindAsync(Friday, None));
    }

    private async Task AssertOnlyOneEpochIsLeftAsync()
    {
        var number = (await Epochs.FindAsync(Friday, None))!.Number;
        using var admin = server.Admin();
        Assert.All(admin.GetServers()[0].Keys(), key => Assert.Equal(number, SaleSession.EpochOf(key.ToString())));
    }
}
