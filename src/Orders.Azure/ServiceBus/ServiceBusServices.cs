using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Azure.Resilience;

namespace Orders.Azure.ServiceBus;

/// <summary>Sets the adapters on Service Bus up from the connection <c>ServiceBus</c>.</summary>
public static class ServiceBusServices
{
    private const string Dependency = "bus";

    /// <summary>What sends events and fills queues, and the dead letters, on one connection. Nothing when the connection is not set.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With <c>ServiceBus:fullyQualifiedNamespace</c>, and the identity in <c>credential</c> and <c>clientId</c>; or the emulator's connection string in <c>ServiceBus</c> itself.</param>
    /// <exception cref="InvalidOperationException">Half of it is there, or something that nobody knows; the message names the setting.</exception>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("ServiceBus");
        if (!section.Exists())
            return services;

        var bounds = ResilienceOptions.From(configuration).Bus;
        var client = BusSettings.Client(section, bounds);
        // An order can be placed without it: events wait beside their orders until they can be published.
        services.AddCircuit(Dependency, isNeeded: false);
        services.AddSingleton(provider => new BusConnection(
            client,
            // Calls take real time however the host's clock is moved meanwhile.
            DependencyPipeline.Build(bounds, BusErrors.IsTransient, provider.GetRequiredService<TimeProvider>(), DrawJitter, TimeProvider.System,
                Circuit.Of(provider, Dependency))));
        services.AddSingleton<IEventPublisher, ServiceBusEventPublisher>();
        services.AddSingleton<IPaymentQueue, ServiceBusPaymentQueue>();
        services.AddSingleton<ISaleQueue, ServiceBusSaleQueue>();
        services.AddSingleton<IDeliveryQueue, ServiceBusDeliveryQueue>();
        return services.AddSingleton<IDeadLetters, ServiceBusDeadLetters>();
    }

    /// <summary>So that many hosts that lost the bus together don't come back together.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
