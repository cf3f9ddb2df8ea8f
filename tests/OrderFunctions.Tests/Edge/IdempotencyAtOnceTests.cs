using System.Net;
using LocalFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace OrderFunctions.Tests.Edge;

/// <summary>
/// The same key many times at once, over HTTP, on a store in a file with real concurrency. Of the three layers (the client's key, its
/// record, the order's own id) the last is enough by itself; without both of ours it is seen here that they are missing.
/// </summary>
public sealed class IdempotencyAtOnceTests : IDisposable
{
    private const int AtOnce = 200;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orders-at-once-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task SameKey_200TimesAtOnce_IsOneOrderAnd199DefinedAnswers()
    {
        await using var app = await StartAsync();

        var replies = await PlaceAtOnceAsync(app);

        Assert.Null(await WhatIsWrongAsync(app, replies));
        Assert.Single(replies, reply => reply.Status is HttpStatusCode.Created && reply.Header("Idempotency-Replayed") is null);
    }

    [Fact]
    public async Task SameKey_200TimesAtOnce_WithoutKeyRecords_IsOneOrder()
    {
        await using var app = await StartAsync(builder => builder.Services.AddSingleton<IIdempotencyStore, ForgetfulRecords>());

        var replies = await PlaceAtOnceAsync(app);

        Assert.Null(await WhatIsWrongAsync(app, replies));
        Assert.Equal(AtOnce - 1, replies.Count(reply => reply.Header("Idempotency-Replayed") == "true"));
    }

    /// <summary>Negative control: with neither layer there are many orders, and the tests above would see it.</summary>
    [Fact]
    public async Task SameKey_200TimesAtOnce_WithoutEitherLayer_IsCaught()
    {
        await using var app = await StartAsync(builder =>
        {
            builder.Services.AddSingleton<IIdempotencyStore, ForgetfulRecords>();
            FreshIds(builder);
        });

        Assert.NotNull(await WhatIsWrongAsync(app, await PlaceAtOnceAsync(app)));
    }

    [Fact]
    public async Task SameKey_AtOnce_WithAKillInTheMiddle_ThenARetry_IsOneOrder()
    {
        await using var app = await StartAsync();
        var dying = Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() => PlaceAsync(app))).ToList();
        await app.Host.RestartAsync(kill: true);
        await Task.WhenAll(dying);

        var again = await PlaceAsync(app);

        Assert.True(again.Status is HttpStatusCode.Created or HttpStatusCode.OK, again.ToString());
        Assert.Null(await WhatIsWrongAsync(app, [again]));
    }

    private async Task<OrderApp> StartAsync(Action<FunctionsApplicationBuilder>? alsoConfigure = null) =>
        await OrderApp.StartAsync(alsoConfigure, new FunctionsTestOptions { DataDirectory = folder.FullName });

    private static Task<Reply> PlaceAsync(OrderApp app) => app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 1));

    private static Task<Reply[]> PlaceAtOnceAsync(OrderApp app) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => PlaceAsync(app))));

    /// <summary>Null when there is one order, one unit is held for it, and every answer was that order or "still running".</summary>
    private static async Task<string?> WhatIsWrongAsync(OrderApp app, IReadOnlyCollection<Reply> replies)
    {
        foreach (var reply in replies)
        {
            var defined = reply.Status is HttpStatusCode.Created or HttpStatusCode.OK
                || (reply.Status is HttpStatusCode.Conflict && reply["type"] == "/problems/request-in-progress" && reply.Header("Retry-After") is not null);
            if (!defined)
                return $"{reply} is no answer";
        }

        var told = replies.Where(reply => reply.Status is not HttpStatusCode.Conflict).Select(reply => reply["orderId"]).Distinct().ToList();
        var orders = (await app.SendAsync(HttpMethod.Get, "api/orders?limit=100", app.Tokens.For("alice", "customer"))).Json["items"]!.AsArray();
        var held = (await app.StockOfAsync()).Held;
        return told.Count == 1 && orders.Count == 1 && orders[0]!["orderId"]!.GetValue<string>() == told[0] && held == 1
            ? null
            : $"{told.Count} orders were told of, {orders.Count} are there, {held} units are held";
    }

    /// <summary>The second layer is gone.</summary>
    private sealed class ForgetfulRecords : IIdempotencyStore
    {
        public Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation) => Task.FromResult<Claim>(new Claim.Granted());

        public Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation) => Task.CompletedTask;

        public Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation) => Task.CompletedTask;

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Task.FromResult(0);
    }

    /// <summary>The third layer is gone: every order is a new one, whatever key it came with.</summary>
    private static void FreshIds(FunctionsApplicationBuilder builder)
    {
        var real = builder.Services.Last(service => service.ServiceType == typeof(IOrderStore));
        builder.Services.AddSingleton<IOrderStore>(provider => new DrawnIds((IOrderStore)real.ImplementationFactory!(provider)));
    }

    private sealed class DrawnIds(IOrderStore real) : IOrderStore
    {
        private int drawn;

        public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => real.FindAsync(order, cancellation);

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => real.LocateAsync(orderId, cancellation);

        public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
        {
            var other = order with { OrderId = OrderId.Derive(order.UserId, $"drawn {Interlocked.Increment(ref drawn)}") };
            return real.CreateAsync(other, OrderEventEnvelope.ItemFor(other, EventTypes.Placed), cancellation);
        }

        public Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => real.SaveAsync(order, outboxItem, cancellation);

        public Task<Orders.Application.Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
            real.ListAsync(user, status, limit, cursor, cancellation);

        public Task<Orders.Application.Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
            real.FindOverdueAsync(before, limit, cursor, cancellation);

        public Task<Orders.Application.Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
            real.ListOfSaleAsync(sale, limit, cursor, cancellation);

        public Task<Orders.Application.Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
            real.ListAllAsync(limit, cursor, cancellation);

        public Task<Orders.Application.Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) =>
            real.ListOpenAsync(limit, cursor, cancellation);
    }
}
