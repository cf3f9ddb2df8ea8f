using LocalFunctions.Durable;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Shipping;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>
/// What people and providers do to the order of these tests, one mug and two teas. Everything can be done again, as callers do who got no answer.
/// </summary>
public sealed class Shop(World world)
{
    public static readonly Caller Ada = new(Id.Parse<UserId>("ada"), new HashSet<Role> { Role.Customer });
    public static readonly Caller Merchant = new(Id.Parse<UserId>("mia"), new HashSet<Role> { Role.Merchant });

    public static readonly Caller Support = new(Id.Parse<UserId>("sam"), new HashSet<Role> { Role.Support });

    private const string Key = "key-1";

    public static OrderRef Order { get; } = new(Ada.UserId, OrderId.Derive(Ada.UserId, Key));

    public static long Total => 1_250 + 2 * 499;

    public static Money Euros(long cents) => new(cents, Id.Parse<Currency>("EUR"));

    public static PaymentId Payment(string key = "pay-1") => PaymentId.Derive(Order.OrderId, key);

    public Task PlaceAsync() => DoAsync(async () =>
    {
        var basket = new BasketRequest(
            [new LineRequest("MUG", 1), new LineRequest("TEA", 2)], new AddressRequest("Ada", "1 Main Street", null, "Zürich", null, "8001", "CH"));
        Done(await world.Use<PlaceOrder>().RunAsync(new PlaceOrderCommand(Ada.UserId, Key, basket), world.Process, default));
    });

    public Task<Refusal?> OpenPaymentAsync(string key = "pay-1") => DoAsync(async () =>
        (await world.Use<OpenPayment>().RunAsync(new OpenPaymentCommand(Ada, Order.OrderId, key, Method: null), default)).Refusal);

    /// <summary>The buyer pays at the provider; nobody tells us.</summary>
    public void Pay(string key = "pay-1", Money? money = null) =>
        world.Provider.Pay(Payment(key), money ?? Euros(Total), world.Host.Clock.GetUtcNow());

    public Task PaySilentlyAsync()
    {
        Pay();
        return Task.CompletedTask;
    }

    /// <summary>The provider's message arrives, is stored, and is applied as the queue's trigger does.</summary>
    public Task HearAsync(string key = "pay-1", Money? money = null, string type = ProviderMessageTypes.PaymentSucceeded, string? id = null) => DoAsync(async () =>
    {
        var captured = money ?? Euros(Total);
        var body = new ProviderMessageBody(
            type, world.Host.Clock.GetUtcNow(), new ProviderMessageData(Payment(key), Order.OrderId, captured.Amount, captured.Currency, "capture-1"));
        var message = new ProviderMessage("outside", id ?? $"msg-{key}", "hash", System.Text.Encoding.UTF8.GetString(body.Write()), world.Host.Clock.GetUtcNow());
        await world.Use<IProviderMessages>().StoreAsync(message, default);
        await world.Use<ApplyProviderMessage>().RunAsync(message.Source, message.MessageId, default);
    });

    public async Task PayAndHearAsync(string key = "pay-1", Money? money = null)
    {
        Pay(key, money);
        await HearAsync(key, money);
    }

    public Task<Refusal?> CancelAsync() => DoAsync(async () =>
        (await world.Use<CancelOrder>().RunAsync(Ada, Order.OrderId, new CancelRequest("changed my mind"), expectedVersion: null, default)).Refusal);

    public Task ShipAsync(string key, params (string Sku, int Quantity)[] lines) => DoAsync(async () => Done(await world.Use<ShipLines>().RunAsync(
        Merchant, Order.OrderId, key,
        new ShipRequest("Post", "1Z", lines.Length == 0 ? null : [.. lines.Select(line => new ShipLineRequest(line.Sku, line.Quantity))]), null, default)));

    public Task ConfirmReceiptAsync() => DoAsync(async () => Done(await world.Use<ConfirmReceipt>().RunAsync(Ada, Order.OrderId, null, default)));

    public Task AcceptAsync() => DoAsync(async () => Done(await world.Use<AcceptOrder>().RunAsync(Order, "merchant", default)));

    public async Task<Order> ReadAsync() => (await world.Use<IOrderStore>().FindAsync(Order, default))!;

    public Task<StockLevel?> StockAsync(Sku sku) => world.Use<IStock>().FindAsync(sku, default);

    /// <summary>The order's hold is gone, as after a failover, and so many mugs are another's.</summary>
    public Task LoseHoldAsync(int others) => DoAsync(async () =>
    {
        await world.Use<IStock>().ReleaseAsync(new HoldKey(Order, 0), generation: null, default);
        var another = new HoldKey(new OrderRef(Merchant.UserId, OrderId.Derive(Merchant.UserId, "another")), 0);
        await world.Use<IStock>().ReserveAsync(another, [new StockLine(World.Mug, others)], default);
    });

    public Task StockToAsync(Sku sku, long units) => DoAsync(() => world.Use<IStock>().AdjustAsync(sku, new StockChange.To(units), "counted", $"to-{units}", default));

    public Task<OrchestrationMetadata?> InstanceAsync() => world.Host.Client.GetInstanceAsync(Order.OrderId.Value, getInputsAndOutputs: true);

    /// <summary>Runs the orchestrations, and brings events to their consumers, until nothing moves.</summary>
    /// <param name="times">How often each event is delivered.</param>
    public Task PumpAsync(int times = 1) => DoAsync(async () =>
    {
        await world.Host.RunAsync();
        while (await world.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default) is { Count: > 0 } items)
        {
            foreach (var item in items)
            {
                for (var delivery = 0; delivery < times; delivery++)
                    await DeliverAsync(OrderEventEnvelope.Parse(item.Body));
                await world.Use<IOutbox>().DeleteAsync(item, default);
            }

            await world.Host.RunAsync();
        }
    });

    public async Task DeliverAsync(OrderEventEnvelope envelope)
    {
        Assert.Null(await world.Use<InventoryConsumer>().RunAsync(envelope, default));
        Assert.Null(await world.Use<NotificationConsumer>().RunAsync(envelope, default));
        Assert.Null(await world.Use<FinanceConsumer>().RunAsync(envelope, default));
        Assert.Null(await world.Use<LifecycleConsumer>().RunAsync(envelope, world.Process, default));
    }

    /// <summary>Moves to an instant after the start, and on until events that fell due on the way have had their effect.</summary>
    public Task ComeToAsync(TimeSpan sinceStart) => DoAsync(async () =>
    {
        await world.Host.AdvanceToAsync(sinceStart);
        await PumpAsync();
    });

    internal static void Done<T>(Result<T> result) => Assert.Null(result.Refusal);

    internal Task DoAsync(Func<Task> work) => DoAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>A planned death reaches the test as itself, not as the dependency that it looks like from within.</summary>
    internal async Task<T> DoAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DependencyUnavailableException) when (world.Host.Store.HasCrashed)
        {
            throw new StoreCrashedException();
        }
    }
}
