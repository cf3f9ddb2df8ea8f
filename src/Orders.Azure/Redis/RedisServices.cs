using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Azure.Resilience;

namespace Orders.Azure.Redis;

/// <summary>Sets the adapters on Redis up from the section <c>Redis</c>.</summary>
public static class RedisServices
{
    private const string Dependency = "redis";

    /// <summary>
    /// Stock and its proof (before an <see cref="IStockLedger"/> that another set brings), units of sales, leases, the shared token buckets, idempotency
    /// records and hot orders, on one connection. Nothing when the section is empty.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With <c>Redis:ConnectionString</c>, as StackExchange.Redis has it: <c>host:port,ssl=true,…</c>.</param>
    /// <exception cref="InvalidOperationException">The section is there without an address, or with something that nobody knows.</exception>
    public static IServiceCollection AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Redis");
        if (!section.Exists())
            return services;
        foreach (var unknown in section.GetChildren().Where(setting => setting.Key != "ConnectionString"))
            throw new InvalidOperationException($"There is no setting Redis:{unknown.Key}; Redis needs Redis:ConnectionString and nothing else.");
        if (string.IsNullOrWhiteSpace(section["ConnectionString"]))
            throw new InvalidOperationException("Redis needs the setting Redis:ConnectionString.");

        var options = RedisSettings.Of(section["ConnectionString"]!);
        var pipeline = ResilienceOptions.From(configuration).Redis;
        services.AddCircuit(Dependency, isNeeded: true);
        services.AddSingleton(provider => new RedisConnection(
            options,
            // Calls take real time however the host's clock is moved meanwhile.
            DependencyPipeline.Build(pipeline, RedisConnection.IsAway, provider.GetRequiredService<TimeProvider>(), DrawJitter, TimeProvider.System,
                Circuit.Of(provider, Dependency))));
        services.AddSingleton<IStock, RedisStock>();
        services.AddSingleton<IStockBooks, RedisStockBooks>();
        services.AddSingleton<ISaleUnits, RedisSaleUnits>();
        services.AddSingleton<ISaleBooks, RedisSaleBooks>();
        services.AddSingleton<ILeases, RedisLeases>();
        services.AddSingleton<ITokenBuckets, RedisTokenBuckets>();
        services.AddSingleton<IHotOrders, RedisHotOrders>();
        return services.AddSingleton<IIdempotencyStore, RedisIdempotencyStore>();
    }

    /// <summary>So that many hosts that lost Redis together don't come back together.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
