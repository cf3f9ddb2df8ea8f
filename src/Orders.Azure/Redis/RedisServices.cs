using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    /// <param name="configuration">
    /// With <c>Redis:host</c>, and the identity in <c>credential</c> and <c>clientId</c>; or <c>Redis:ConnectionString</c>, as StackExchange.Redis has it: <c>host:port,ssl=true,…</c>.
    /// </param>
    /// <exception cref="InvalidOperationException">Half of it is there, or something that nobody knows; the message names the setting.</exception>
    public static IServiceCollection AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Redis");
        if (!section.Exists())
            return services;
        var (options, credential) = RedisSettings.From(section);
        var pipeline = ResilienceOptions.From(configuration).Redis;
        services.AddCircuit(Dependency, isNeeded: true);
        services.AddSingleton(provider => new RedisConnection(
            credential is null ? options : RedisIdentity.On(options, credential, TimeProvider.System, LogOf(provider)),
            // Calls take real time however the host's clock is moved meanwhile.
            DependencyPipeline.Build(pipeline, RedisConnection.IsAway, provider.GetRequiredService<TimeProvider>(), DrawJitter, TimeProvider.System,
                Circuit.Of(provider, Dependency))));
        services.AddHostedService<RedisWarmUp>();
        services.AddSingleton<IStock, RedisStock>();
        services.AddSingleton<IStockBooks, RedisStockBooks>();
        services.AddSingleton<ISaleUnits, RedisSaleUnits>();
        services.AddSingleton<ISaleBooks, RedisSaleBooks>();
        services.AddSingleton<ILeases, RedisLeases>();
        services.AddSingleton<ITokenBuckets, RedisTokenBuckets>();
        services.AddSingleton<IHotOrders, RedisHotOrders>();
        return services.AddSingleton<IIdempotencyStore, RedisIdempotencyStore>();
    }

    private static ILogger LogOf(IServiceProvider provider) => provider.GetService<ILogger<RedisIdentity>>() ?? NullLogger<RedisIdentity>.Instance;

    /// <summary>So that many hosts that lost Redis together don't come back together.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
