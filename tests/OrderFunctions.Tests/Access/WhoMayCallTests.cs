using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Tests.Contract;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>Every operation of the contract, walked with the wrong callers.</summary>
public sealed class WhoMayCallTests : IAsyncLifetime
{
    private static readonly string[] Roles = ["customer", "merchant", "support", "ops", "carrier"];

    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    public static TheoryData<string> Guarded =>
        [.. OpenApi.Served.Operations.Where(operation => operation.NeedsToken).Select(operation => operation.Id)];

    /// <summary>Those on an order. A ticket is found under its buyer's name alone; <c>FlashSaleTests</c> asks for another's.</summary>
    public static TheoryData<string> OwnersOnly =>
        [.. OpenApi.Served.Operations.Where(operation => operation.OwnersOnly && operation.Path.Contains("{orderId}", StringComparison.Ordinal)).Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task WithoutAToken_NobodyIsLetIn(string id)
    {
        var orderId = await app.PlacedAsync();

        IsProblem(await CallAsync(app, OpenApi.Served[id], orderId, token: null), 401, "unauthenticated");
        await AssertUntouchedAsync(orderId);
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task WithEveryOtherRole_NobodyIsLetIn(string id)
    {
        var orderId = await app.PlacedAsync();
        var operation = OpenApi.Served[id];
        foreach (var role in Roles.Except(operation.Roles))
            IsProblem(await CallAsync(app, operation, orderId, app.Tokens.For("alice", role)), 403, "forbidden");

        await AssertUntouchedAsync(orderId);
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task WithARoleOfTheContract_TheDoorIsOpen(string id)
    {
        var orderId = await app.PlacedAsync();
        foreach (var role in OpenApi.Served[id].Roles)
        {
            var reply = await CallAsync(app, OpenApi.Served[id], orderId, app.Tokens.For("alice", role));
            Assert.True(reply.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{role}: {reply}");
            Assert.True((int)reply.Status < 500, $"{role}: {reply} {app.Host.Log}");
        }
    }

    [Theory]
    [MemberData(nameof(OwnersOnly))]
    public async Task AnothersOrder_IsNotFound(string id)
    {
        var orderId = await app.PlacedAsync();

        Assert.Null(await ReachesAnothersOrderAsync(app, OpenApi.Served[id], orderId));
        await AssertUntouchedAsync(orderId);
    }

    [Fact]
    public async Task AnothersOrders_AreNotListed()
    {
        await app.PlacedAsync("alice");

        Assert.Empty((await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("bob", "customer"))).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Staff_SeeAnyOrder()
    {
        var orderId = await app.PlacedAsync();
        foreach (var role in (string[])["merchant", "support", "ops"])
            Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, $"api/orders/{orderId}", app.Tokens.For("sam", role))).Status);
    }

    /// <summary>Negative control: in an app whose orders are found whosever they are, the walk above finds every hole.</summary>
    [Theory]
    [MemberData(nameof(OwnersOnly))]
    public async Task AnAppThatForgotTheOwner_IsCaught(string id)
    {
        await using var leaky = await OrderApp.StartAsync(builder =>
        {
            var real = builder.Services.Last(service => service.ServiceType == typeof(IOrderStore));
            builder.Services.AddSingleton<IOrderStore>(provider => new OwnerBlindStore((IOrderStore)(
                real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!))));
        });
        var orderId = await leaky.PlacedAsync();

        Assert.NotNull(await ReachesAnothersOrderAsync(leaky, OpenApi.Served[id], orderId));
    }

    /// <summary>Null when another customer is answered as if there were no such order; else what they were answered.</summary>
    private static async Task<string?> ReachesAnothersOrderAsync(OrderApp app, Operation operation, string orderId)
    {
        var anothers = await CallAsync(app, operation, orderId, app.Tokens.For("bob", "customer"));
        var nobodys = await CallAsync(app, operation, new string('a', 26), app.Tokens.For("bob", "customer"));
        return anothers.Status is HttpStatusCode.NotFound && anothers.Body == nobodys.Body && HeadersOf(anothers) == HeadersOf(nobodys) ? null : anothers.ToString();
    }

    /// <summary>All that could tell one "not found" from another; how much of the caller's limit is left tells only how often they asked.</summary>
    private static string HeadersOf(Reply reply) => string.Join('\n', reply.Headers.Concat(reply.ContentHeaders)
        .Where(header => header.Key is not "RateLimit").OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));

    /// <summary>Calls with the first example of the contract as body, and a key if one is required.</summary>
    private static Task<Reply> CallAsync(OrderApp app, Operation operation, string orderId, string? token)
    {
        var path = operation.Path.TrimStart('/')
            .Replace("{orderId}", orderId, StringComparison.Ordinal)
            .Replace("{shipmentId}", $"{orderId}-s-aaaaaaaaaaaa", StringComparison.Ordinal)
            .Replace("{caseId}", $"{orderId}-c-aaaaaaaaaaaa", StringComparison.Ordinal)
            .Replace("{refundId}", $"{orderId}-p-aaaaaaaaaaaa-r1", StringComparison.Ordinal)
            .Replace("{code}", "SPRING", StringComparison.Ordinal)
            .Replace("{userId}", "bob", StringComparison.Ordinal)
            .Replace("{sku}", OrderApp.Mug, StringComparison.Ordinal);
        var body = operation.Requests.Values.FirstOrDefault()?.ToJsonString();
        return app.SendAsync(new HttpMethod(operation.Method), path, token, body, operation.NeedsKey(OpenApi.Served) ? $"key-{token?.GetHashCode()}" : null);
    }

    private async Task AssertUntouchedAsync(string orderId)
    {
        var order = await app.ReadAsync(orderId);
        Assert.Equal(("PendingPayment", 1), (order["status"], order.Json["version"]!.GetValue<int>()));
        var stock = await app.StockOfAsync();
        Assert.Equal((98, 2, 0, 100), (stock.Available, stock.Held, stock.Sold, stock.Stock));
    }

    /// <summary>What a store is without the buyer in its key: the check is gone.</summary>
    private sealed class OwnerBlindStore(IOrderStore real) : IOrderStore
    {
        public async Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) =>
            await real.LocateAsync(order.OrderId, cancellation) is { } place ? await real.FindAsync(place, cancellation) : null;

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => real.LocateAsync(orderId, cancellation);

        public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => real.CreateAsync(order, outboxItem, cancellation);

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
