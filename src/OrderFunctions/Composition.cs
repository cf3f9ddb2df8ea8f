using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Lifecycle;

namespace OrderFunctions;

/// <summary>The app without its adapters: the same on every host.</summary>
public static class Composition
{
    /// <summary>Registers settings, edge and use cases. The host adds the adapters of the ports, and may add <see cref="ISigningKeys"/>.</summary>
    public static IServiceCollection AddOrderFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.GetSection("Orders").Get<OrderPolicy>() ?? new OrderPolicy());
        services.AddSingleton(configuration.GetSection("Access").Get<AccessOptions>() ?? new AccessOptions());
        services.AddEdge();
        services.AddUseCases();
        return services;
    }

    private static void AddEdge(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Identity(
            provider.GetRequiredService<AccessOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ISigningKeys>()));
        services.AddSingleton<IdempotentRun>();
        services.AddSingleton<HttpEdge>();
        services.AddSingleton<Routes>();
    }

    /// <summary>Stateless, so one of each.</summary>
    private static void AddUseCases(this IServiceCollection services)
    {
        services.AddSingleton<OrderChanges>();
    }
}
